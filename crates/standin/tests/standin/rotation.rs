use serde_json::{Value, json};

use crate::asking::{Asking, Tokens};
use crate::knock::{As, House};

async fn rules(house: &House, rules: Value) {
    assert_eq!(house.put("/standin/oauth/rules", &As::default(), &rules).await.status, 200);
}

async fn family(house: &House) -> Value {
    let report = house.get("/standin/oauth", &As::default()).await.json();
    report["families"].as_array().unwrap().last().unwrap().clone()
}

#[tokio::test]
async fn each_refresh_gives_a_new_pair_and_the_old_one_dies_when_the_leeway_ends() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    let second = people.refreshed(&first.refresh).await;
    assert!(first.access != second.access && first.refresh != second.refresh);
    assert_eq!(first.scope, second.scope);
    house.wait(599).await;
    assert!(house.admits(&first).await && house.admits(&second).await, "within the leeway both work");
    house.wait(1).await;
    assert!(!house.admits(&first).await, "although it would have lived for an hour");
    assert!(house.admits(&second).await);
    house.wait(3000).await;
    assert!(!house.admits(&second).await, "an hour is over");
    let stale = house.get("/standin/oauth", &As::default()).await.json()["stale_access_tokens"].clone();
    assert_eq!(stale, json!({"expired": 1, "rotated": 1, "replaced": 0, "ended": 0, "service_expired": 0}));
}

#[tokio::test]
async fn a_retry_within_the_leeway_gets_a_further_pair_and_both_live() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    let lost = people.refreshed(&first.refresh).await;
    house.wait(599).await;
    let found = people.refreshed(&first.refresh).await;
    assert_ne!(lost, found);
    assert!(house.admits(&lost).await && house.admits(&found).await);
    let third = people.refreshed(&lost.refresh).await;
    let fourth = people.refreshed(&found.refresh).await;
    assert!(house.admits(&third).await && house.admits(&fourth).await);
    let family = family(&house).await;
    let shown = ["state", "generation", "redemptions", "repeats_within_leeway", "repeats_outside_leeway"]
        .map(|name| family[name].clone());
    assert_eq!(shown, [json!("alive"), json!(2), json!(4), json!(2), json!(0)]);
}

#[tokio::test]
async fn a_retry_can_put_the_lost_pair_out_of_use() {
    let house = House::start().await;
    rules(&house, json!({"retry": "new_pair_replaces"})).await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    let lost = people.refreshed(&first.refresh).await;
    let found = people.refreshed(&first.refresh).await;
    assert!(!house.admits(&lost).await && house.admits(&found).await);
    assert_eq!(people.refresh(&lost.refresh).await.status, 403);
    assert_eq!(
        (&family(&house).await["state"], &family(&house).await["replaced"]),
        (&json!("alive"), &json!(1))
    );
    people.refreshed(&found.refresh).await;
}

#[tokio::test]
async fn a_retry_can_get_the_same_pair_again() {
    let house = House::start().await;
    rules(&house, json!({"retry": "same_pair"})).await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    let lost = people.refreshed(&first.refresh).await;
    assert_eq!(people.refreshed(&first.refresh).await, lost);
    assert_eq!(family(&house).await["repeats_within_leeway"], 1);
}

#[tokio::test]
async fn reuse_after_the_leeway_ends_the_whole_family() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    let second = people.refreshed(&first.refresh).await;
    house.wait(600).await;
    let words = json!({"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."});
    let refused = people.refresh(&first.refresh).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (403, words.clone()));
    assert_eq!(people.refresh(&second.refresh).await.json(), words, "the newest is dead, too");
    assert!(!house.admits(&second).await);
    let family = family(&house).await;
    let shown =
        ["state", "repeats_outside_leeway", "after_end", "redemptions"].map(|name| family[name].clone());
    assert_eq!(shown, [json!("reuse"), json!(1), json!(1), json!(1)]);
}

