use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use broker::Material;
use egress::RequestBody;
use types::Secret;

use crate::upstream::{Seen, json, scripted};
use crate::world::{Wish, World, refusal};

const DEAD: &str = r#"{"code":401,"message":"Unauthorized"}"#;
const COMMENTS: &str = "/rest/api/3/issue/REL-1/comment";

/// An upstream whose first `dead` tokens are refused, and a gateway with a service account there.
async fn service_account(dead: usize) -> (World, Seen) {
    let issued = Arc::new(AtomicUsize::new(0));
    let (upstream, seen) = scripted(move |text| {
        if text.starts_with("POST /oauth/token") {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let token =
                format!(r#"{{"access_token":"token-{number}","expires_in":3600,"token_type":"Bearer"}}"#);
            return json("200 OK", &token);
        }
        let good = (1..=dead).all(|number| !text.contains(&format!("Bearer token-{number}\r\n")));
        if good { json("201 Created", "{}") } else { json("401 Unauthorized", DEAD) }
    })
    .await;
    let material = Material::ServiceAccount {
        client_id: "robot".into(),
        client_secret: Secret::new("account-secret".into()),
        token_url: format!("http://{upstream}/oauth/token"),
    };
    (World::with(upstream, Wish { material: Some(material), ..Wish::default() }).await, seen)
}

#[tokio::test]
async fn a_call_whose_token_has_died_is_sent_once_more_with_a_fresh_one() {
    let (world, seen) = service_account(1).await;
    let request = world.request("POST", COMMENTS).body(RequestBody::full("{}")).unwrap();
    let (head, text) = world.send(request).await;
    assert_eq!(head.status, 201, "{text}");
    let calls: Vec<_> = seen.all().into_iter().filter(|text| text.contains("/comment")).collect();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.ends_with("{}")), "the body goes along both times");
}

#[tokio::test]
async fn a_second_dead_token_is_the_end() {
    let (world, seen) = service_account(9).await;
    let request = world.request("POST", COMMENTS).body(RequestBody::full("{}")).unwrap();
    let (head, _) = world.send(request).await;
    assert_eq!(refusal(&head), (http::StatusCode::BAD_GATEWAY, "grant-rejected"));
    assert_eq!(seen.all().iter().filter(|text| text.contains("/comment")).count(), 2);
}

#[tokio::test]
async fn whose_unauthorized_it_is_decides_what_the_caller_hears() {
    const ISSUE: &str = "/rest/api/3/issue/REL-1";
    let own = r#"{"errorMessages":["You are not authenticated."],"errors":{}}"#;
    for (body, expected) in [
        (DEAD, (502, "grant-rejected")),
        (r#"{"code":401,"message":"Unauthorized; scope does not match"}"#, (502, "grant-rejected")),
        (own, (401, "")),
    ] {
        let (upstream, seen) = scripted(move |_| json("401 Unauthorized", body)).await;
        let world = World::new(upstream).await;
        let (head, text) = world.get(ISSUE).await;
        let (status, code) = refusal(&head);
        assert_eq!((status.as_u16(), code), expected, "{text}");
        assert_eq!(seen.all().len(), 1, "an API token is not tried twice");
        assert!(code != "" || text == own, "{text}");
        assert!(!text.contains("scope does not match") || text.contains("lacks a scope"));
    }
}
