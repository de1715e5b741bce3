//! Single decisions, one promise each.

use std::sync::Arc;

use jiff::Timestamp;
use policy::{Edit, ManifestFile, Question, Rulebook};
use types::{Address, Code, Refusal};

use crate::world::{CATALOGUE, SITES, ask, call, etl, manifest, now, rulebook};

fn with(line: &str) -> ManifestFile {
    let mut file = manifest(&["read:jira-work"], "ids = [\"jira:getIssue\"]");
    file.text.insert_str(0, &format!("{line}\n"));
    file
}

#[test]
fn an_empty_rulebook_denies_everyone_by_name() {
    let denial = ask(&Rulebook::empty(), "etl", "GET", "/rest/api/3/myself").unwrap_err();
    assert_eq!(denial.code, Code::NoManifest);
    assert_eq!(denial.sentence, "No manifest has been published for etl.");
}

#[test]
fn a_deny_wins_over_every_allow() {
    let operations = "ids = [\"deleteIssue\"]\ntags = [\"Issues\"]\neffects = [\"delete\"]\ndeny = { effects = [\"delete\"], ids = [\"deleteIssue\"] }";
    let rulebook = rulebook(&[manifest(&["write:jira-work"], operations)]);
    let denial = ask(&rulebook, "etl", "DELETE", "/rest/api/3/issue/A-1").unwrap_err();
    assert_eq!(denial.code, Code::OperationNotPermitted);
    assert_eq!(denial.rule.as_deref(), Some("etl.toml:11 deny.ids \"deleteIssue\""));
    assert_eq!(
        denial.to_string(),
        "The manifest of etl denies jira:deleteIssue (DELETE /rest/api/3/issue/{issueIdOrKey}). To allow it, remove \
         \"deleteIssue\" from operations.deny.ids in etl.toml (line 11) and remove \"delete\" from \
         operations.deny.effects (line 11)."
    );
}

#[test]
fn a_plain_date_is_the_last_day_and_an_instant_is_an_instant() {
    let site = &SITES["demo"];
    let call = call(site, "GET", "/rest/api/3/issue/A-1");
    for (expires, last, first_refused) in [
        ("2027-06-30", "2027-06-30T23:59:59.999Z", "2027-07-01T00:00:00Z"),
        ("2027-06-30T12:00:00+02:00", "2027-06-30T09:59:59Z", "2027-06-30T10:00:00Z"),
        ("2027-06-30T12:00:00Z", "2027-06-30T11:59:59Z", "2027-06-30T12:00:00Z"),
    ] {
        let rulebook = rulebook(&[with(&format!("expires = {expires}"))]);
        let client = etl();
        let at = |now: &str| {
            let now: Timestamp = now.parse().unwrap();
            rulebook.decide(Question {
                client: &client,
                token_scopes: None,
                user: None,
                account: None,
                site,
                call: &call,
                now,
            })
        };
        assert!(at(last).is_ok(), "{expires}");
        let denial = at(first_refused).unwrap_err();
        assert_eq!(denial.code, Code::ManifestExpired, "{expires}");
        assert!(
            denial.sentence.starts_with("The manifest of etl, owned by team, expired at 2027-"),
            "{denial}"
        );
        assert!(matches!(denial.edits[..], [Edit::Renew { .. }]));
    }
}

#[test]
fn a_client_reaches_the_sites_of_its_manifest_by_every_address_and_no_other() {
    let rulebook = rulebook(&[with("sites = [\"basement\"]")]);
    let client = etl();
    let find = |address: Address| rulebook.site_for((&client, None), &address, now());
    assert_eq!(find(Address::Default).unwrap().name.as_str(), "demo");
    assert_eq!(find(Address::Named("basement".parse().unwrap())).unwrap().name.as_str(), "basement");
    assert_eq!(find(Address::Cloud("11111111-2222".parse().unwrap())).unwrap().name.as_str(), "demo");

    for address in
        [Address::Named("other".parse().unwrap()), Address::Cloud("33333333-4444".parse().unwrap())]
    {
        let denial = find(address).unwrap_err();
        assert_eq!(denial.code, Code::SiteNotPermitted);
        assert_eq!(denial.smallest_change, "To allow it, add \"other\" to sites in etl.toml.");
    }
    for address in [Address::Named("nowhere".parse().unwrap()), Address::Cloud("99999999".parse().unwrap())] {
        assert_eq!(find(address).unwrap_err().code, Code::SiteUnknown);
    }
}

