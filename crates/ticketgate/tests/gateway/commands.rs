//! Commands against a running gateway, found by its data directory.

use http::Method;
use serde_json::Value;

use super::harness::{Demo, printed, run};

fn json(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", printed(output)))
}

#[tokio::test]
async fn a_client_is_registered_given_a_manifest_and_works_at_once() {
    let demo = Demo::start().await;
    let args =
        ["client", "register", "nightly", "--owner", "team a", "--purpose", "nightly checks", "--json"];
    let made = json(&demo.command(&args));
    let secret = made["client_secret"].as_str().unwrap().to_owned();
    let url = format!("{}/rest/api/3/issue/REL-1", demo.gateway());
    let authorization = super::harness::basic("nightly", &secret);
    let get = async || super::harness::call(&url, Method::GET, Some(&authorization), None).await;
    assert_eq!(get().await.refusal(), Some("no-manifest"));

    let manifest = "owner = \"team a\"\npurpose = \"nightly checks\"\nsite = \"demo\"\ngrant = \"demo-service-account\"\n\
                    scopes = [\"read:jira-work\"]\n[operations]\nids = [\"jira:getIssue\"]\n";
    std::fs::write(demo.data().join("manifests/nightly.toml"), manifest).unwrap();
    let applied = demo.command(&["apply"]);
    assert!(applied.status.success(), "{}", printed(&applied));
    let said = get().await;
    assert_eq!(said.status, 200, "{said:?}");

    let twice = demo.command(&args);
    assert_eq!(twice.status.code(), Some(5), "{}", printed(&twice));
    let shown = json(&demo.command(&["client", "show", "nightly", "--json"]));
    assert_eq!(shown["manifest"]["grant"], "demo-service-account");
    assert!(!shown.to_string().contains(&secret));
}

#[tokio::test]
async fn a_client_whose_manifest_is_published_already_takes_owner_and_purpose_from_it() {
    let demo = Demo::start().await;
    let nobody = demo.command(&["client", "register", "nightly"]);
    assert_eq!(nobody.status.code(), Some(5), "{}", printed(&nobody));
    assert!(printed(&nobody).contains("publish its manifest first"), "{}", printed(&nobody));

    let manifest = "owner = \"team a\"\npurpose = \"nightly checks\"\nsite = \"demo\"\ngrant = \"still-to-come\"\n\
                    scopes = [\"read:jira-work\"]\n[operations]\nids = [\"jira:getIssue\"]\n";
    std::fs::write(demo.data().join("manifests/nightly.toml"), manifest).unwrap();
    let applied = demo.command(&["apply"]);
    assert!(applied.status.success(), "a grant that is still to come is no error: {}", printed(&applied));
    let made = json(&demo.command(&["client", "register", "nightly", "--json"]));
    assert_eq!(
        (&made["client"]["owner"], &made["client"]["purpose"]),
        (&"team a".into(), &"nightly checks".into())
    );
}

