//! Each change of a grant's state is on record, in order.

use audit::Kind;
use audit::query::{self, Filter};

use crate::provider::{Provider, say, token};
use crate::world::World;

/// What the grant `a` came to, one change after the other, with what was meant for people marked.
async fn changes(world: &World) -> Vec<String> {
    world.recorder.stop().await;
    let filter = Filter { kind: Some(Kind::Grant), ..Filter::default() };
    let found = query::search(&world.store, &filter).await.unwrap();
    let changes = found.into_iter().map(|found| {
        assert_eq!(found.record.grant.as_ref().unwrap().as_str(), "a");
        let change = found.record.grant_change.unwrap();
        format!("{}{}", change.to, if change.loud { "!" } else { "" })
    });
    changes.collect()
}

#[tokio::test]
async fn a_provider_that_is_down_makes_a_grant_degraded_then_unavailable_and_fresh_when_it_is_back() {
    let provider = Provider::start(token).await;
    let world = World::new(&provider.origin).await;
    world.add_service_account("a", &provider.origin).await;
    world.acquire("a").await.unwrap();
    let once = async |seconds: u64, wanted: &str| {
        world.pass(seconds);
        loop {
            let _ = world.acquire("a").await;
            if world.broker.list()[0].health.as_str() == wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    provider.answers(|_| say(503, "down"));
    once(3_000, "degraded").await;
    once(120, "degraded").await;
    once(600, "unavailable").await;
    provider.answers(token);
    once(120, "fresh").await;
    // The change is told a moment after the token is there.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let expected = ["refreshing", "fresh", "refreshing", "degraded", "unavailable!", "fresh!"];
    assert_eq!(changes(&world).await, expected);
}

#[tokio::test]
async fn a_grant_that_is_found_in_trouble_at_the_start_is_on_record_and_nobody_is_woken() {
    let mut world = World::new("http://127.0.0.1:9").await;
    world.add_api_token("a", false).await;
    world.restart(8).await;
    assert_eq!(changes(&world).await, ["damaged"]);
}
