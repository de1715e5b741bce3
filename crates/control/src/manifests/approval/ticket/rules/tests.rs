use serde_json::json;

use super::*;
use crate::manifests::{Entitled, WhenItLeaves};

const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn settings(digest_in: DigestIn) -> Ticket {
    Ticket {
        site: "demo".parse().unwrap(),
        grant: "standin".parse().unwrap(),
        project: "REL".to_owned(),
        status: "Approved".to_owned(),
        approved_by: vec![Entitled::Account("rosa".to_owned())],
        digest_in,
        when_it_leaves: WhenItLeaves::RollBack,
        recheck: std::time::Duration::from_secs(1),
    }
}

fn issue(description: &str) -> Value {
    json!({ "fields": {
        "project": { "key": "REL" }, "status": { "name": "Approved" },
        "description": { "content": [{ "text": description }] },
    } })
}

fn entry(by: &str, second: i64, field: &str, to: &str) -> Entry {
    Entry {
        by: by.to_owned(),
        at: Timestamp::from_second(second).unwrap(),
        fields: vec![(field.to_owned(), to.to_owned())],
    }
}

fn judge(settings: &Ticket, issue: &Value, history: &[Entry]) -> Result<String, String> {
    approver(settings, &DIGEST.parse().unwrap(), "ada", (issue, history))
}

#[test]
fn whoever_moved_it_to_its_status_last_has_approved_it() {
    let settings = settings(DigestIn::Description);
    let history = [
        entry("rosa", 1, "status", "Approved"),
        entry("ada", 2, "status", "To Do"),
        entry("dan", 3, "status", "Approved"),
    ];
    assert_eq!(judge(&settings, &issue(DIGEST), &history), Ok("dan".to_owned()));
    assert!(
        judge(&settings, &issue(DIGEST), &history[..2]).is_err(),
        "the history and the status do not agree"
    );
    assert!(judge(&settings, &issue(DIGEST), &[]).is_err(), "made in that status, approved by nobody");
    let own = [entry("ada", 1, "status", "Approved")];
    assert!(judge(&settings, &issue(DIGEST), &own).unwrap_err().contains("author"));
}

#[test]
fn a_ticket_approves_what_stood_in_it_when_it_was_approved() {
    let settings = settings(DigestIn::Description);
    let mut history = vec![entry("ada", 1, "description", ""), entry("rosa", 2, "status", "Approved")];
    assert!(judge(&settings, &issue(DIGEST), &history).is_ok());
    for other in ["", "0123", &format!("{DIGEST}0"), &DIGEST.replace('0', "1")] {
        assert!(judge(&settings, &issue(other), &history).unwrap_err().contains("does not name"), "{other}");
    }
    history.push(entry("ada", 3, "labels", "x"));
    assert!(judge(&settings, &issue(&format!("Plan: {DIGEST}.")), &history).is_ok());
    history.push(entry("rosa", 3, "description", DIGEST));
    assert!(judge(&settings, &issue(DIGEST), &history).unwrap_err().contains("after it was approved"));
}

#[test]
fn a_comment_counts_that_nobody_has_touched_since_the_approval() {
    let settings = settings(DigestIn::Comment);
    let history = [entry("rosa", 1_000_000_000, "status", "Approved")];
    let with = |created: &str, updated: &str| {
        let mut issue = issue("");
        issue["fields"]["comment"] =
            json!({ "comments": [{ "created": created, "updated": updated, "body": DIGEST }] });
        judge(&settings, &issue, &history)
    };
    assert!(with("2001-01-01T00:00:00.000+0000", "2001-01-01T00:00:00.000+0000").is_ok());
    assert!(with("2001-01-01T00:00:00.000+0000", "2002-01-01T00:00:00.000+0000").is_err());
    assert!(with("2002-01-01T00:00:00.000+0000", "2002-01-01T00:00:00.000+0000").is_err());
}

#[test]
fn another_project_or_status_approves_nothing() {
    let settings = settings(DigestIn::Description);
    let history = [entry("rosa", 1, "status", "Approved")];
    for (path, other) in [("/fields/project/key", "DATA"), ("/fields/status/name", "approved")] {
        let mut issue = issue(DIGEST);
        *issue.pointer_mut(path).unwrap() = json!(other);
        assert!(judge(&settings, &issue, &history).is_err(), "{path}");
    }
    assert!(judge(&settings, &Value::Null, &history).is_err());
}
