use super::*;
use crate::source::{ManifestFile, Source};

fn condition_of(text: &str) -> Option<String> {
    let file = ManifestFile::new("robot.toml", text);
    let source = Source::new(&file);
    let mut findings = Findings::new(&source);
    let word = Word { value: text.into(), span: 0..text.len() };
    condition(&word, &mut findings).map(Into::into)
}

#[test]
fn no_condition_gets_out_of_its_brackets() {
    for good in [
        "status != Closed",
        "a = \"(\"",
        "a in (b, c) AND (d = ')')",
        r#"a = "\")" AND b = 1"#,
        "\"order\" = 1",
    ] {
        let kept = condition_of(good).unwrap_or_else(|| panic!("{good}"));
        assert!(jql::Clause::parse(&kept).is_ok(), "{kept}");
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
        assert!(condition_of(bad).is_none(), "{bad}");
    }
}
