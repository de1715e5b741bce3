use super::{Clause, Query};

fn constrained(query: &str, constraint: &Clause) -> String {
    Query::parse(query).unwrap().constrain(constraint).to_string()
}

#[test]
fn a_constraint_stands_beside_the_whole_query() {
    let rel = Clause::field_in("project", ["10000", "10001"]);
    for (query, expected) in [
        ("", "project IN (10000, 10001)"),
        ("ORDER BY key", "project IN (10000, 10001) ORDER BY key"),
        ("a = 1", "project IN (10000, 10001) AND a = 1"),
        ("a = 1 OR b = 2 ORDER BY c DESC", "project IN (10000, 10001) AND (a = 1 OR b = 2) ORDER BY c DESC"),
        ("a = 1 AND b = 2", "project IN (10000, 10001) AND (a = 1 AND b = 2)"),
        ("NOT a = 1", "project IN (10000, 10001) AND NOT a = 1"),
        ("a ~ 'x) OR (project = SEC'", "project IN (10000, 10001) AND a ~ \"x) OR (project = SEC\""),
        ("a ~ 'order by'", "project IN (10000, 10001) AND a ~ \"order by\""),
    ] {
        assert_eq!(constrained(query, &rel), expected);
    }
}

#[test]
fn constraints_are_built_of_clauses() {
    let clause = Clause::field_is("project", "REL")
        .or(Clause::field_in("project", ["DATA", "in"]))
        .and(Clause::field_is("level", "Top \"secret\"").not());
    assert_eq!(
        clause.to_string(),
        "(project = REL OR project IN (DATA, \"in\")) AND NOT level = \"Top \\\"secret\\\"\""
    );
    assert_eq!(Clause::parse(&clause.to_string()), Ok(clause));
}

#[test]
fn without_values_nothing_holds() {
    let none = Clause::field_in("project", Vec::<String>::new());
    assert_eq!(constrained("a = 1", &none), "(project IS EMPTY AND project IS NOT EMPTY) AND a = 1");
}

#[test]
fn every_field_function_and_value_is_told() {
    let query = Query::parse(
        "key in (REL-1, sec-2) and not (ISSUE = 10003 or cf[10010] was x by currentUser()) \
         and issue.property[k].p = 1 and project changed from SEC order by \"cf[10011]\", parent",
    )
    .unwrap();
    let fields: Vec<_> = query.fields().map(ToString::to_string).collect();
    assert_eq!(
        fields,
        ["key", "ISSUE", "cf[10010]", "issue.property[k].p", "project", "cf[10011]", "parent"]
    );
    assert_eq!(query.values_of("issuekey").collect::<Vec<_>>(), ["REL-1", "sec-2", "10003"]);
    assert_eq!(query.values_of("Project").collect::<Vec<_>>(), ["SEC"]);
    assert_eq!(query.functions().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["currentUser"]);
}

#[test]
fn a_field_is_known_by_every_spelling_jira_takes() {
    let field = |text: &str| Query::parse(&format!("{text} = 1")).unwrap().fields().next().unwrap().clone();
    for spelling in
        ["summary", "SUMMARY", "'summary '", "\"\\u0073ummary\"", "\"summary[Text]\"", "\u{17f}ummary"]
    {
        assert!(field(spelling).is("Summary"), "{spelling}");
    }
    assert!(field("\u{212a}ey").is("key") && field("pr\u{131}or\u{130}ty").is("priority"));
    assert!(!field("summаry").is("summary"), "a Cyrillic letter is another letter");
    for spelling in ["cf[10010]", "CF[ 010010 ]", "'cf[10010]'", "\" Cf [ 10010 ] \"", "customfield_10010"] {
        assert_eq!(field(spelling).custom_id(), Some(10010), "{spelling}");
    }
    assert_eq!(field("cfx").custom_id(), None);
}
