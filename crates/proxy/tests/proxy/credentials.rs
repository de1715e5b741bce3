use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use broker::Material;
use clock::Clock;
use egress::RequestBody;
use types::Secret;

use crate::upstream::{Seen, json, scripted};
use crate::world::{Wish, World, refusal};

const DEAD: &str = r#"{"code":401,"message":"Unauthorized"}"#;
const COMMENTS: &str = "/rest/api/3/issue/REL-1/comment";

/// A gateway with a service account, whose token is an hour and a quarter from its end when the upstream refuses every
/// token up to number `dead`.
async fn service_account(dead: usize) -> (World, Seen) {
    let (clock, hands) = Clock::manual(jiff::Timestamp::UNIX_EPOCH);
    let (issued, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let limit = Arc::clone(&refused);
    let (upstream, seen) = scripted(move |text| {
        if text.starts_with("POST /oauth/token") {
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let token =
                format!(r#"{{"access_token":"token-{number}","expires_in":7200,"token_type":"Bearer"}}"#);
            return json("200 OK", &token);
        }
        let mut dead = 1..=limit.load(Ordering::SeqCst);
        let refused = dead.any(|number| text.contains(&format!("Bearer token-{number}\r\n")));
        if refused { json("401 Unauthorized", DEAD) } else { json("201 Created", "{}") }
    })
    .await;
    let material = Material::ServiceAccount {
        client_id: "robot".into(),
        client_secret: Secret::new("account-secret".into()),
        token_url: format!("http://{upstream}/oauth/token"),
    };
    let wish = Wish { material: Some(material), clock: Some(clock), ..Wish::default() };
    let world = World::with(upstream, wish).await;
    assert_eq!(comment(&world).await.status, 201);
    hands.advance(Duration::from_secs(45 * 60));
    refused.store(dead, Ordering::SeqCst);
    (world, seen)
}

async fn comment(world: &World) -> http::response::Parts {
    let request = world.request("POST", COMMENTS).body(RequestBody::full("{}")).unwrap();
    world.send(request).await.0
}

fn comments(seen: &Seen) -> Vec<String> {
    seen.all().into_iter().filter(|text| text.contains("/comment")).collect()
}

#[tokio::test]
async fn a_call_whose_token_has_died_is_sent_once_more_with_a_fresh_one() {
    let (world, seen) = service_account(1).await;
    assert_eq!(comment(&world).await.status, 201);
    let calls = comments(&seen);
    assert_eq!(calls.len(), 1 + 2);
    assert!(calls.iter().all(|call| call.ends_with("{}")), "the body goes along every time");
}

#[tokio::test]
async fn a_second_dead_token_is_the_end() {
    let (world, seen) = service_account(9).await;
    assert_eq!(refusal(&comment(&world).await), (http::StatusCode::BAD_GATEWAY, "grant-rejected"));
    assert_eq!(comments(&seen).len(), 1 + 2);
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
        assert!(!code.is_empty() || text == own, "{text}");
        assert!(!text.contains("scope does not match") || text.contains("lacks a scope"));
    }
}
