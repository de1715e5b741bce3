use super::*;
use catalogue::{CanonicalPath, Catalogue};
use proptest::prelude::*;
use std::sync::LazyLock;
use types::{Face, Verb};

fn call(verb: Verb, path: &str) -> Call {
    let path = CanonicalPath::canonicalise(path).unwrap();
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());
    let face = if path.as_str().starts_with("/wiki/") { Face::ConfluenceCloud } else { Face::JiraCloud };
    CATALOGUE.recognise(face, verb, &path).unwrap()
}

fn named(verb: Verb, path: &str, query: &str, body: &str) -> Result<Vec<String>, Trouble> {
    let body = if body.is_empty() { None } else { Some(Json::parse(body.as_bytes())?) };
    let query = Parameters::read(query).unwrap();
    let found = names(&call(verb, path), &query, body.as_ref())?;
    Ok(found.into_iter().map(|name| format!("{}={}", name.kind, name.text)).collect())
}

#[test]
fn the_path_the_query_and_the_body_are_looked_at() {
    assert_eq!(named(Verb::Get, "/rest/api/3/issue/rel-1", "", "").unwrap(), ["issue=rel-1"]);
    let bulk = r#"{"issueIdsOrKeys":["REL-1",10002]}"#;
    assert_eq!(
        named(Verb::Post, "/rest/api/3/issue/bulkfetch", "", bulk).unwrap(),
        ["issue=REL-1", "issue=10002"]
    );
    let made = r#"{"fields":{"project":{"id":"10001","key":"SEC"}}}"#;
    let found = named(Verb::Post, "/rest/api/3/issue", "", made).unwrap();
    assert!(
        found.contains(&"project=10001".to_owned()) && found.contains(&"project=SEC".to_owned()),
        "{found:?}"
    );
}

#[test]
fn issues_are_moved_to_what_the_names_of_members_say() {
    let moved = |target: &str| {
        let body = format!(r#"{{"targetToSourcesMapping":{{"{target}":{{"issueIdsOrKeys":["REL-1"]}}}}}}"#);
        named(Verb::Post, "/rest/api/3/bulk/issues/move", "", &body)
    };
    for (target, expected) in [
        ("REL,10002", vec!["project=REL"]),
        ("10001, 10002", vec!["project=10001"]),
        ("REL,10003,SEC-1", vec!["project=REL", "issue=SEC-1"]),
    ] {
        let found = moved(target).unwrap();
        assert!(expected.iter().all(|name| found.contains(&(*name).to_owned())), "{found:?}");
    }
    for target in ["", ",10002", "REL,10002,", "REL,10003,SEC-1,x", "REL/SEC,1"] {
        assert!(moved(target).is_err(), "{target}");
    }
    let version = r#"{"after":"https://x.atlassian.net/rest/api/3/version/10005"}"#;
    let found = named(Verb::Post, "/rest/api/3/version/10000/move", "", version).unwrap();
    assert_eq!(found, ["version=10000", "version=10005"]);
}

#[test]
fn a_space_goes_by_its_key_where_the_parameter_says_so() {
    let is_key = |path: &str, query: &str| {
        let found = names(&call(Verb::Get, path), &Parameters::read(query).unwrap(), None).unwrap();
        found.iter().map(Name::is_key).collect::<Vec<_>>()
    };
    assert_eq!(is_key("/wiki/api/v2/spaces", "ids=7&keys=7&keys=DOC"), [false, true, true]);
    assert_eq!(is_key("/wiki/api/v2/pages", "space-id=7"), [false]);
    assert_eq!(is_key("/wiki/rest/api/space/7", ""), [true]);
}

#[test]
fn something_else_where_a_name_is_expected_is_trouble() {
    for body in [
        r#"{"issueIdsOrKeys":[1.5]}"#,
        r#"{"issueIdsOrKeys":[[["REL-1"]]]}"#,
        r#"{"issueIdsOrKeys":"REL-1"}"#,
        r#"{"issueIdsOrKeys":[{"name":"REL-1"}]}"#,
        r#"{"issueIdsOrKeys":["010002"]}"#,
        r#"{"issueIdsOrKeys":["\u0420EL-1"]}"#,
        r#"{"issueIdsOrKeys":[99999999999999999999]}"#,
        r#"{"issueIdsOrKeys":[""]}"#,
    ] {
        let found = named(Verb::Post, "/rest/api/3/issue/bulkfetch", "", body);
        assert!(matches!(found, Err(Trouble::NotAName { .. })), "{body}: {found:?}");
    }
}

#[test]
fn more_names_than_the_limit_are_trouble() {
    let many: Vec<String> = (1..=limits::NAMES + 1).map(|n| n.to_string()).collect();
    let body = format!(r#"{{"issueIdsOrKeys":[{}]}}"#, many.join(","));
    assert_eq!(named(Verb::Post, "/rest/api/3/issue/bulkfetch", "", &body), Err(Trouble::TooMany));
}

proptest! {
    #[test]
    fn no_body_and_no_query_brings_it_down(body in any::<Vec<u8>>(), query in any::<String>()) {
        let call = call(Verb::Post, "/rest/api/3/issue/bulkfetch");
        let body = Json::parse(&body).ok();
        if let Some(query) = Parameters::read(&query) {
            let _ = names(&call, &query, body.as_ref());
        }
    }
}