#[test]
fn a_site_the_manifest_does_not_name_is_denied_even_when_the_question_says_it() {
    let rulebook = rulebook(&[with("")]);
    let client = etl();
    let other = &SITES["other"];
    let call = call(other, "GET", "/rest/api/3/issue/A-1");
    let question = Question {
        client: &client,
        token_scopes: None,
        user: None,
        account: None,
        site: other,
        call: &call,
        now: now(),
    };
    let denial = rulebook.decide(question).unwrap_err();
    assert_eq!(denial.code, Code::SiteNotPermitted);

    // The same name with another place behind it is another site.
    let mut moved = (*SITES["demo"]).clone();
    moved.deployment = other.deployment.clone();
    let moved = Arc::new(moved);
    assert!(rulebook.decide(Question { site: &moved, ..question }).is_err());
}

#[test]
fn an_operation_of_another_face_than_the_sites_is_denied() {
    let rulebook = rulebook(&[with("sites = [\"basement\"]")]);
    let client = etl();
    let cloud_call = call(&SITES["demo"], "GET", "/rest/api/3/issue/A-1");
    let basement = &SITES["basement"];
    let question = Question {
        client: &client,
        token_scopes: None,
        user: None,
        account: None,
        site: basement,
        call: &cloud_call,
        now: now(),
    };
    let denial = rulebook.decide(question).unwrap_err();
    assert_eq!(denial.code, Code::SiteNotPermitted);
    assert_eq!(denial.smallest_change, "No change of the manifest can allow it.");
}

#[test]
fn data_center_needs_no_scopes() {
    let mut file = manifest(&[], "ids = [\"getIssue\"]");
    file.text = file.text.replace("site = \"demo\"", "site = \"basement\"");
    let rulebook = rulebook(&[file]);
    let permit = ask(&rulebook, "etl", "GET", "/rest/api/2/issue/A-1").unwrap();
    assert!(permit.scopes().is_empty());
    assert_eq!(permit.rule().as_ref(), "etl.toml:8 ids \"getIssue\"");
}

#[test]
fn a_token_that_was_narrowed_is_told_so() {
    let rulebook = rulebook(&[manifest(&["read:jira-work", "write:jira-work"], "ids = [\"editIssue\"]")]);
    let client = etl();
    let site = &SITES["demo"];
    let call = call(site, "PUT", "/rest/api/3/issue/A-1");
    let token = CATALOGUE.scope_set(["read:jira-work"]).unwrap();
    let question = Question {
        client: &client,
        token_scopes: Some(&token),
        user: None,
        account: None,
        site,
        call: &call,
        now: now(),
    };
    let denial = rulebook.decide(question).unwrap_err();
    assert_eq!(denial.code, Code::ScopeMissing);
    assert_eq!(
        denial.to_string(),
        "jira:editIssue (PUT /rest/api/3/issue/{issueIdOrKey}) needs \"write:jira-work\", which the manifest of etl \
         has but the token lacks. To allow it, ask for \"write:jira-work\" when fetching the token, or for no scope \
         at all."
    );
    // A token can never hold more than its manifest.
    let wider = CATALOGUE.scope_set(["manage:jira-configuration"]).unwrap();
    assert!(rulebook.decide(Question { token_scopes: Some(&wider), ..question }).is_err());
}

#[test]
fn everything_that_is_wrong_is_in_the_smallest_change() {
    let mut file =
        manifest(&["read:jira-work"], "effects = [\"write\"]\ndeny = { effects = [\"administer\"] }");
    file.text.insert_str(0, "expires = 2020-01-01\n");
    let rulebook = rulebook(&[file]);
    let denial = ask(&rulebook, "etl", "POST", "/rest/api/3/project").unwrap_err();
    assert_eq!(denial.code, Code::ManifestExpired);
    assert_eq!(
        denial.smallest_change,
        "To allow it, set \"expires\" in etl.toml to a later date, remove \"administer\" from \
         operations.deny.effects (line 10), add \"createProject\" to operations.ids and add \
         \"manage:jira-configuration\" to scopes."
    );
    let refusal = Refusal::from(denial);
    assert_eq!(refusal.code(), Code::ManifestExpired);
    assert!(refusal.advice().ends_with("to scopes."));
}

#[test]
fn an_operation_closed_to_oauth_is_denied_without_false_hope() {
    let rulebook = rulebook(&[manifest(&["read:jira-work"], "effects = [\"read\"]")]);
    let denial = ask(&rulebook, "etl", "GET", "/rest/devopscomponents/1.0/devopscomponents/1").unwrap_err();
    assert_eq!(denial.code, Code::OperationNotPermitted);
    assert_eq!(denial.smallest_change, "No change of the manifest can allow it.");
    assert!(denial.edits.is_empty());
}