#[tokio::test]
async fn manifests_that_do_not_compile_are_not_published_and_the_old_ones_stay() {
    let demo = Demo::start().await;
    let file = demo.data().join("manifests/data-analytics.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("wonder = 1\n{text}")).unwrap();
    let applied = demo.command(&["apply"]);
    assert_eq!(applied.status.code(), Some(5), "{}", printed(&applied));
    assert!(printed(&applied).contains("wonder"), "{}", printed(&applied));
    let said = demo.call("data-analytics", Method::GET, "/rest/api/3/issue/REL-1", None).await;
    assert_eq!(said.status, 200, "{said:?}");
}

#[tokio::test]
async fn a_manifest_that_cannot_be_read_hides_nothing_about_the_others_and_nothing_is_published() {
    let demo = Demo::start().await;
    let folder = demo.data().join("manifests");
    let file = folder.join("data-analytics.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("wonder = 1\n{text}")).unwrap();
    std::fs::create_dir(folder.join("folder.toml")).unwrap();
    std::fs::write(folder.join("latin.toml"), b"owner = \"caf\xe9\"\n").unwrap();
    std::fs::remove_file(folder.join("partner-integrations.toml")).unwrap();
    for output in [demo.command(&["apply"]), demo.command(&["manifest", "check", folder.to_str().unwrap()])] {
        assert!(matches!(output.status.code(), Some(3 | 5)), "{}", printed(&output));
        for word in ["wonder", "folder.toml", "latin.toml", "unreadable"] {
            assert!(printed(&output).contains(word), "{word}: {}", printed(&output));
        }
    }
    let said = demo.call("partner-integrations", Method::GET, "/rest/api/3/issue/REL-1", None).await;
    assert_eq!(said.status, 200, "the last good rulebook stays: {said:?}");
}

#[tokio::test]
async fn a_grant_is_checked_removed_and_its_calls_refused_at_once() {
    let demo = Demo::start().await;
    let checked = demo.command(&["grant", "check", "demo-service-account", "--json"]);
    assert!(checked.status.success(), "{}", printed(&checked));
    assert_eq!(json(&checked)[0]["verdict"], "working");
    let removed = demo.command(&["grant", "remove", "demo-service-account"]);
    assert!(removed.status.success(), "{}", printed(&removed));
    let said = demo.call("data-analytics", Method::GET, "/rest/api/3/issue/REL-1", None).await;
    assert_eq!(said.refusal(), Some("grant-missing"), "{said:?}");
}

#[tokio::test]
async fn a_wrong_secret_of_a_service_account_is_told_from_a_right_one() {
    let demo = Demo::start().await;
    let secret = demo.dir.path().join("secret");
    std::fs::write(&secret, "not-the-secret\n").unwrap();
    let added = demo.command(&[
        "grant",
        "add",
        "wrong",
        "--kind",
        "service-account",
        "--site",
        "demo",
        "--client-id",
        "nobody",
        "--token-url",
        &format!("{}/oauth/token", demo.standin()),
        "--secret-file",
        secret.to_str().unwrap(),
    ]);
    assert!(added.status.success(), "{}", printed(&added));
    let audit = demo.operate(Method::GET, "/api/v1/audit/export", None).await;
    let audit = audit.text();
    let change = audit.lines().find(|line| line.contains("grant add") && line.contains("wrong")).unwrap();
    assert!(change.contains("nobody") && change.contains("/oauth/token"), "{change}");
    let checked = demo.command(&["grant", "check", "wrong", "--json"]);
    assert_eq!(checked.status.code(), Some(3), "{}", printed(&checked));
    assert_eq!(json(&checked)[0]["working"], false);
}

#[tokio::test]
async fn adding_over_a_grant_of_the_same_name_says_that_it_replaced_it_and_what_changed() {
    let demo = Demo::start().await;
    let secret = demo.dir.path().join("secret");
    std::fs::write(&secret, "some-token\n").unwrap();
    let add = |site: &str, json: bool| {
        let mut args = vec!["grant", "add", "bot", "--kind", "api-token", "--email", "rosa@example.com"];
        args.extend(["--site", site, "--secret-file", secret.to_str().unwrap()]);
        args.extend(json.then_some("--json"));
        let output = demo.command(&args);
        assert!(output.status.success(), "{}", printed(&output));
        output
    };
    let first = json(&add("demo", true));
    assert_eq!((&first["name"], &first["replaced"]), (&"bot".into(), &Value::Null));
    let again = printed(&add("demo", false));
    assert!(again.starts_with("Replaced") && again.contains("demo (as before)"), "{again}");
    let elsewhere = json(&add("other", true));
    assert_eq!(elsewhere["sites"], serde_json::json!(["other"]));
    assert_eq!(elsewhere["replaced"]["sites"], serde_json::json!(["demo"]));
    assert_eq!(elsewhere["replaced"]["changed"], serde_json::json!(["sites"]));
}

#[tokio::test]
async fn sites_and_grants_are_listed_and_the_doctor_is_content() {
    let demo = Demo::start().await;
    assert_eq!(json(&demo.command(&["site", "list", "--json"]))[0]["name"], "demo");
    assert_eq!(json(&demo.command(&["grant", "list", "--json"]))[0]["name"], "demo-service-account");
    let sites = demo.command(&["site", "check"]);
    assert!(sites.status.success(), "{}", printed(&sites));
}

#[test]
fn a_command_without_a_gateway_says_what_why_and_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["client", "list"], dir.path());
    assert_eq!(output.status.code(), Some(4));
    let words = printed(&output);
    assert!(words.starts_with("error: No gateway is running") && words.contains("\n  do:  "), "{words}");
    let output = run(&["client", "list", "--json"], dir.path());
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["error"]["exit"], "unreachable");
}

