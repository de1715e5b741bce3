use crate::cql;
use crate::jql::{Clause, Query};

fn printed(text: &str) -> String {
    Query::parse(text).unwrap_or_else(|refused| panic!("{text}: {refused}")).to_string()
}

#[test]
fn not_binds_tighter_than_and_and_and_tighter_than_or() {
    assert_eq!(Query::parse("a=1 or not b=2 and c=3"), Query::parse("a = 1 OR ((NOT (b = 2)) AND (c = 3))"));
    assert_ne!(Query::parse("a=1 or b=2 and c=3"), Query::parse("(a=1 or b=2) and c=3"));
    assert_eq!(printed("a=1|!b=2&&c=3"), "a = 1 OR NOT b = 2 AND c = 3");
    assert_eq!(printed("NOT (a = 1 OR b = 2) AND ! ! c = 3"), "NOT (a = 1 OR b = 2) AND NOT NOT c = 3");
}

#[test]
fn everything_atlassian_documents_is_read() {
    for (query, expected) in [
        ("", ""),
        ("  \n\t ", ""),
        ("order by created", "ORDER BY created"),
        (
            "ORDER BY priority DESC, 'Story Points' asc, cf[010010]",
            "ORDER BY priority DESC, \"Story Points\" ASC, cf[10010]",
        ),
        ("duedate = empty or duedate != NULL", "duedate = EMPTY OR duedate != EMPTY"),
        ("project IN (REL, 10001, \"Data Platform\")", "project IN (REL, 10001, \"Data Platform\")"),
        (
            "assignee not in (Jack,Jill, membersOf('my team'))",
            "assignee NOT IN (Jack, Jill, membersOf(\"my team\"))",
        ),
        ("sprint in openSprints()", "sprint IN openSprints()"),
        (
            "created > -1w and due <= \"2026/01/02 10:00\"",
            "created > \"-1w\" AND due <= \"2026/01/02 10:00\"",
        ),
        ("created >= startOfDay(-1)", "created >= startOfDay(\"-1\")"),
        ("votes >= -4", "votes >= -4"),
        ("fixVersion is not empty", "fixVersion IS NOT EMPTY"),
        (
            "status was \"In Progress\" by rosa before \"2026/02/02\"",
            "status WAS \"In Progress\" BY rosa BEFORE \"2026/02/02\"",
        ),
        (
            "status was not in (Done, 3) during (\"2026/01/01\", now())",
            "status WAS NOT IN (Done, 3) DURING (\"2026/01/01\", now())",
        ),
        ("status was not EMPTY", "status WAS NOT EMPTY"),
        ("status changed", "status CHANGED"),
        (
            "priority changed by rosa from Low to (High, Highest) after startOfWeek() on '2026-01-01'",
            "priority CHANGED BY rosa FROM Low TO (High, Highest) AFTER startOfWeek() ON \"2026-01-01\"",
        ),
        ("\"Story Points[Number]\" > 3", "\"Story Points[Number]\" > 3"),
        ("issue.property[approval].status = \"x\"", "issue.property[approval].status = x"),
        ("issue.property[ 'a b' ] .c.d ~ 1", "issue.property[\"a b\"].c.d ~ 1"),
        ("cf[10010] ~ \"a\\\"b\"", "cf[10010] ~ \"a\\\"b\""),
        ("summary ~ \"\\\\\\\"exact\\\\\\\"\"", "summary ~ \"\\\\\\\"exact\\\\\\\"\""),
        ("project = 'AND'", "project = \"AND\""),
        ("issuekey = rel-1", "issuekey = rel-1"),
        ("version = 1.2.3", "version = \"1.2.3\""),
    ] {
        assert_eq!(printed(query), expected);
    }
}

