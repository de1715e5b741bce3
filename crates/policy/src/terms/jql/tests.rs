use super::*;

#[test]
fn no_name_ends_its_quotes() {
    for (text, written) in [("a", r#""a""#), (r#"a" OR b = "c"#, r#""a\" OR b = \"c""#), (r"a\", r#""a\\""#)]
    {
        assert_eq!(quoted(text), written);
    }
}
