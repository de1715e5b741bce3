use super::{Clause, Query};

#[test]
fn what_atlassian_documents_is_read_and_constrained() {
    let space = Clause::field_in("space", ["REL"]);
    for (query, expected) in [
        ("", "space IN (REL)"),
        (
            "label = \"performance\" and type = \"blogpost\"",
            "space IN (REL) AND (label = performance AND type = blogpost)",
        ),
        ("space = IDEAS or label = idea", "space IN (REL) AND (space = IDEAS OR label = idea)"),
        (
            "lastModified < startOfYear() order by created desc",
            "space IN (REL) AND lastModified < startOfYear() ORDER BY created DESC",
        ),
        ("label = cql and not space = dev", "space IN (REL) AND (label = cql AND NOT space = dev)"),
        ("created > 2014/09/01", "space IN (REL) AND created > \"2014/09/01\""),
        ("created >= now(\"-4w\")", "space IN (REL) AND created >= now(\"-4w\")"),
        ("title ~ win*", "space IN (REL) AND title ~ \"win*\""),
        ("ancestor in (123, 456)", "space IN (REL) AND ancestor IN (123, 456)"),
        ("creator not in ('99:27935d01-x')", "space IN (REL) AND creator NOT IN (\"99:27935d01-x\")"),
    ] {
        assert_eq!(Query::parse(query).unwrap().constrain(&space).to_string(), expected);
    }
    let none = Clause::field_in("space", Vec::<String>::new());
    assert_eq!(Query::default().constrain(&none).to_string(), "type = page AND type != page");
}