#[test]
fn what_cannot_be_parsed_is_refused_with_its_place() {
    for (query, place, part) in [
        ("project REL", "line 1, column 9", "an operator"),
        ("project = ", "line 1, column 11", "found the end"),
        ("project = REL AND", "line 1, column 18", "a field"),
        ("project = REL status = Done", "line 1, column 15", "AND, OR, ORDER BY"),
        ("project = REL\nAND é = 1 foo", "line 2, column 11", "AND, OR"),
        ("(project = REL", "line 1, column 15", "')'"),
        ("project = REL) OR (project = SEC", "line 1, column 14", "found ')'"),
        ("(project = REL ORDER BY key)", "line 1, column 16", "')'"),
        ("project = INT", "line 1, column 11", "reserved word"),
        ("project = (A, B)", "line 1, column 11", "a list goes with IN"),
        ("project in REL", "line 1, column 12", "in parentheses"),
        ("project in ()", "line 1, column 13", "a value"),
        ("project is REL", "line 1, column 12", "EMPTY or NULL"),
        ("project not REL", "line 1, column 13", "IN after NOT"),
        ("order by", "line 1, column 9", "a field to order by"),
        ("order by key sideways", "line 1, column 14", "ASC, DESC"),
        ("order key", "line 1, column 7", "BY after ORDER"),
        ("status was Done from Open", "line 1, column 17", "CHANGED only"),
        ("status = Done by rosa", "line 1, column 15", "AND, OR"),
        ("10010 = x", "line 1, column 1", "cf[10010]"),
        ("cf = x", "line 1, column 4", "cf[10010]"),
        ("cf[x] = 1", "line 1, column 4", "cf[10010]"),
        ("\" \" = 1", "line 1, column 1", "blank"),
        ("a = 99999999999999999999", "line 1, column 5", "64 bits"),
        ("a = f(g(1))", "line 1, column 8", "',' or ')'"),
        ("a = f(1", "line 1, column 8", "',' or ')'"),
        ("a = b -- c", "line 1, column 7", "AND, OR"),
        ("a = \u{201c}x y\u{201d}", "line 1, column 8", "AND, OR"),
        ("a[b][c] = 1", "line 1, column 5", "an operator"),
    ] {
        let refused = Query::parse(query).unwrap_err();
        assert!(
            refused.to_string().starts_with(place) && refused.sentence().contains(part),
            "{query}: {refused}"
        );
    }
}

#[test]
fn no_text_is_too_long_or_too_deep_for_a_sentence() {
    let deep =
        |open: &str, close: &str, times: usize| format!("{}a = 1{}", open.repeat(times), close.repeat(times));
    for query in [
        deep("(", ")", 10_000),
        deep("not ", "", 8_000),
        deep("!", "", 10_000),
        deep("not(", ")", 5_000),
        format!("a in {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        "(".repeat(30_000),
    ] {
        assert!(Query::parse(&query).unwrap_err().sentence().contains("nested deeper than 64 levels"));
    }
    let long = format!("a = \"{}\"", "é".repeat(50_000));
    assert!(Query::parse(&long).unwrap_err().sentence().contains("longer than 32768 bytes"));
    assert!(Query::parse(&deep("(", ")", 64)).is_ok() && Query::parse(&deep("(", ")", 65)).is_err());
    assert!(Query::parse(&deep("not ", "", 64)).is_ok() && Query::parse(&deep("not ", "", 65)).is_err());
    let chain = vec!["a = 1"; 3_000].join(" OR ");
    assert_eq!(printed(&chain), chain);
}

#[test]
fn what_was_constrained_can_be_read_again_however_deep_it_was() {
    let query = format!("{}a = 1 or b = 2{}", "not (".repeat(32), ")".repeat(32));
    let constraint = Clause::parse(&query).unwrap();
    let constrained = Query::parse(&query).unwrap().constrain(&constraint);
    assert_eq!(Query::parse_printed(&constrained.to_string()), Ok(constrained));
}

#[test]
fn a_constraint_somebody_wrote_is_neither_empty_nor_ordered() {
    assert!(Clause::parse("").unwrap_err().sentence().contains("empty"));
    assert!(Clause::parse("order by key").unwrap_err().sentence().contains("ORDER BY"));
    let refused = Clause::parse("project = REL order by key").unwrap_err();
    assert_eq!((refused.line(), refused.column()), (1, 24));
}

#[test]
fn cql_has_no_history_no_empty_and_no_signs_for_and_or_not() {
    for query in [
        "a is empty",
        "a was b",
        "a changed",
        "a = null",
        "!a = 1",
        "a = 1 & b = 1",
        "a = 1 || b = 1",
        "space = ~me",
    ] {
        assert!(cql::Query::parse(query).is_err(), "{query}");
    }
}
