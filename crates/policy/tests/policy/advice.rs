//! Advice: fewer scopes that do the same, and what a grant has to do with its manifests.

use std::collections::BTreeMap;

use policy::{Diagnostic, DiagnosticCode, Granted, ManifestFile, advise};

use crate::world::{CATALOGUE, known, manifest};

fn advice(files: &[ManifestFile], granted: &Granted) -> Vec<Diagnostic> {
    advise(files, &CATALOGUE, &known(), granted)
}

fn codes(files: &[ManifestFile], granted: &Granted) -> Vec<(DiagnosticCode, u32)> {
    advice(files, granted).iter().map(|one| (one.code, one.line)).collect()
}

fn granted(scopes: &[&str]) -> Granted {
    BTreeMap::from([(
        "demo-service-account".parse().unwrap(),
        scopes.iter().map(|s| (*s).to_owned()).collect(),
    )])
}

const IDS: &str = "ids = [\"jira:getIssue\", \"jira:getProject\"]";

#[test]
fn fewer_scopes_that_do_the_same_are_suggested_with_the_list_to_write() {
    let file = manifest(
        &["read:jira-work", "read:priority:jira"],
        "ids = [\"jira:getIssue\", \"jira:getPriorities\"]",
    );
    let found = advice(std::slice::from_ref(&file), &Granted::new());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code, DiagnosticCode::LargerThanMinimum);
    assert_eq!(found[0].replacement.as_deref(), Some("[\"read:jira-work\"]"));
    // What is marked is the list, so that the replacement can be put in its place.
    let marked: String = file
        .text
        .lines()
        .nth(found[0].line as usize - 1)
        .unwrap()
        .chars()
        .skip(found[0].column as usize - 1)
        .take((found[0].end.column - found[0].column) as usize)
        .collect();
    assert_eq!(marked, "[\"read:jira-work\", \"read:priority:jira\"]");
}

#[test]
fn fewer_scopes_that_would_open_more_are_not_suggested() {
    let granular = ["read:priority:jira", "read:label:jira"];
    let file = manifest(&granular, "ids = [\"jira:getPriorities\", \"jira:getAllLabels\"]");
    assert_eq!(codes(&[file], &Granted::new()), []);
}

#[test]
fn a_scope_that_the_grant_lacks_is_said_on_its_line() {
    let file =
        manifest(&["read:jira-work", "write:jira-work"], "ids = [\"jira:getIssue\", \"jira:addComment\"]");
    let files = [file];
    assert_eq!(codes(&files, &granted(&["read:jira-work", "write:jira-work"])), []);
    assert_eq!(codes(&files, &granted(&["read:jira-work"])), [(DiagnosticCode::GrantLacksScope, 5)]);
    // Of a grant nothing is known of, nothing is said.
    assert_eq!(codes(&files, &Granted::new()), []);
}

#[test]
fn what_a_grant_has_and_no_manifest_is_said_once() {
    let one = manifest(&["read:jira-work"], IDS);
    let other = ManifestFile::new(
        "manifests/other.toml",
        one.text
            .replace("read:jira-work", "write:jira-work")
            .replace("getIssue\", \"jira:getProject", "addComment"),
    );
    let files = [one, other];
    let all = granted(&["read:jira-work", "write:jira-work", "offline_access", "manage:jira-configuration"]);
    let found = advice(&files, &all);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].code, found[0].line, &*found[0].path),
        (DiagnosticCode::GrantHasMore, 4, "manifests/etl.toml")
    );
    assert!(
        found[0].message.contains("\"manage:jira-configuration\"") && !found[0].message.contains("offline")
    );
    assert_eq!(codes(&files, &granted(&["read:jira-work", "write:jira-work"])), []);
}
