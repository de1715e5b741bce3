use policy::{Known, Rulebook, compile};

use super::*;

fn site(name: &str, deployment: Deployment) -> (SiteName, Arc<Site>) {
    let name: SiteName = name.parse().unwrap();
    (name.clone(), Arc::new(Site { name, deployment }))
}

fn cloud(name: &str) -> (SiteName, Arc<Site>) {
    let deployment = Deployment::Cloud {
        cloud_id: format!("1234-{name}").parse().unwrap(),
        origin: format!("https://{name}.atlassian.net"),
        api_origin: "https://api.atlassian.com".to_owned(),
    };
    site(name, deployment)
}

fn basement() -> (SiteName, Arc<Site>) {
    site("basement", Deployment::JiraDataCenter { base: "https://jira.example.com".to_owned() })
}

fn compiled(people: &People, catalogue: &Catalogue) -> Rulebook {
    let sites = BTreeMap::from([cloud("acme"), basement(), cloud("other")]);
    let file = manifest(people, catalogue, &sites).unwrap();
    let known = Known { sites: &sites, grants: Some(&BTreeSet::new()), now: jiff::Timestamp::UNIX_EPOCH };
    compile(&[file], catalogue, &known).unwrap_or_else(|found| panic!("{found:?}")).rulebook
}

#[test]
fn people_read_and_write_at_every_cloud_site_as_themselves() {
    let catalogue = Catalogue::builtin().unwrap();
    let rulebook = compiled(&People::default(), &catalogue);
    let manifest = rulebook.manifest(&ClientId::people()).unwrap();
    assert!(manifest.acts_as_user() && !manifest.vends());
    let sites: Vec<_> = manifest.sites().iter().map(|site| site.name.as_str()).collect();
    assert_eq!(sites, ["acme", "other"]);
    let operations: Vec<_> = rulebook.operations(manifest.client(), manifest.scopes()).collect();
    let has = |label: &str| operations.iter().any(|one| one.label() == label);
    for label in ["jira:getIssue", "jira:editIssue", "jira:addComment"] {
        assert!(has(label), "{label}");
    }
    assert!(!has("jira:deleteIssue"));
    assert!(operations.iter().all(|one| matches!(one.effect(), Effect::Read | Effect::Write)));
}

#[test]
fn they_do_no_more_than_what_they_consent_to_reaches() {
    let catalogue = Catalogue::builtin().unwrap();
    let scopes = ["read:jira-work", "offline_access", "read:me"].map(str::to_owned).into();
    let rulebook = compiled(&People { scopes }, &catalogue);
    let manifest = rulebook.manifest(&ClientId::people()).unwrap();
    assert_eq!(*manifest.scopes(), catalogue.scope_set(["read:jira-work"]).unwrap());
}

#[test]
fn without_a_cloud_site_there_is_nothing_for_them() {
    let catalogue = Catalogue::builtin().unwrap();
    assert!(manifest(&People::default(), &catalogue, &BTreeMap::from([basement()])).is_none());
}

#[test]
fn one_that_is_written_stands_in_its_place() {
    let file = |path: &str| [ManifestFile::new(path, "")];
    assert!(is_written(&file("manifests/people.toml")) && is_written(&file("people.toml")));
    assert!(!is_written(&file("manifests/the-people.toml")) && !is_written(&[]));
}
