use super::*;

#[test]
fn no_condition_gets_out_of_its_brackets() {
    for good in [
        "status != Closed",
        "a = \"(\"",
        "a in (b, c) AND (d = ')')",
        r#"a = "\")" AND b = 1"#,
        "\"order\" = 1",
    ] {
        assert!(is_whole(good), "{good}");
    }
    for bad in [
        "a) OR (project = SEC",
        ")(",
        "(",
        "a = \"",
        "a = 'x",
        "a ORDER BY b",
        "a = 1 \\",
        r#"a = "\" ) OR ("#,
    ] {
        assert!(!is_whole(bad), "{bad}");
    }
}
