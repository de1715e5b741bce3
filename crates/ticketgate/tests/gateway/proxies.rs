//! A gateway behind reverse proxies: whose word on where a call comes from counts, and for what.

use egress::{Egress, RequestBody};
use http::{Method, Request, header};
use serde_json::{Value, json};

use super::harness::{Demo, PATIENCE, Said, basic, printed, ticketgate};

const CLIENT: &str = "data-analytics";
const ISSUE: &str = "/rest/api/3/issue/REL-1";
/// Where the client may call from.
const INSIDE: &str = "203.0.113.0/24";

/// A demo whose client may call from [`INSIDE`] only, behind these proxies.
async fn demo(proxies: &str) -> Demo {
    let demo = Demo::start_with(&[("TICKETGATE_TRUSTED_PROXIES", proxies)]).await;
    let change = json!({ "networks": [INSIDE] });
    let changed = demo.operate(Method::PATCH, &format!("/api/v1/clients/{CLIENT}"), Some(change)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    demo
}

/// A request as a proxy hands it on, with these lines of `X-Forwarded-For`.
async fn send(demo: &Demo, path: &str, authorization: Option<&str>, lines: &[&str]) -> Said {
    let mut request = Request::builder().uri(format!("{}{path}", demo.gateway()));
    if path.starts_with("/oauth/") {
        request =
            request.method(Method::POST).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    for line in lines {
        request = request.header("x-forwarded-for", *line);
    }
    let body = if path.starts_with("/oauth/") {
        RequestBody::full("grant_type=client_credentials")
    } else {
        RequestBody::empty()
    };
    let settings = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
    let egress = Egress::new(&settings).unwrap();
    let (parts, body) = egress.fetch(request.body(body).unwrap(), PATIENCE, 1 << 20).await.unwrap();
    Said { status: parts.status, headers: parts.headers, body }
}

/// What a call of the client comes to, by its secret and by asking for a token, which must be the same.
async fn is_let_in(demo: &Demo, lines: &[&str]) -> bool {
    let authorization = basic(CLIENT, &demo.secret(CLIENT));
    let called = send(demo, ISSUE, Some(&authorization), lines).await;
    let token = send(demo, "/oauth/token", Some(&authorization), lines).await;
    let let_in = called.status == 200;
    assert_eq!(token.status == 200, let_in, "{lines:?}: {}", token.text());
    assert!(let_in || called.refusal() == Some("address-not-permitted"), "{lines:?}: {}", called.text());
    let_in
}

#[tokio::test]
async fn behind_a_trusted_proxy_a_client_calls_from_where_the_proxy_says_it_does() {
    let demo = demo("127.0.0.0/8, 192.0.2.0/28").await;
    for inside in [
        &["203.0.113.9"][..],
        &["203.0.113.9:4711"],
        &["198.51.100.1, 203.0.113.9"],
        &["rubbish", "203.0.113.9"],
        &["203.0.113.9, 192.0.2.7"],
        &["203.0.113.9", "192.0.2.7, 127.0.0.1"],
    ] {
        assert!(is_let_in(&demo, inside).await, "{inside:?}");
    }
    for elsewhere in [
        &["198.51.100.1"][..],
        &["203.0.113.9, 198.51.100.1"],
        &["203.0.113.9", "198.51.100.1"],
        &["203.0.113.9, 198.51.100.1, 192.0.2.7"],
        &["203.0.113.9, unknown"],
        &["203.0.113.9,"],
        &["203.0.113.9, 192.0.2.99"],
        &["192.0.2.7"],
        &[],
    ] {
        assert!(!is_let_in(&demo, elsewhere).await, "{elsewhere:?}");
    }
}

#[tokio::test]
async fn what_nobody_trusted_says_of_where_a_call_comes_from_is_not_heard() {
    for proxies in ["", "192.0.2.0/24", "127.0.0.2"] {
        let demo = demo(proxies).await;
        for lines in [&["203.0.113.9"][..], &["203.0.113.9, 192.0.2.1"], &["203.0.113.9", "127.0.0.2"], &[]] {
            assert!(!is_let_in(&demo, lines).await, "{proxies}: {lines:?}");
        }
        let here = json!({ "networks": ["127.0.0.1/32"] });
        demo.operate(Method::PATCH, &format!("/api/v1/clients/{CLIENT}"), Some(here)).await;
        assert!(is_let_in(&demo, &["198.51.100.1"]).await, "{proxies}");
    }
}

#[tokio::test]
async fn records_and_the_last_use_of_a_secret_show_where_the_caller_was() {
    let demo = demo("127.0.0.1").await;
    assert!(is_let_in(&demo, &["198.51.100.1, ::ffff:203.0.113.9"]).await);
    let authorization = basic(CLIENT, &demo.secret(CLIENT));
    for elsewhere in ["203.0.113.9, 198.51.100.1", "unknown"] {
        assert_eq!(send(&demo, ISSUE, Some(&authorization), &[elsewhere]).await.status, 403);
    }
    // Two of them are of what the demo shows when it starts.
    let records = demo.records(&format!("client={CLIENT}"), 6).await;
    let of = |wanted: &str| {
        let peers = records.iter().filter(|record| record["kind"] == wanted).map(|record| &record["peer"]);
        peers.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(of("token").contains(&"203.0.113.9".to_owned()), "{records:?}");
    for peer in ["203.0.113.9", "198.51.100.1", "127.0.0.1"] {
        assert!(of("call").iter().any(|known| known == peer), "{peer}: {records:?}");
    }
    assert!(demo.command(&["client", "rotate", CLIENT, "--overlap", "24h"]).status.success());
    let old = demo.secret(CLIENT);
    let refused = printed(&demo.command(&["client", "close", CLIENT, old.split_at(old.len() - 4).1]));
    assert!(refused.contains("is still used") && refused.contains("from 203.0.113.9"), "{refused}");
}

#[tokio::test]
async fn what_a_trusted_proxy_hands_on_is_never_from_this_machine() {
    let demo = demo("127.0.0.1").await;
    for lines in [&[][..], &["127.0.0.1"], &["::1"], &["198.51.100.1"], &[""]] {
        let metrics = send(&demo, "/metrics", None, lines).await;
        assert_eq!(metrics.status, 401, "{lines:?}");
        let page = send(&demo, "/auth/login", None, lines).await;
        assert!(!page.text().contains("Rosa"), "{lines:?}");
    }
    let operator = format!("Bearer {}", demo.ready["operator_token"].as_str().unwrap());
    assert_eq!(send(&demo, "/metrics", Some(&operator), &[]).await.status, 200);
}

#[test]
fn signing_in_for_development_and_proxies_do_not_go_together() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = ticketgate();
    command.args(["serve", "--data-dir", "data"]).current_dir(dir.path());
    command.env("TICKETGATE_LISTEN", "127.0.0.1:0").env("TICKETGATE_DEVELOPMENT_LOGIN", "true");
    let output = command.env("TICKETGATE_TRUSTED_PROXIES", "127.0.0.1").output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{}", printed(&output));
    assert!(printed(&output).contains("`trusted_proxies` says"), "{}", printed(&output));
    assert!(!dir.path().join("data").exists(), "before anything was made");
}
