use super::*;
use crate::{cql, jql};

fn jql(text: &str) -> Vec<(Reaching, String, Vec<String>)> {
    let query = jql::Query::parse(text).unwrap();
    query.reaches_beyond().into_iter().map(|reach| (reach.kind, reach.what, reach.values)).collect()
}

#[test]
fn what_the_issue_itself_says_reaches_no_further() {
    for query in [
        "",
        "summary ~ x and text ~ 'a b' and created > -1w or assignee = currentUser() and labels in (a, b)",
        "resolution is empty and sprint in openSprints() and component is empty order by rank, project, status desc",
        "priority changed by rosa after startOfDay() and key is not empty",
    ] {
        assert_eq!(jql(query), [], "{query}");
    }
}

#[test]
fn what_can_tell_about_others_is_told() {
    use Reaching::{
        Account, Container, CustomField, Filter, Hierarchy, Item, Link, Property, UnknownFunction, Value,
    };
    for (query, kind, what, values) in [
        ("filter = 10100", Filter, "filter", &["10100"][..]),
        ("savedFilter in ('What is new')", Filter, "savedFilter", &["What is new"]),
        ("searchRequest = x", Filter, "searchRequest", &["x"]),
        ("parent = SEC-1", Hierarchy, "parent", &["SEC-1"]),
        ("parent is empty", Hierarchy, "parent", &[]),
        ("'Epic Link' is not empty", Hierarchy, "\"Epic Link\"", &[]),
        ("issueLinkType = blocks", Link, "issueLinkType", &["blocks"]),
        ("issue in linkedIssues('SEC-1')", Link, "linkedIssues()", &["SEC-1"]),
        ("issue in (SEC-1)", Item, "issue", &["SEC-1"]),
        ("key > SEC-1", Item, "key", &["SEC-1"]),
        ("project != SEC", Container, "project", &["SEC"]),
        ("project changed to SEC", Container, "project", &["SEC"]),
        ("fixVersion in unreleasedVersions(SEC)", Container, "unreleasedVersions()", &["SEC"]),
        ("status = 'Under Attack'", Value, "status", &["Under Attack"]),
        ("assignee in membersOf(security)", Value, "membersOf()", &["security"]),
        ("issue.property[k].p = 1", Property, "issue.property[k].p", &["1"]),
        ("issue in issueHistory()", Account, "issueHistory()", &[]),
        ("lastViewed > -1d", Account, "lastViewed", &[]),
        ("cf[10014] is empty", CustomField, "cf[10014]", &[]),
        ("\"Story Points\" > 3", CustomField, "\"Story Points\"", &["3"]),
        (
            "issueFunction in issuesInEpics('project = SEC')",
            UnknownFunction,
            "issuesInEpics()",
            &["project = SEC"],
        ),
        ("order by parent", Hierarchy, "parent", &[]),
        ("order by cf[10014] desc", CustomField, "cf[10014]", &[]),
    ] {
        let found = jql(query);
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        // `lastViewed > -1d` names a time, which is no name.
        let same = |one: &(Reaching, String, Vec<String>)| {
            one.0 == kind && one.1 == what && (one.2 == values || kind == Account)
        };
        assert!(found.iter().any(same), "{query}: {found:?}");
    }
}

#[test]
fn a_reach_says_where_it_stands_and_why() {
    let text = "summary ~ é AND  filter = 10100 AND created > -1d";
    let reaches = jql::Query::parse(text).unwrap().reaches_beyond();
    let [filter] = reaches.as_slice() else { panic!("{reaches:?}") };
    assert_eq!(filter.span.of(text), "filter = 10100");
    assert_eq!(filter.to_string(), "filter: a saved filter is somebody else's query");
}

#[test]
fn confluence_has_its_own_ways_to_reach_beyond() {
    let kinds = |text: &str| {
        let reaches = cql::Query::parse(text).unwrap().reaches_beyond();
        reaches.into_iter().map(|reach| reach.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("type = page and title ~ 'x' and created > now('-4w') order by lastmodified"), []);
    assert_eq!(kinds("ancestor = 123 or space.key in (SEC)"), [Reaching::Item, Reaching::Container]);
    assert_eq!(kinds("id in recentlyViewedContent(5)"), [Reaching::Account]);
    assert_eq!(
        kinds("content.property[k].p = 1 and x = y()"),
        [Reaching::Property, Reaching::CustomField, Reaching::UnknownFunction]
    );
}

#[test]
fn the_tables_are_in_lower_case_and_name_nothing_twice() {
    use crate::language::sealed::Rules;
    let tables = [jql::Jql::FIELDS, jql::Jql::FUNCTIONS, cql::Cql::FIELDS, cql::Cql::FUNCTIONS];
    for table in tables {
        let names: Vec<_> = table.iter().flat_map(|(names, _)| names.iter()).collect();
        assert!(names.iter().all(|name| fold(name) == **name));
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), names.len());
    }
}
