use super::*;

#[test]
fn the_nearest_word_is_suggested_and_nothing_far_away() {
    let known = ["getIssue", "getIssueLink", "deleteIssue", "Issue comments"];
    for (typed, expected) in [
        ("getIsue", Some("getIssue")),
        ("GETISSUE", Some("getIssue")),
        ("issue comment", Some("Issue comments")),
        ("zzz", None),
        ("", None),
    ] {
        assert_eq!(nearest(typed, known), expected, "{typed}");
    }
    assert_eq!(nearest(&"getIssue".repeat(1_000), known), None);
}