#[test]
fn a_token_on_the_command_line_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["client", "list", "--url", "http://127.0.0.1:1", "--token", "tgo_abc"], dir.path());
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert!(!printed(&output).contains("tgo_abc"));
}

#[test]
fn what_init_writes_is_accepted_by_the_checker() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["init"], dir.path());
    assert!(output.status.success(), "{}", printed(&output));
    let output = run(&["manifest", "check"], dir.path());
    assert!(output.status.success(), "{}", printed(&output));
    let output = run(&["init"], dir.path());
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
}

#[test]
fn an_unknown_operation_in_a_manifest_is_refused_with_the_nearest() {
    let dir = tempfile::tempdir().unwrap();
    assert!(run(&["init"], dir.path()).status.success());
    let file = dir.path().join("manifests/reporting.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}ids = [\"getIsue\"]\n")).unwrap();
    let output = run(&["manifest", "check"], dir.path());
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    assert!(printed(&output).contains("getIssue"), "{}", printed(&output));
}

#[test]
fn explain_names_the_rule_or_the_smallest_change() {
    let dir = tempfile::tempdir().unwrap();
    assert!(run(&["init"], dir.path()).status.success());
    let yes = run(&["manifest", "explain", "reporting", "GET", "/rest/api/3/issue/ABC-1"], dir.path());
    assert_eq!(yes.status.code(), Some(0), "{}", printed(&yes));
    assert!(printed(&yes).contains("reporting.toml:"), "{}", printed(&yes));
    let no = run(&["manifest", "explain", "reporting", "DELETE", "/rest/api/3/issue/ABC-1"], dir.path());
    assert_eq!(no.status.code(), Some(3), "{}", printed(&no));
    assert!(printed(&no).contains("deleteIssue"), "{}", printed(&no));
}

