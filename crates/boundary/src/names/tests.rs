use super::*;
use catalogue::{CanonicalPath, Catalogue};
use proptest::prelude::*;
use std::sync::LazyLock;
use types::{Face, Verb};

fn call(verb: Verb, path: &str) -> Call {
    let path = CanonicalPath::canonicalise(path).unwrap();
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());
    CATALOGUE.recognise(Face::JiraCloud, verb, &path).unwrap()
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
