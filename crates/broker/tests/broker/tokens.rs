//! Access tokens of service accounts: one request, whatever happens.

use std::sync::Arc;
use std::time::Duration;

use broker::Health;
use http::StatusCode;
use types::{Code, Face, Refusal};

use crate::provider::{Provider, say, token};
use crate::warnings::Warnings;
use crate::world::World;

const TOKEN: &str = "Bearer token-of-demo";

async fn world() -> (Provider, World) {
    let provider = Provider::start(token).await;
    let world = World::new(&provider.origin).await;
    world.add_service_account("demo", &provider.origin).await;
    (provider, world)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_cause_one_token_request() {
    let (provider, world) = world().await;
    provider.hold();
    let permit = Arc::new(world.permit("demo", "demo"));
    let callers: Vec<_> = (0..1_000)
        .map(|_| {
            let (broker, permit) = (world.broker.clone(), Arc::clone(&permit));
            tokio::spawn(async move { broker.acquire(&permit, Face::JiraCloud).await.unwrap() })
        })
        .collect();
    provider.arrived(1).await;
    provider.release();
    for caller in callers {
        assert_eq!(caller.await.unwrap().authorization(), TOKEN);
    }
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_caller_that_hangs_up_does_not_take_the_refresh_along() {
    let (provider, world) = world().await;
    provider.hold();
    let (broker, permit) = (world.broker.clone(), world.permit("demo", "demo"));
    let caller = tokio::spawn(async move { broker.acquire(&permit, Face::JiraCloud).await.map(drop) });
    provider.arrived(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    provider.release();
    assert_eq!(world.acquire("demo").await.unwrap().authorization(), TOKEN);
    assert_eq!(provider.requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_grants_never_share_a_request_or_a_token() {
    let (provider, world) = world().await;
    world.add_service_account("second", &provider.origin).await;
    provider.hold();
    let permits = ["demo", "second"].map(|grant| (grant, Arc::new(world.permit(grant, "demo"))));
    let callers: Vec<_> = permits
        .iter()
        .cycle()
        .take(100)
        .map(|(grant, permit)| {
            let (broker, grant, permit) = (world.broker.clone(), *grant, Arc::clone(permit));
            tokio::spawn(async move {
                let credential = broker.acquire(&permit, Face::JiraCloud).await.unwrap();
                assert_eq!(*credential.authorization(), format!("Bearer token-of-{grant}"));
            })
        })
        .collect();
    provider.arrived(2).await;
    provider.release();
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn an_endpoint_in_trouble_is_unavailable_and_left_alone_for_a_moment() {
    let huge = format!(r#"{{"access_token":"{}"}}"#, "a".repeat(1 << 20));
    let answers = [
        (500, String::new()),
        (503, r#"{"error":"invalid_client"}"#.to_owned()),
        (401, "<html>401</html>".to_owned()),
        (200, "<!doctype html><title>Sign in</title>".to_owned()),
        (200, r#"{"error":"server_error"}"#.to_owned()),
        (200, r#"{"access_token":"abc","token_ty"#.to_owned()),
        (200, r#"{"access_token":"abc","token_type":"mac","expires_in":3600}"#.to_owned()),
        (200, r#"{"access_token":"abc","token_type":"Bearer","expires_in":-5}"#.to_owned()),
        (200, r#"{"access_token":"abc","token_type":"Bearer","expires_in":0}"#.to_owned()),
        (200, huge),
    ];
    for (status, body) in answers {
        let (provider, world) = world().await;
        let said = body.clone();
        provider.answers(move |_| say(status, said.clone()));
        for _ in 0..20 {
            let refusal = world.acquire("demo").await.unwrap_err();
            assert_eq!(refusal.code(), Code::GrantUnavailable, "{status} {body:.60}");
            assert!(refusal.when_to_retry().unwrap() <= Duration::from_secs(1));
            assert!(!refusal.to_string().contains("abc"));
        }
        assert_eq!(provider.requests(), 1, "{status} {body:.60}");
        provider.answers(token);
        world.pass(1);
        assert_eq!(world.acquire("demo").await.unwrap().authorization(), TOKEN);
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_is_unavailable() {
    let (_provider, world) = world().await;
    world.add_service_account("gone", "http://127.0.0.1:1").await;
    let refusal = world.acquire("gone").await.unwrap_err();
    assert_eq!(refusal.code(), Code::GrantUnavailable);
    // The client hears of the grant; what the network said is for the operator.
    assert_eq!(refusal.detail(), "No token for the grant gone: the token endpoint gives none at present.");
    let health = world.broker.list().into_iter().find(|grant| grant.name.as_str() == "gone").unwrap().health;
    assert!(matches!(&health, Health::Unavailable { why } if why.contains("refused")), "{health:?}");
}

#[tokio::test]
async fn a_rejected_credential_is_not_hammered_and_revives_by_itself() {
    let (provider, world) = world().await;
    provider.answers(|_| say(401, r#"{"error":"access_denied","error_description":"Unauthorized"}"#));
    for _ in 0..100 {
        let refusal = world.acquire("demo").await.unwrap_err();
        assert_eq!(refusal.code(), Code::GrantRejected);
        assert!(refusal.detail().contains("access_denied"), "{refusal}");
    }
    assert_eq!(provider.requests(), 1);
    assert!(matches!(world.broker.list()[0].health, Health::Rejected { .. }));
    // A day of a caller that asks every ten seconds.
    let permit = world.permit("demo", "demo");
    for _ in 0..24 * 3_600 / 10 {
        world.pass(10);
        let _no = world.broker.acquire(&permit, Face::JiraCloud).await.unwrap_err();
    }
    assert!(provider.requests() < 45, "{}", provider.requests());
    provider.answers(token);
    world.pass(3_600);
    assert_eq!(world.acquire("demo").await.unwrap().authorization(), TOKEN);
}

#[tokio::test]
async fn a_token_that_lives_is_used_while_the_endpoint_is_down_and_not_a_moment_longer() {
    let (provider, world) = world().await;
    world.acquire("demo").await.unwrap();
    provider.answers(|_| say(503, "down"));
    let permit = world.permit("demo", "demo");
    for _ in 0..356 {
        world.pass(10);
        assert_eq!(world.broker.acquire(&permit, Face::JiraCloud).await.unwrap().authorization(), TOKEN);
        tokio::task::yield_now().await;
    }
    world.pass(10);
    assert_eq!(world.acquire("demo").await.unwrap_err().code(), Code::GrantUnavailable);
    assert!(provider.requests() < 20, "{}", provider.requests());
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end_without_anyone_waiting() {
    let (provider, world) = world().await;
    world.acquire("demo").await.unwrap();
    world.pass(2_900);
    provider.hold();
    provider.answers(|_| say(200, r#"{"access_token":"second","token_type":"Bearer","expires_in":3600}"#));
    assert_eq!(world.acquire("demo").await.unwrap().authorization(), TOKEN, "nobody waits");
    provider.arrived(2).await;
    provider.release();
    while world.acquire("demo").await.unwrap().authorization() != "Bearer second" {
        tokio::task::yield_now().await;
    }
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn a_token_atlassian_refuses_is_replaced_once() {
    let (provider, world) = world().await;
    world.acquire("demo").await.unwrap();
    world.pass(60);
    let tickets =
        [world.acquire("demo").await.unwrap().ticket(), world.acquire("demo").await.unwrap().ticket()];
    assert!(!world.broker.rejected(&tickets[0], StatusCode::FORBIDDEN));
    for ticket in &tickets {
        assert!(world.broker.rejected(ticket, StatusCode::UNAUTHORIZED));
    }
    world.acquire("demo").await.unwrap();
    assert!(world.broker.rejected(&tickets[1], StatusCode::UNAUTHORIZED), "a late echo");
    world.acquire("demo").await.unwrap();
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn every_attempt_to_get_a_token_is_counted_by_grant_and_outcome() {
    let (provider, world) = world().await;
    world.add_api_token("fixed", false).await;
    world.acquire("demo").await.unwrap();
    world.acquire("demo").await.unwrap();
    world.acquire("fixed").await.unwrap();
    world.add_service_account("second", &provider.origin).await;
    provider.answers(|_| say(401, r#"{"error":"invalid_client"}"#));
    world.acquire("second").await.unwrap_err();
    world.add_service_account("third", &provider.origin).await;
    provider.answers(|_| say(503, "down"));
    world.acquire("third").await.unwrap_err();
    let rendered = world.metrics.render();
    let mut counted: Vec<_> =
        rendered.lines().filter_map(|line| line.strip_prefix("ticketgate_grant_tokens_total")).collect();
    let expected = [
        r#"{grant="demo",outcome="ok"} 1"#,
        r#"{grant="second",outcome="upstream-refused"} 1"#,
        r#"{grant="third",outcome="upstream-failed"} 1"#,
    ];
    counted.sort_unstable();
    assert_eq!(counted, expected, "a token that is at hand, and a credential that needs none, count nothing");
}

/// What a client's call does when Atlassian takes no token: send, be refused, ask for another and give up.
async fn refused_call(world: &World) -> Result<(), Refusal> {
    let ticket = world.acquire("demo").await?.ticket();
    assert!(world.broker.rejected(&ticket, StatusCode::UNAUTHORIZED));
    world.acquire("demo").await.map(drop)
}

#[tokio::test]
async fn two_revocations_in_a_row_cost_one_fresh_token_each_and_no_refusal() {
    let (provider, world) = world().await;
    world.acquire("demo").await.unwrap();
    world.pass(600);
    for tokens in [2, 3] {
        refused_call(&world).await.unwrap();
        assert_eq!(provider.requests(), tokens);
    }
}

#[tokio::test]
async fn a_grant_whose_fresh_tokens_are_all_refused_is_unavailable_and_not_hammered() {
    let (provider, world) = world().await;
    refused_call(&world).await.unwrap();
    for _ in 0..100 {
        let refusal = refused_call(&world).await.unwrap_err();
        assert_eq!(refusal.code(), Code::GrantUnavailable);
        assert!(refusal.when_to_retry().unwrap() <= Duration::from_secs(1), "{refusal}");
    }
    assert_eq!(provider.requests(), 2);
    // An hour of a client that asks every second.
    for _ in 0..3_600 {
        world.pass(1);
        assert_eq!(refused_call(&world).await.unwrap_err().code(), Code::GrantUnavailable);
    }
    assert!(provider.requests() < 25, "{}", provider.requests());
    world.pass(300);
    assert_eq!(world.acquire("demo").await.unwrap().authorization(), TOKEN, "it revives by itself");
}

#[tokio::test]
async fn the_log_says_once_per_grant_and_cause_that_atlassian_rejects_it() {
    let (_provider, world) = world().await;
    world.add_api_token("fixed", false).await;
    let warnings = Warnings::default();
    let _listening = tracing::subscriber::set_default(warnings.clone());
    for _ in 0..3 {
        let fixed = world.acquire("fixed").await.unwrap().ticket();
        assert!(!world.broker.rejected(&fixed, StatusCode::UNAUTHORIZED), "there is no other");
        world.acquire("demo").await.unwrap();
        world.pass(600);
        for _ in 0..5 {
            let _either = refused_call(&world).await;
        }
        world.pass(600);
    }
    let heard = warnings.heard();
    let of = |grant: &str| heard.iter().filter(|line| line.contains(&format!("grant={grant} "))).count();
    assert_eq!((of("fixed"), of("demo"), heard.len()), (1, 2, 3), "{heard:#?}");
}