#[test]
fn a_manifest_of_users_permits_nothing_without_one_and_says_so() {
    let mut file = manifest(&["read:jira-work"], "effects = [\"read\"]");
    file.text = file.text.replace("demo-service-account", "user");
    let rulebook = rulebook(&[file]);
    assert!(rulebook.manifest(&etl()).unwrap().acts_as_user());
    let denial = ask(&rulebook, "etl", "GET", "/rest/api/3/issue/A-1").unwrap_err();
    assert_eq!(denial.code, Code::UserMissing);
    assert!(denial.sentence.starts_with("It needs a signed-in user: "), "{}", denial.sentence);
    assert!(denial.edits.is_empty() && denial.smallest_change.contains("/oauth/authorize"));
    // What else is wrong is said first: it can be mended.
    let denial = ask(&rulebook, "etl", "DELETE", "/rest/api/3/issue/A-1").unwrap_err();
    assert_eq!(denial.code, Code::OperationNotPermitted);
    assert!(!denial.edits.is_empty());
}

#[test]
fn the_token_of_a_user_is_handed_to_nobody() {
    let mut file = manifest(&["read:jira-work"], "effects = [\"read\"]");
    file.text = format!("vending = true\n{}", file.text.replace("demo-service-account", "user"));
    let found = crate::world::try_compile(&[file]).unwrap_err();
    assert!(found.iter().any(|one| one.message.contains("never handed out")), "{found:?}");
}

#[test]
fn what_people_do_themselves_goes_out_as_nobody_else() {
    let mut file = manifest(&["read:jira-work"], "effects = [\"read\"]");
    file.path = "manifests/people.toml".to_owned();
    let found = crate::world::try_compile(&[file.clone()]).unwrap_err();
    assert!(found.iter().any(|one| one.message.contains("as nobody else")), "{found:?}");
    file.text = file.text.replace("demo-service-account", "user");
    assert!(crate::world::try_compile(&[file]).is_ok());
}

#[test]
fn nobody_can_write_down_whose_grant_to_use() {
    let mut file = manifest(&["read:jira-work"], "effects = [\"read\"]");
    file.text = file.text.replace("demo-service-account", "person-0123456789abcdef0123456789abcdef");
    let found = crate::world::try_compile(&[file]).unwrap_err();
    assert!(found.iter().any(|one| one.message.contains("cannot be named")), "{found:?}");
}

#[test]
fn a_call_recognised_with_another_catalogue_is_never_permitted() {
    let rulebook = rulebook(&[manifest(&["read:jira-work"], "effects = [\"read\"]")]);
    let client = etl();
    let site = &SITES["demo"];
    let reloaded = catalogue::Catalogue::builtin().unwrap();
    let path = catalogue::CanonicalPath::canonicalise("/rest/api/3/issue/A-1").unwrap();
    let call = reloaded.recognise(types::Face::JiraCloud, types::Verb::Get, &path).unwrap();
    let question = Question {
        client: &client,
        token_scopes: None,
        user: None,
        account: None,
        site,
        call: &call,
        now: now(),
    };
    assert_eq!(rulebook.decide(question).unwrap_err().code, Code::Internal);
}

#[test]
fn the_word_to_add_names_the_operation_and_nothing_else() {
    let rulebook = rulebook(&[manifest(&["read:jira-work"], "ids = [\"getProject\"]")]);
    let word = |verb, path| {
        let denial = ask(&rulebook, "etl", verb, path).unwrap_err();
        denial.edits.into_iter().find_map(|edit| match edit {
            Edit::AddId { word } => Some(word),
            _ => None,
        })
    };
    assert_eq!(word("PUT", "/rest/api/2/issue/A-1").as_deref(), Some("editIssue"));
    // Jira Software has a getIssue too.
    assert_eq!(word("GET", "/rest/api/2/issue/A-1").as_deref(), Some("jira:getIssue"));
    // Confluence has a getTasks in each of its APIs, and they are different things.
    assert_eq!(word("GET", "/wiki/api/v2/tasks").as_deref(), Some("GET /wiki/api/v2/tasks"));
}

#[test]
fn clients_with_equal_operations_share_what_they_compile_to() {
    let many: Vec<ManifestFile> = (0..50)
        .map(|number| {
            let mut file = manifest(&["read:jira-work"], "ids = [\"jira:getIssue\"]");
            file.path = format!("manifests/client-{number}.toml");
            // On another line, with another ceiling: still the same operations.
            file.text.insert_str(0, &"# a comment\n".repeat(number));
            file
        })
        .collect();
    let rulebook = rulebook(&many);
    assert_eq!((rulebook.len(), rulebook.distinct_selections()), (50, 1));
    let rule = |client| ask(&rulebook, client, "GET", "/rest/api/3/issue/A-1").unwrap().rule().to_string();
    assert_eq!(rule("client-0"), "client-0.toml:8 ids \"jira:getIssue\"");
    assert_eq!(rule("client-7"), "client-7.toml:15 ids \"jira:getIssue\"");
}
