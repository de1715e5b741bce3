//! Jira's permissions as the second layer: what an account may do, against what manifests need.

use http::Method;
use serde_json::{Value, json};

use super::harness::{Demo, printed};

const PAGE: &str = include_str!("../../../../docs/scopes.md");

fn json_of(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", printed(output)))
}

/// A manifest of this client with a grant.
fn manifest(demo: &Demo, client: &str, grant: &str, scopes: &[&str], ids: &[&str]) {
    let text = format!(
        "owner = \"team a\"\npurpose = \"testing\"\nsite = \"demo\"\ngrant = {grant:?}\nscopes = {scopes:?}\n\
         [operations]\nids = {ids:?}\n"
    );
    std::fs::write(demo.data().join(format!("manifests/{client}.toml")), text).unwrap();
}

/// An API token of a person at the stand-in, as a grant.
async fn grant_of(demo: &Demo, person: &str, name: &str) {
    let facts =
        super::harness::call(&format!("{}/standin/facts", demo.standin()), Method::GET, None, None).await;
    let people = facts.json()["users"].as_array().unwrap().clone();
    let person = people.iter().find(|one| one["name"] == person).unwrap_or_else(|| panic!("{people:?}"));
    let secret = demo.dir.path().join("token");
    std::fs::write(&secret, person["api_token"].as_str().unwrap()).unwrap();
    let added = demo.command(&[
        "grant",
        "add",
        name,
        "--kind",
        "api-token",
        "--site",
        "demo",
        "--email",
        person["email"].as_str().unwrap(),
        "--secret-file",
        secret.to_str().unwrap(),
    ]);
    assert!(added.status.success(), "{}", printed(&added));
}

async fn asked_of_jira(demo: &Demo) -> usize {
    let url = format!("{}/standin/requests?path_prefix=/ex/jira/&limit=2000", demo.standin());
    let requests = super::harness::call(&url, Method::GET, None, None).await.json().to_string();
    requests.matches("/mypermissions").count()
}

#[tokio::test]
async fn an_administrator_whom_no_manifest_needs_is_reported_and_so_is_what_an_account_lacks() {
    let demo = Demo::start().await;
    grant_of(&demo, "admin", "admin").await;
    grant_of(&demo, "rosa", "robot").await;
    manifest(&demo, "reader", "admin", &["read:jira-work"], &["jira:getIssue"]);
    manifest(
        &demo,
        "cleaner",
        "robot",
        &["read:jira-work", "write:jira-work"],
        &["jira:getIssue", "jira:deleteIssue"],
    );
    let applied = demo.command(&["apply"]);
    assert!(applied.status.success(), "{}", printed(&applied));

    for grant in ["admin", "robot"] {
        let command = format!("```text\n$ ticketgate grant permissions {grant}\n");
        let (_, shown) = PAGE.split_once(&command).unwrap();
        let (shown, _) = shown.split_once("```").unwrap();
        let output = demo.command(&["grant", "permissions", grant]);
        assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
        // Of the administrator's the page shows the beginning.
        assert!(printed(&output).starts_with(shown.trim_end()), "{}", printed(&output));
    }
    let value = json_of(&demo.command(&["grant", "permissions", "robot", "--json"]));
    let missing =
        json!([{ "client": "cleaner", "permission": "DELETE_ISSUES", "operations": ["jira:deleteIssue"] }]);
    assert_eq!((&value[0]["missing"], &value[0]["spare"]), (&missing, &json!([])), "{value}");
    assert_eq!(asked_of_jira(&demo).await, 2, "an answer is good for a minute");
}

#[tokio::test]
async fn a_project_can_be_asked_about_and_what_cannot_be_asked_is_not_taken_for_in_order() {
    let demo = Demo::start().await;
    grant_of(&demo, "rosa", "rosa").await;
    manifest(
        &demo,
        "writer",
        "rosa",
        &["read:jira-work", "write:jira-work"],
        &["jira:getIssue", "jira:addComment"],
    );
    assert!(demo.command(&["apply"]).status.success());
    // As worker she comments in REL; DATA she only reads, and SEC she does not see.
    let args = [
        "grant",
        "permissions",
        "rosa",
        "--project",
        "REL",
        "--project",
        "DATA",
        "--project",
        "SEC",
        "--json",
    ];
    let output = demo.command(&args);
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    let value = json_of(&output);
    let told: Vec<_> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["project"].as_str().unwrap(), one["in_order"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("DATA", false), ("REL", true), ("SEC", false)], "{value}");
    assert_eq!(value[0]["missing"][0]["permission"], "ADD_COMMENTS");
    assert_eq!(value[2]["unasked"], "the account does not see this project");
    let wrong = demo.command(&["grant", "permissions", "rosa", "--project", "REL&x=1"]);
    assert_eq!(wrong.status.code(), Some(5), "{}", printed(&wrong));
    assert_eq!(demo.command(&["grant", "permissions", "nobody"]).status.code(), Some(5));
}

#[tokio::test]
async fn a_jira_that_does_not_answer_is_said_to_be_unknown() {
    let demo = Demo::start().await;
    let fault = json!({ "match": { "path_contains": "/mypermissions" }, "times": 9, "action": { "answer": { "status": 503, "body": {} } } });
    let url = format!("{}/standin/faults", demo.standin());
    super::harness::call(&url, Method::PUT, None, Some(fault)).await;
    let output = demo.command(&["grant", "permissions", "demo-service-account"]);
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    assert!(printed(&output).contains("not known, Jira answered 503"), "{}", printed(&output));
}

#[tokio::test]
async fn the_grants_of_the_demo_have_what_its_manifests_need() {
    let demo = Demo::start().await;
    let output = demo.command(&["grant", "permissions"]);
    let words = printed(&output);
    assert!(words.contains("demo-service-account on demo"), "{words}");
    assert!(words.contains("a hint, not exhaustive"), "{words}");
    assert_eq!(output.status.code(), Some(0), "{words}");
}

#[tokio::test]
async fn a_check_that_asks_the_gateway_knows_which_grants_there_are() {
    let demo = Demo::start().await;
    manifest(&demo, "early", "still-to-come", &["read:jira-work"], &["jira:getIssue"]);
    let settings = demo.dir.path().join("sites.toml");
    std::fs::write(&settings, "[sites.demo]\nkind = \"cloud\"\nurl = \"https://demo.atlassian.net\"\n")
        .unwrap();
    let folder = demo.data().join("manifests");
    let (settings, folder) = (settings.to_str().unwrap(), folder.to_str().unwrap());
    let far = demo.command(&["manifest", "check", folder, "--config", settings]);
    assert!(!printed(&far).contains("unknown-grant"), "{}", printed(&far));
    let live = demo.command(&["manifest", "check", folder, "--config", settings, "--live"]);
    assert!(live.status.success(), "{}", printed(&live));
    assert!(printed(&live).contains("unknown-grant"), "{}", printed(&live));
    assert!(!printed(&live).contains("demo-service-account"), "{}", printed(&live));
}