#[test]
fn explain_looks_into_a_body_and_a_query_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    assert!(run(&["init"], dir.path()).status.success());
    let file = dir.path().join("manifests/reporting.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let facts: Vec<_> = text
        .lines()
        .filter(|line| !line.starts_with('['))
        .take_while(|line| !line.starts_with("effects"))
        .collect();
    let text = facts.join("\n").replace("\"read:jira-work\"", "\"read:jira-work\", \"write:jira-work\"");
    let bounds = "\n[operations]\neffects = [\"read\", \"write\"]\n[projects]\nallow = [\"ABC\"]\n[fields]\nwrite = [\"summary\"]\n[comments]\nvisibility = \"restricted\"\n";
    std::fs::write(&file, text + bounds).unwrap();
    let explain = |method: &str, path: &str, body: Option<&str>| {
        let mut args = vec!["manifest", "explain", "reporting", method, path, "--json"];
        if let Some(body) = body {
            std::fs::write(dir.path().join("body.json"), body).unwrap();
            args.extend(["--body", "body.json"]);
        }
        let output = run(&args, dir.path());
        (output.status.code(), json(&output))
    };
    let edit = "/rest/api/3/issue/ABC-1";
    for (method, path, body, permitted, against) in [
        ("PUT", edit, None, true, None),
        ("PUT", edit, Some(r#"{"fields":{"summary":"x"}}"#), true, None),
        ("PUT", edit, Some(r#"{"fields":{"priority":{"id":"1"}}}"#), false, Some("fields")),
        (
            "PUT",
            edit,
            Some(r#"{"fields":{"summary":"x"},"update":{"summary":[{"set":"y"}]}}"#),
            false,
            Some("fields"),
        ),
        ("PUT", edit, Some(r#"{"fields":{},"fields":{"priority":1}}"#), false, Some("body")),
        ("PUT", "/rest/api/3/issue/XYZ-1", Some("{}"), false, Some("boundary")),
        (
            "POST",
            "/rest/api/3/issue",
            Some(r#"{"fields":{"project":{"key":"XYZ"},"summary":"x"}}"#),
            false,
            Some("boundary"),
        ),
        (
            "POST",
            "/rest/api/3/issue",
            Some(r#"{"fields":{"project":{"key":"ABC"},"summary":"x"}}"#),
            true,
            None,
        ),
        ("POST", "/rest/api/3/issue/ABC-1/comment", Some(r#"{"body":{}}"#), false, Some("comments")),
        (
            "POST",
            "/rest/api/3/issue/ABC-1/comment",
            Some(r#"{"body":{},"visibility":{"type":"role","value":"Developers"}}"#),
            true,
            None,
        ),
        ("GET", "/rest/api/3/search/jql?jql=project=XYZ", None, true, None),
        ("GET", "/rest/api/3/search/jql?jql=project+in+(", None, false, Some("query")),
        ("PUT", "/rest/api/3/issue/ABC-1/assignee", Some(r#"{"accountId":"x"}"#), false, Some("fields")),
        ("GET", "/rest/api/3/project/10005", None, true, None),
        ("GET", "/rest/api/3/project/XYZ", None, false, Some("boundary")),
        ("GET", "/rest/api/3/dashboard", None, false, Some("boundary")),
    ] {
        let (code, said) = explain(method, path, body);
        assert_eq!(said["permitted"], permitted, "{method} {path} {body:?}: {said}");
        assert_eq!(said["against"].as_str(), against, "{method} {path} {body:?}: {said}");
        assert_eq!(code, Some(if permitted { 0 } else { 3 }), "{method} {path} {body:?}");
    }
    let steps = explain("PUT", edit, Some(r#"{"fields":{"summary":"x"}}"#)).1["steps"].clone();
    let open: Vec<_> = steps.as_array().unwrap().iter().filter(|step| step["holds"].is_null()).collect();
    assert!(open.is_empty(), "everything is known: {open:?}");
}

#[test]
fn scopes_of_a_path_are_looked_up_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["scopes", "lookup", "get", "/rest/api/3/issue/ABC-1", "--json"], dir.path());
    assert_eq!(
        json(&output)[0]["scopes"]["classic"],
        serde_json::json!(["read:jira-work"]),
        "{}",
        printed(&output)
    );
    assert_eq!(json(&output)[0]["confinement"], "named", "{}", printed(&output));
    let refused = run(&["scopes", "lookup", "GET", "/rest/api/3/dashboard"], dir.path());
    let why = "boundary     refused: A dashboard shows what its gadgets find anywhere on the site.";
    assert!(printed(&refused).contains(why), "{}", printed(&refused));
    let unknown = run(&["scopes", "lookup", "GET", "/rest/api/3/nonsense"], dir.path());
    assert_eq!(unknown.status.code(), Some(3), "{}", printed(&unknown));
}

#[test]
fn a_table_is_not_made_of_operations_nobody_has_classified() {
    let dir = tempfile::tempdir().unwrap();
    let document = serde_json::json!({"paths": {"/rest/api/3/issue/{issueIdOrKey}/novelty": {"get": {}}}});
    std::fs::write(dir.path().join("new.json"), document.to_string()).unwrap();
    let output = run(&["scopes", "import", "new.json", "--output", "operations.tsv"], dir.path());
    assert!(!output.status.success(), "{}", printed(&output));
    assert!(
        printed(&output).contains("jira GET /rest/api/3/issue/{issueIdOrKey}/novelty"),
        "{}",
        printed(&output)
    );
    assert!(!dir.path().join("operations.tsv").exists(), "nothing is written");
}

#[tokio::test]
async fn a_read_has_an_intent_when_reads_are_to_be_durable() {
    let demo = Demo::start_with(&[("TICKETGATE_AUDIT_READS", "durable")]).await;
    let said = demo.call("data-analytics", Method::GET, "/rest/api/3/issue/REL-3", None).await;
    let id = said.headers["ticketgate-request-id"].to_str().unwrap();
    let records = demo.records(&format!("id={id}"), 2).await;
    assert_eq!((&records[0]["kind"], &records[1]["kind"]), (&"intent".into(), &"call".into()), "{records:?}");
}
