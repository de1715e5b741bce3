//! Clients that register themselves (RFC 7591).

use http::Method;
use serde_json::{Value, json};

use super::browser::{BACK, ask};
use super::harness::{Demo, Said, call};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn file(dir: &std::path::Path, text: &str, mode: u32) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = dir.join("registration.token");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path.to_str().unwrap().to_owned()
}

async fn register(demo: &Demo, token: &str, metadata: Value) -> Said {
    let url = format!("{}/oauth/register", demo.gateway());
    call(&url, Method::POST, Some(&format!("Bearer {token}")), Some(metadata)).await
}

#[tokio::test]
async fn a_client_that_registered_itself_can_do_nothing_until_an_operator_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), &format!("{TOKEN}\n"), 0o600);
    let demo = Demo::start_with(&[("TICKETGATE_REGISTRATION_TOKEN_FILE", &path)]).await;
    let told =
        call(&format!("{}/.well-known/oauth-authorization-server", demo.gateway()), Method::GET, None, None)
            .await;
    assert_eq!(told.json()["registration_endpoint"], format!("{}/oauth/register", demo.gateway()));

    let metadata =
        json!({ "redirect_uris": [BACK], "token_endpoint_auth_method": "none", "client_name": "Desk" });
    for wrong in ["", "wrong", TOKEN.trim_start_matches('0')] {
        let refused = register(&demo, wrong, metadata.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.json()["error"].as_str()), (401, Some("invalid_token")));
    }
    let made = register(&demo, TOKEN, metadata).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let id = made["client_id"].as_str().unwrap();
    assert!(id.starts_with("app-") && made.get("client_secret").is_none(), "{made}");
    assert_eq!(made["redirect_uris"], json!([BACK]));

    let known = demo.operate(Method::GET, &format!("/api/v1/clients/{id}"), None).await.json();
    assert!(known["expires_at"].is_string() && known["manifest"].is_null(), "{known}");
    let asked =
        call(&format!("{}/oauth/authorize?{}", demo.gateway(), ask(id)), Method::GET, None, None).await;
    let location = asked.headers["location"].to_str().unwrap();
    assert!(location.starts_with(&format!("{BACK}?error=invalid_scope")), "{location}");

    let with_secret = register(&demo, TOKEN, json!({ "redirect_uris": [BACK] })).await.json();
    let (id, secret) =
        (with_secret["client_id"].as_str().unwrap(), with_secret["client_secret"].as_str().unwrap());
    assert!(with_secret["client_secret_expires_at"].as_i64().unwrap() > 0);
    let url = format!("{}/rest/api/3/issue/REL-1", demo.gateway());
    let called = call(&url, Method::GET, Some(&super::harness::basic(id, secret)), None).await;
    assert_eq!(called.refusal(), Some("no-manifest"));
    let records = demo.records("kind=change", 1).await;
    assert!(records.iter().any(|record| record["change"]["operator"] == "registration"), "{records:?}");
}

#[tokio::test]
async fn unless_it_is_switched_on_nobody_registers_themselves() {
    let demo = Demo::start().await;
    let refused = register(&demo, TOKEN, json!({ "redirect_uris": [BACK] })).await;
    assert_eq!((refused.status.as_u16(), refused.refusal()), (404, Some("nothing-here")));
}

#[test]
fn a_token_that_is_short_or_open_to_others_is_refused_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    for (text, mode) in [("short", 0o600), (TOKEN, 0o644)] {
        let path = file(dir.path(), text, mode);
        let mut command = super::harness::ticketgate();
        command.args(["serve", "--data-dir", "data"]).current_dir(dir.path());
        command.env("TICKETGATE_LISTEN", "127.0.0.1:0").env("TICKETGATE_REGISTRATION_TOKEN_FILE", path);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{}", super::harness::printed(&output));
        assert!(!super::harness::printed(&output).contains(text), "and it is not shown");
    }
}