#[tokio::test]
async fn a_token_older_than_the_previous_one_ends_the_family_even_within_the_leeway() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    let second = people.refreshed(&first.refresh).await;
    people.refreshed(&second.refresh).await;
    assert_eq!(people.refresh(&first.refresh).await.status, 403);
    assert_eq!(family(&house).await["state"], "reuse");
}

#[tokio::test]
async fn a_token_from_long_ago_is_still_recognised() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    let mut last = first.clone();
    for _ in 0..300 {
        last = people.refreshed(&last.refresh).await;
    }
    assert_eq!(people.refresh(&first.refresh).await.status, 403);
    assert_eq!(family(&house).await["repeats_outside_leeway"], 1);
    assert_eq!(people.refresh(&last.refresh).await.status, 403);
}

#[tokio::test]
async fn ninety_quiet_days_end_a_family_and_each_refresh_begins_them_anew() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let mut tokens = people.tokens("rosa").await;
    for _ in 0..5 {
        house.wait(89 * 86_400).await;
        tokens = people.refreshed(&tokens.refresh).await;
    }
    house.wait(90 * 86_400).await;
    assert_eq!(people.refresh(&tokens.refresh).await.status, 403);
    assert_eq!(family(&house).await["state"], "inactive");
}

#[tokio::test]
async fn an_absolute_end_can_be_asked_for() {
    let house = House::start().await;
    rules(&house, json!({"absolute_seconds": 365 * 86_400})).await;
    let people = Asking::new(&house, "people");
    let mut tokens = people.tokens("rosa").await;
    for _ in 0..5 {
        house.wait(72 * 86_400).await;
        tokens = people.refreshed(&tokens.refresh).await;
    }
    house.wait(5 * 86_400).await;
    assert_eq!(people.refresh(&tokens.refresh).await.status, 403);
    assert_eq!(family(&house).await["state"], "too_old");
}

#[tokio::test]
async fn a_refresh_can_come_without_a_refresh_token_and_the_old_one_stays_good() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let first = people.tokens("rosa").await;
    rules(&house, json!({"rotate": false})).await;
    let answer = people.refresh(&first.refresh).await.json();
    assert!(answer["access_token"].is_string() && answer.get("refresh_token").is_none());
    house.wait(700).await;
    rules(&house, json!({"rotate": true})).await;
    people.refreshed(&first.refresh).await;
}

#[tokio::test]
async fn the_leeway_and_the_life_of_tokens_can_be_shorter_than_a_minute() {
    let house = House::start().await;
    rules(&house, json!({"access_token_seconds": 3, "leeway_seconds": 2, "code_seconds": 1})).await;
    let people = Asking::new(&house, "people");
    let answer = people.redeem(&people.code("rosa").await).await;
    assert_eq!(answer.json()["expires_in"], 3);
    let first = Tokens::of(&answer);
    let second = people.refreshed(&first.refresh).await;
    house.wait(2).await;
    assert!(!house.admits(&first).await && house.admits(&second).await);
    let service = house.token("wide").await;
    house.wait(3).await;
    assert!(!house.admits(&second).await);
    assert_eq!(house.get(&house.ex("/rest/api/3/myself"), &service).await.status, 401);
    assert_eq!(people.refresh(&first.refresh).await.status, 403);
}

#[tokio::test]
async fn another_application_cannot_redeem_a_refresh_token_and_does_no_harm() {
    let house = House::start().await;
    let (people, second) = (Asking::new(&house, "people"), Asking::new(&house, "second"));
    let tokens = people.tokens("rosa").await;
    assert_eq!(second.refresh(&tokens.refresh).await.status, 403);
    assert_eq!(second.refresh("eyJ.x.y").await.status, 403);
    people.refreshed(&tokens.refresh).await;
    let totals = house.get("/standin/oauth", &As::default()).await.json()["totals"].clone();
    assert_eq!((&totals["unknown_refresh_tokens"], &totals["redemptions"]), (&json!(2), &json!(1)));
}
