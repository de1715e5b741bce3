//! Two operators cannot undo each other unseen: a change decided on a version that is no longer is refused (RFC 9110 §13.1.1).

use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Method, Request, header};
use serde_json::{Value, json};

use super::harness::{Demo, PATIENCE, Said};

async fn on(demo: &Demo, version: &str, method: Method, path: &str, body: &Value) -> Said {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/api/v1{path}", demo.gateway()))
        .header(header::AUTHORIZATION, format!("Bearer {}", demo.ready["operator_token"].as_str().unwrap()))
        .header(header::IF_MATCH, version)
        .body(RequestBody::full(Bytes::from(body.to_string())))
        .unwrap();
    let settings = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
    let (parts, body) = Egress::new(&settings).unwrap().fetch(request, PATIENCE, 1 << 20).await.unwrap();
    Said { status: parts.status, headers: parts.headers, body }
}

fn tag(said: &Said) -> String {
    said.headers.get("etag").unwrap_or_else(|| panic!("{said:?}")).to_str().unwrap().to_owned()
}

async fn seen(demo: &Demo, path: &str) -> String {
    tag(&demo.operate(Method::GET, &format!("/api/v1{path}"), None).await)
}

#[tokio::test]
async fn what_was_decided_on_an_older_version_is_refused_and_changes_nothing() {
    let demo = Demo::start().await;
    let add = json!({ "name": "ada", "role": "viewer" });
    let grant = json!({
        "name": "bot", "sites": ["demo"], "kind": "api-token", "email": "a@example.com", "token": "abc",
    });
    demo.operate(Method::POST, "/api/v1/operators", Some(add.clone())).await;
    let made = demo.operate(Method::POST, "/api/v1/grants", Some(grant.clone())).await;
    assert_eq!(tag(&made), seen(&demo, "/grants/bot").await, "an answer's tag is that of what was made");

    let (post, delete) = (Method::POST, Method::DELETE);
    let questions = [
        ("/grants/bot", post.clone(), "/grants", grant.clone(), 200),
        ("/grants/bot", delete, "/grants/bot", Value::Null, 204),
        ("/manifests", post.clone(), "/manifests/publish", json!({}), 200),
        ("/operators/ada", post.clone(), "/operators/ada/revoke", Value::Null, 200),
        ("/operators/ada", post.clone(), "/operators", add, 201),
        ("/clients/data-analytics", post.clone(), "/clients/data-analytics/rotate", json!({}), 201),
    ];
    for (shown, method, path, body, status) in questions {
        let before = seen(&demo, shown).await;
        let stale = on(&demo, "\"1234567\"", method.clone(), path, &body).await;
        assert_eq!((stale.status.as_u16(), stale.refusal()), (412, Some("changed-meanwhile")), "{path}");
        assert_eq!(seen(&demo, shown).await, before, "{path} was refused and changed something");
        let fresh = on(&demo, &before, method, path, &body).await;
        assert_eq!(fresh.status.as_u16(), status, "{path}: {fresh:?}");
    }
    let gone = on(&demo, "\"1\"", post, "/grants", &grant).await;
    assert_eq!(gone.status, 412, "what is not there is of no version: {gone:?}");
}

#[tokio::test]
async fn every_publication_and_every_attempt_at_one_is_another_version() {
    let demo = Demo::start().await;
    let publish = async || demo.operate(Method::POST, "/api/v1/manifests/publish", None).await;
    let first = tag(&publish().await);
    let second = tag(&publish().await);
    assert_ne!(first, second);
    std::fs::write(demo.data().join("manifests/typo.toml"), "wonder = 1\n").unwrap();
    assert_eq!(publish().await.status, 422);
    let seen_since = on(&demo, &second, Method::POST, "/manifests/publish", &json!({})).await;
    assert_eq!(seen_since.status, 412, "somebody has tried since: {seen_since:?}");
}
