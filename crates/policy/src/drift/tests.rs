use std::collections::BTreeMap;
use std::sync::Arc;

use types::{Deployment, Site, SiteName};

use super::*;
use crate::{Known, ManifestFile, compile};

fn rulebook(catalogue: &Catalogue) -> Rulebook {
    let name: SiteName = "demo".parse().unwrap();
    let deployment = Deployment::Cloud {
        cloud_id: "1".parse().unwrap(),
        origin: "https://a.example".into(),
        api_origin: "https://b.example".into(),
    };
    let sites = BTreeMap::from([(name.clone(), Arc::new(Site { name, deployment }))]);
    let manifest = |scopes: &str, ids: &str| {
        format!(
            "owner = \"o\"\npurpose = \"p\"\nsite = \"demo\"\ngrant = \"rel\"\nscopes = [{scopes}]\n[operations]\nids = [{ids}]\n"
        )
    };
    let both = r#""read:jira-work", "write:jira-work""#;
    let files = [
        ManifestFile::new("reader.toml", manifest(r#""read:jira-work""#, r#""jira:getIssue""#).as_str()),
        ManifestFile::new("writer.toml", manifest(both, r#""jira:getIssue", "jira:addComment""#).as_str()),
    ];
    let known = Known { sites: &sites, grants: None, now: jiff::Timestamp::UNIX_EPOCH };
    compile(&files, catalogue, &known).unwrap().rulebook
}

#[test]
fn a_scope_that_is_not_granted_is_named_with_the_clients_that_need_it() {
    let catalogue = Catalogue::builtin().unwrap();
    let rulebook = rulebook(&catalogue);
    let grant = "rel".parse().unwrap();
    let lacking = |granted: &[&str]| {
        let granted: Vec<_> = granted.iter().map(|scope| (*scope).to_owned()).collect();
        let lacking = rulebook.lacking(&grant, &granted, &catalogue);
        lacking.into_iter().map(|it| (it.client.to_string(), it.operations)).collect::<Vec<_>>()
    };
    let of = |client: &str, operations| (client.to_owned(), operations);
    // Each of them is there in two versions of the API.
    assert_eq!(lacking(&["read:jira-work", "write:jira-work", "unheard:of"]), []);
    assert_eq!(lacking(&["read:jira-work"]), [of("writer", 2)]);
    assert_eq!(lacking(&[]), [of("reader", 2), of("writer", 4)]);
    let one = rulebook.lacking(&grant, &["read:jira-work".to_owned()], &catalogue);
    assert_eq!(one[0].scopes, BTreeSet::from(["write:jira-work".to_owned()]));
    assert!(rulebook.lacking(&"other".parse().unwrap(), &[], &catalogue).is_empty());
}
