//! Who may operate the gateway: each with a token of their own and one role, from one request to the next.

use clock::Clock;
use http::Method;
use serde_json::{Value, json};

use super::harness::{Demo, Said, call, printed, run};
use super::served::Served;

/// A call to the control API with a token.
async fn with(gateway: &str, token: &str, method: Method, path: &str, body: Option<Value>) -> Said {
    call(&format!("{gateway}/api/v1{path}"), method, Some(&format!("Bearer {token}")), body).await
}

/// Adds an operator as the demo's owner; the token.
async fn add(demo: &Demo, name: &str, role: &str) -> String {
    let asked = json!({ "name": name, "role": role });
    let made = demo.operate(Method::POST, "/api/v1/operators", Some(asked)).await;
    assert_eq!((made.status.as_u16(), made.headers["cache-control"].as_bytes()), (201, &b"no-store"[..]));
    made.json()["token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_what_those_before_it_may_and_no_more() {
    let demo = Demo::start().await;
    let gateway = demo.gateway();
    let questions = [
        (Method::GET, "/clients", Value::Null, "viewer"),
        (Method::POST, "/clients/data-analytics/resume", Value::Null, "operator"),
        (Method::POST, "/operators/nobody/revoke", Value::Null, "owner"),
    ];
    for role in ["viewer", "approver", "operator", "owner"] {
        let token = add(&demo, &format!("an-{role}"), role).await;
        let order =
            |role: &str| ["viewer", "approver", "operator", "owner"].iter().position(|it| *it == role);
        for (method, path, body, least) in &questions {
            let said = with(&gateway, &token, method.clone(), path, Some(body.clone())).await;
            if order(role) >= order(least) {
                assert!(
                    said.status == 200 || said.refusal() == Some("no-such-thing"),
                    "{role} {path}: {said:?}"
                );
            } else {
                assert_eq!(
                    (said.status.as_u16(), said.refusal()),
                    (403, Some("role-too-low")),
                    "{role} {path}"
                );
                assert_eq!(said.headers["content-type"], "application/problem+json");
                assert!(
                    said.text().contains(&format!("needs the role {least}; an-{role} is {role}")),
                    "{said:?}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_refused_from_the_next_request_on_and_records_tell_who_did_it() {
    let demo = Demo::start().await;
    let (gateway, token) = (demo.gateway(), add(&demo, "ada", "owner").await);
    assert_eq!(with(&gateway, &token, Method::GET, "/sites", None).await.status, 200);
    let output = demo.command(&["operator", "revoke", "ada", "--json"]);
    assert!(output.status.success(), "{}", printed(&output));
    let said = with(&gateway, &token, Method::GET, "/sites", None).await;
    assert_eq!((said.status.as_u16(), said.refusal()), (401, Some("operator-unknown")));

    let again = add(&demo, "ada", "viewer").await;
    assert_eq!(with(&gateway, &again, Method::GET, "/sites", None).await.status, 200);
    assert_eq!(
        with(&gateway, &token, Method::GET, "/sites", None).await.status,
        401,
        "the old one stays dead"
    );
    let taken = json!({ "name": "ada", "role": "owner" });
    let said = demo.operate(Method::POST, "/api/v1/operators", Some(taken)).await;
    assert_eq!(said.refusal(), Some("exists-already"), "nobody is replaced unseen: {said:?}");
    for own in ["local", "gateway"] {
        let asked = json!({ "name": own, "role": "viewer" });
        let said = demo.operate(Method::POST, "/api/v1/operators", Some(asked)).await;
        assert_eq!(said.refusal(), Some("conflicts-with-state"), "{said:?}");
    }

    let changes = demo.records("kind=change", 3).await;
    let story: Vec<_> = changes
        .iter()
        .map(|record| &record["change"])
        .filter(|change| change["action"].as_str().unwrap().starts_with("operator"))
        .collect();
    let actions: Vec<_> = story.iter().map(|change| change["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["operator add", "operator revoke", "operator add"], "{story:#?}");
    assert!(story.iter().all(|change| change["operator"] == "local" && change["target"] == "ada"));
    assert!(story[0].get("before").is_none_or(Value::is_null), "{}", story[0]);
    let (before, after) = (story[2]["before"].to_string(), story[2]["after"].to_string());
    assert!(
        before.contains("owner") && after.contains("viewer") && after.contains("tgo_"),
        "{before} {after}"
    );
    for secret in [&token, &again] {
        assert!(story.iter().all(|change| !change.to_string().contains(secret.as_str())));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_are_added_with_a_token_in_a_file_and_are_still_there_after_a_restart() {
    let (mut served, mut process) = Served::start().await;
    let file = served.dir.path().join("ada-token");
    let add = ["operator", "add", "ada", "--role", "operator", "--expires", "2999-01-01", "--token-file"];
    let said = served.command(&[&add[..], &[file.to_str().unwrap()]].concat());
    let token = std::fs::read_to_string(&file).unwrap();
    assert!(said.contains("Added ada as operator") && !said.contains(&token), "{said}");
    assert_eq!(with(&served.gateway(), &token, Method::GET, "/sites", None).await.status, 200);
    process.stop();
    let mut process = served.serve();
    served.until_alive(&mut process).await;

    let gateway = served.gateway();
    let arguments = ["operator", "list", "--json", "--url", &gateway, "--token", file.to_str().unwrap()];
    let listed = run(&arguments, served.dir.path());
    assert!(listed.status.success(), "{}", printed(&listed));
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["expires_at"]),
        (&"ada".into(), &"2999-01-01T00:00:00Z".into())
    );
    assert!(listed[0]["last_used_at"].is_string(), "written down before the stop, or used since: {listed}");
    let overwritten = run(&[&add[..], &[file.to_str().unwrap()]].concat(), served.dir.path());
    assert_eq!(overwritten.status.code(), Some(1), "{}", printed(&overwritten));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_has_ended_is_refused_like_an_unknown_one() {
    let demo = Demo::start().await;
    let soon = Clock::system().unwrap().now() + jiff::SignedDuration::from_secs(2);
    let asked = json!({ "name": "ada", "role": "viewer", "expires_at": soon });
    let made = demo.operate(Method::POST, "/api/v1/operators", Some(asked)).await.json();
    let token = made["token"].as_str().unwrap().to_owned();
    let mut process = demo;
    let gateway = process.gateway();
    super::harness::until("the end of the token", &mut process.process, async || {
        let said = with(&gateway, &token, Method::GET, "/sites", None).await;
        (said.refusal() == Some("operator-unknown")).then_some(())
    })
    .await;
    assert!(Clock::system().unwrap().now() >= soon, "not before its end");
}
