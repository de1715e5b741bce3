//! `ticketgate scopes` and `manifest check`, and that docs/scopes.md is true.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::harness::{printed, run};

const PAGE: &str = include_str!("../../../../docs/scopes.md");

fn json_of(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", printed(output)))
}

/// A folder with settings that know the site `demo`, and this manifest of `example`.
fn folder(manifest: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let site = "[sites.demo]\nkind = \"cloud\"\nurl = \"https://demo.atlassian.net\"\n";
    fs::write(dir.path().join("ticketgate.toml"), site).unwrap();
    fs::create_dir(dir.path().join("manifests")).unwrap();
    fs::write(dir.path().join("manifests/example.toml"), manifest).unwrap();
    dir
}

fn block(language: &str) -> String {
    let start = format!("```{language}\n");
    let (_, rest) = PAGE.split_once(&start).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn manifest(scopes: &[&str], operations: &str) -> String {
    format!(
        "owner = \"team\"\npurpose = \"testing\"\nsite = \"demo\"\ngrant = \"it\"\nscopes = {scopes:?}\n\n[operations]\n{operations}\n"
    )
}

#[test]
fn every_command_of_the_page_says_what_the_page_says() {
    let dir = folder(&block("toml"));
    let mut tried = 0;
    for text in PAGE.split("```text\n$ ticketgate ").skip(1) {
        let (shown, _) = text.split_once("```").unwrap();
        let (command, expected) = shown.split_once('\n').unwrap();
        // `second_layer.rs` tries those that need a gateway.
        if command.starts_with("grant") {
            continue;
        }
        let args: Vec<_> = command.split(' ').collect();
        let output = run(&args, dir.path());
        let found = said(&output);
        assert!(output.status.success(), "{}", printed(&output));
        // Of longer answers the page shows the beginning.
        assert!(found.starts_with(expected.trim_end()), "{command}:\n{found}");
        tried += 1;
    }
    assert_eq!(tried, 3);
    for line in PAGE.lines().filter_map(|line| line.strip_prefix("    ticketgate scopes lookup ")) {
        let args: Vec<_> = ["scopes", "lookup"].into_iter().chain(line.split(' ')).collect();
        assert!(run(&args, dir.path()).status.success(), "{line}");
    }
}

#[test]
fn the_manifest_of_the_page_is_written_as_the_page_says_and_is_then_the_smallest() {
    let dir = folder(&block("toml"));
    let file = dir.path().join("manifests/example.toml");
    let written = run(&["scopes", "minimum", "--write"], dir.path());
    assert!(written.status.success(), "{}", printed(&written));
    assert_eq!(fs::read_to_string(&file).unwrap(), block("toml,written"));
    let again = json_of(&run(&["scopes", "minimum", "--write", "--json"], dir.path()));
    assert_eq!((&again[0]["met"], &again[0]["written"]), (&json!(true), &json!(false)), "{again}");
    let check = run(&["manifest", "check"], dir.path());
    assert!(printed(&check).contains("all in order"), "{}", printed(&check));
}

#[test]
fn each_scope_comes_with_the_operations_that_need_it_and_what_else_it_opens() {
    let dir = folder(&manifest(
        &["read:jira-work", "write:jira-work"],
        "ids = [\"jira:getIssue\", \"jira:addComment\"]",
    ));
    let output = run(&["scopes", "minimum", "manifests", "--client", "example", "--json"], dir.path());
    let value = &json_of(&output)[0];
    assert_eq!(value["scopes"][1]["scope"], "write:jira-work", "{value}");
    let needed = &value["scopes"][1]["needed_by"];
    assert_eq!(needed[1], "jira:addComment (POST /rest/api/3/issue/{issueIdOrKey}/comment)");
    assert!(value["scopes"][1]["also_opens"].as_u64().unwrap() > 100, "{value}");
    assert_eq!((&value["exact"], &value["at_least"]), (&json!(true), &json!(2)));
    let words = said(&run(&["scopes", "minimum"], dir.path()));
    assert!(words.contains("for jira:addComment (POST") && words.contains("also opens"), "{words}");
    let nobody = run(&["scopes", "minimum", "--client", "nobody"], dir.path());
    assert_eq!(nobody.status.code(), Some(2), "{}", printed(&nobody));
}

#[test]
fn a_manifest_that_lacks_scopes_gets_them_and_one_with_another_error_is_left_alone() {
    let dir = folder(&manifest(&[], "ids = [\"jira:getIssue\"]"));
    let file = dir.path().join("manifests/example.toml");
    assert_eq!(run(&["manifest", "check"], dir.path()).status.code(), Some(3));
    assert!(run(&["scopes", "minimum", "--write"], dir.path()).status.success());
    assert!(run(&["manifest", "check"], dir.path()).status.success());
    let wrong = manifest(&["read:jira-work", "read:jira-user"], "ids = [\"jira:getIsue\"]");
    fs::write(&file, &wrong).unwrap();
    let output = run(&["scopes", "minimum", "--write"], dir.path());
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    assert_eq!(fs::read_to_string(&file).unwrap(), wrong);
}

#[test]
fn a_scope_an_id_and_a_request_lead_to_the_same_operation() {
    let dir = folder("");
    let look = |args: &[&str]| {
        let output = run(&[&["scopes", "lookup"], args, &["--json"]].concat(), dir.path());
        (output.status.code(), output)
    };
    let by_id = json_of(&look(&["jira:deleteIssue"]).1);
    assert_eq!(
        by_id[1]["scopes"],
        json!({ "classic": ["write:jira-work"], "granular": ["delete:issue:jira"] })
    );
    assert_eq!(json_of(&look(&["DELETE /rest/api/3/issue/{key}"]).1)[0], by_id[1]);
    assert_eq!(json_of(&look(&["DELETE", "/rest/api/3/issue/A-1"]).1)[0], by_id[1]);
    let scope = json_of(&look(&["delete:issue:jira"]).1);
    assert_eq!(scope["granular"].as_array().unwrap().len(), 2, "{scope}");
    assert_eq!(scope["classic"], json!([]));
    let (code, output) = look(&["read:jira-wrok"]);
    assert_eq!(code, Some(3));
    assert!(printed(&output).contains("read:jira-work"), "{}", printed(&output));
}

#[test]
fn findings_are_written_as_sarif_with_relative_addresses_and_the_same_exit_codes() {
    let dir = folder(&manifest(
        &["read:jira-work", "read:priority:jira"],
        "ids = [\"jira:getIssue\", \"getPriorities\"]",
    ));
    let output = run(&["manifest", "check", "--format", "sarif"], dir.path());
    assert!(output.status.success(), "{}", printed(&output));
    let log = json_of(&output);
    assert_eq!(log["version"], "2.1.0");
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "larger-than-minimum", "{log}");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "manifests/example.toml");
    assert_eq!(place["region"]["startLine"], 5);
    let text = &result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"];
    assert_eq!(text, "[\"read:jira-work\"]");
    fs::write(dir.path().join("manifests/example.toml"), "wonder = 1\n").unwrap();
    let output = run(&["manifest", "check", "--format", "sarif"], dir.path());
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    assert_eq!(json_of(&output)["runs"][0]["results"][0]["level"], "error");
    let live = run(&["manifest", "check", "--live", "--data-dir", "none"], dir.path());
    assert_eq!(live.status.code(), Some(4), "{}", printed(&live));
}

/// Somebody may have made the file unwritable or a link on purpose.
#[test]
fn a_written_manifest_keeps_its_permissions_and_leaves_nothing_beside_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = folder(&block("toml"));
    let file = dir.path().join("manifests/example.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(run(&["scopes", "minimum", "--write"], dir.path()).status.success());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(names(&dir.path().join("manifests")), ["example.toml"]);

    let elsewhere = dir.path().join("elsewhere.toml");
    fs::write(&elsewhere, block("toml")).unwrap();
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    assert!(run(&["scopes", "minimum", "--write"], dir.path()).status.success());
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), block("toml,written"));

    fs::write(&elsewhere, block("toml")).unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o440)).unwrap();
    let output = run(&["scopes", "minimum", "--write"], dir.path());
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), block("toml"));
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
