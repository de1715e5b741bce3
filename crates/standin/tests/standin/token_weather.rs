use std::time::Duration;

use serde_json::{Value, json};

use crate::asking::{Asking, Tokens};
use crate::knock::{As, House};

async fn fault(house: &House, grant_type: &str, action: Value) {
    let body = json!({"match": {"path_prefix": "/oauth/token", "grant_type": grant_type}, "action": action});
    assert_eq!(house.put("/standin/faults", &As::default(), &body).await.status, 201);
}

async fn generation(house: &House) -> Value {
    house.get("/standin/oauth", &As::default()).await.json()["families"][0]["generation"].clone()
}

#[tokio::test]
async fn an_answer_lost_before_the_rotation_costs_nothing_and_one_lost_after_it_needs_a_repeat() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let tokens = people.tokens("rosa").await;
    for (action, generation_after) in [("reset_before_answer", 0), ("reset_after_work", 1)] {
        fault(&house, "refresh_token", json!(action)).await;
        assert!(people.try_refresh(&tokens.refresh).await.is_none());
        assert_eq!(generation(&house).await, generation_after, "{action}");
    }
    people.refreshed(&tokens.refresh).await;
    assert_eq!(generation(&house).await, 1);
}

#[tokio::test]
async fn a_fault_waits_for_its_grant_type_in_forms_and_in_json() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    fault(&house, "refresh_token", json!({"answer": {"status": 503}})).await;
    let tokens = people.tokens("rosa").await;
    house.token("wide").await;
    assert_eq!(people.refresh(&tokens.refresh).await.status, 503);
    assert_eq!(people.refresh(&tokens.refresh).await.status, 200);
}

#[tokio::test]
async fn an_error_can_hide_that_the_rotation_took_place() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let tokens = people.tokens("rosa").await;
    fault(&house, "refresh_token", json!({"answer_after_work": {"status": 502}})).await;
    assert_eq!(people.refresh(&tokens.refresh).await.status, 502);
    assert_eq!(generation(&house).await, 1);
}

#[tokio::test]
async fn the_rotation_can_be_over_long_before_its_answer_comes() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let tokens = people.tokens("rosa").await;
    fault(&house, "refresh_token", json!({"delay_after_work_ms": 3_600_000})).await;
    let refresh = people.refresh(&tokens.refresh);
    tokio::pin!(refresh);
    // The answer is an hour away; the rotation is seen as soon as the request has arrived.
    let seen = async {
        while generation(&house).await != 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = &mut refresh => panic!("the answer came before its time"),
        () = seen => {}
    }
}

/// What became of so many refreshes: a status, or 0 when there was no answer.
async fn outcomes(house: &House, forecast: Value) -> (Vec<u16>, Value) {
    let people = Asking::new(house, "people");
    let mut tokens = people.tokens("rosa").await;
    assert_eq!(house.put("/standin/oauth/weather", &As::default(), &forecast).await.status, 200);
    let mut seen = Vec::new();
    for _ in 0..60 {
        let answer = people.try_refresh(&tokens.refresh).await;
        seen.push(answer.as_ref().map_or(0, |answer| answer.status.as_u16()));
        if let Some(answer) = answer.filter(|answer| answer.status == 200) {
            tokens = Tokens::of(&answer);
        }
    }
    (seen, house.get("/standin/oauth", &As::default()).await.json())
}

#[tokio::test]
async fn bad_weather_is_the_same_for_the_same_seed_and_a_patient_client_survives_it() {
    let forecast = json!({
        "seed": 7, "lose_before": 0.2, "lose_after": 0.2, "fail_5xx": 0.1, "fail_5xx_after": 0.1, "delay_ms": [0, 2],
    });
    let (first, report) = outcomes(&House::start().await, forecast.clone()).await;
    let (second, _) = outcomes(&House::start().await, forecast).await;
    assert_eq!(first, second);
    for status in [0, 200, 502, 503] {
        assert!(first.contains(&status), "{status} in {first:?}");
    }
    let happened = &report["weather"]["happened"];
    assert_eq!(happened["requests"], 60);
    let lost = happened["lost_before"].as_u64().unwrap() + happened["lost_after"].as_u64().unwrap();
    assert_eq!(lost, first.iter().filter(|status| **status == 0).count() as u64);
    let family = &report["families"][0];
    assert_eq!((&family["state"], &family["repeats_outside_leeway"]), (&json!("alive"), &json!(0)));
    assert!(family["repeats_within_leeway"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn the_weather_is_fine_unless_asked_for_and_again_afterwards() {
    let house = House::start().await;
    let (seen, _) = outcomes(&house, json!({})).await;
    assert!(seen.iter().all(|status| *status == 200));
    house.put("/standin/oauth/weather", &As::default(), &json!({"fail_5xx": 1.0})).await;
    let people = Asking::new(&house, "people");
    assert_eq!(people.redeem("x").await.status, 503);
    assert_eq!(house.delete("/standin/oauth/weather", &As::default()).await.status, 204);
    assert_eq!(people.redeem("x").await.status, 403);
}
