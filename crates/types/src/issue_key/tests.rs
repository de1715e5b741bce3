use super::*;

#[test]
fn a_key_is_read_with_its_project() {
    for (text, project) in [("REL-1", "REL"), ("A-9", "A"), ("X_2-1234567890123456789", "X_2")] {
        let key: IssueKey = text.parse().unwrap();
        assert_eq!((key.as_str(), key.project(), key.to_string().as_str()), (text, project, text));
    }
}

#[test]
fn what_jira_would_not_write_is_no_key() {
    let long = format!("{}-1", "A".repeat(256));
    for text in [
        "",
        "-",
        "REL",
        "REL-",
        "-1",
        "rel-1",
        "2REL-1",
        "_R-1",
        "REL-0",
        "REL-01",
        "REL-1-2",
        "REL-1 ",
        "REL 1",
        "RÉL-1",
        "REL-١",
        "10001",
        "REL-12345678901234567890",
        &long,
    ] {
        assert_eq!(text.parse::<IssueKey>(), Err(NotAnIssueKey), "{text}");
    }
}
