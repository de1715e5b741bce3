use std::sync::Arc;

use audit::{Text, WouldRefuse};

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A read of an issue that was answered.
fn call(second: i64) -> Record {
    let id = serde_json::from_str("\"01900000-0000-7000-8000-000000000001\"").unwrap();
    Record {
        client: Some("etl".parse().unwrap()),
        operation: Some("jira:getIssue".into()),
        scopes: ["write:jira-work".into(), "read:jira-work".into()].into(),
        decision: Some(Decision::Permitted),
        upstream_status: Some(200),
        issue: Some("rel-7".into()),
        ..Record::new(Kind::Call, id, at(second))
    }
}

fn counted(records: Vec<Record>) -> Vec<(String, String, Count)> {
    let found: Vec<Found> = (1..).zip(records).map(|(seq, record)| Found { seq, record }).collect();
    counts(&found).map(|(key, count)| (key.scopes.clone(), key.place.to_text(), count)).collect()
}

fn count(calls: u64, refusals: u64, observed: u64, (first, last, used): (i64, i64, Option<i64>)) -> Count {
    Count { calls, refusals, observed, first_at: at(first), last_at: at(last), used_at: used.map(at) }
}

const SCOPES: &str = "read:jira-work write:jira-work";

#[test]
fn calls_count_by_scopes_and_project_with_their_first_and_last_time() {
    let found = counted(vec![call(5), call(3), call(9)]);
    assert_eq!(found, [(SCOPES.to_owned(), "project REL".to_owned(), count(3, 0, 0, (3, 9, Some(9))))]);
}

#[test]
fn what_was_refused_counts_without_scopes_and_without_a_place() {
    let by_decision = Record { decision: Some(Decision::Refused), upstream_status: None, ..call(4) };
    let by_terms = Record { refusal: Some("hidden".into()), upstream_status: None, ..call(6) };
    let found = counted(vec![by_decision, by_terms]);
    assert_eq!(found, [(String::new(), String::new(), count(0, 2, 0, (4, 6, None)))]);
}

#[test]
fn what_failed_on_the_way_was_permitted_and_what_it_named_may_not_exist() {
    let failed = Record { refusal: Some("upstream-timeout".into()), upstream_status: None, ..call(4) };
    let unknown = Record { upstream_status: Some(404), ..call(5) };
    let found = counted(vec![failed, unknown]);
    assert_eq!(found, [(SCOPES.to_owned(), String::new(), count(2, 0, 0, (4, 5, Some(5))))]);
}

#[test]
fn an_observed_call_counts_as_one_and_as_one_that_would_be_refused() {
    let would = WouldRefuse::new(Code::ScopeMissing, None);
    let found = counted(vec![call(1), Record { would_refuse: Some(Box::new(would)), ..call(2) }]);
    assert_eq!(found[0].2, count(2, 0, 1, (1, 2, Some(2))));
}

#[test]
fn nothing_counts_but_a_decision_about_an_operation() {
    let others = [
        Record { kind: Kind::Intent, ..call(1) },
        Record { kind: Kind::Token, ..call(1) },
        Record { client: None, ..call(1) },
        Record { operation: None, ..call(1) },
        Record { decision: None, ..call(1) },
    ];
    assert!(counted(others.to_vec()).is_empty());
}

#[test]
fn a_place_is_kept_as_it_was_found() {
    let spaces =
        Record { issue: None, space: Some(Text::untrusted("DOC")), scopes: Arc::default(), ..call(1) };
    let projects = Record { issue: Some("10001".into()), project: Some("rel".into()), ..call(1) };
    let found = counted(vec![spaces, projects]);
    let places: Vec<_> = found.iter().map(|(_, place, _)| place.as_str()).collect();
    assert_eq!(places, ["space DOC", "project REL"]);
    for place in [Place::None, Place::Project("REL".into()), Place::Space("DOC".into()), Place::Other] {
        assert_eq!(Place::of_text(&place.to_text()), place);
    }
}
