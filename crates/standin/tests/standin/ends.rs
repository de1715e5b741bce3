use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::asking::{Asking, Tokens, form};
use crate::knock::{As, House};

async fn steer(house: &House, what: &str, body: Value) -> Value {
    let answer = house.post(&format!("/standin/oauth/{what}"), &As::default(), &body).await;
    assert!(answer.status.is_success(), "{answer:?}");
    answer.json()
}

async fn states(house: &House) -> Vec<Value> {
    let report = house.get("/standin/oauth", &As::default()).await.json();
    report["families"].as_array().unwrap().iter().map(|family| family["state"].clone()).collect()
}

/// Everything of these tokens is over.
async fn assert_dead(people: &Asking<'_>, tokens: &Tokens) {
    assert_eq!(people.refresh(&tokens.refresh).await.status, 403);
    let api = people.house.get(&people.house.ex("/rest/api/3/myself"), &tokens.bearer()).await;
    assert_eq!((api.status.as_u16(), api.json()), (401, json!({"code": 401, "message": "Unauthorized"})));
}

#[tokio::test]
async fn a_person_ends_an_app_on_the_page_of_connected_apps() {
    let house = House::start().await;
    let (people, second) = (Asking::new(&house, "people"), Asking::new(&house, "second"));
    let (gone, kept) = (people.tokens("rosa").await, second.tokens("rosa").await);
    let page = house.get("/connected-apps?as=rosa", &As::default()).await;
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(html.contains("id=\"revoke-people\"") && html.contains("id=\"revoke-second\""), "{html}");
    let kind = As::default().with("content-type", "application/x-www-form-urlencoded");
    let body = Bytes::from(form(&[("as", "rosa"), ("client_id", &people.id)]));
    let answer = house.send(Method::POST, "/connected-apps", &kind, body).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/connected-apps?as=rosa"));
    assert_dead(&people, &gone).await;
    assert!(house.admits(&kept).await);
    let page = house.get("/connected-apps?as=rosa", &As::default()).await;
    assert!(!String::from_utf8(page.body.to_vec()).unwrap().contains("revoke-people"));
    assert_eq!(states(&house).await, ["revoked", "alive"]);
}

#[tokio::test]
async fn steering_revokes_one_consent_a_persons_or_all_of_an_app() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let (rosa, dan) = (people.tokens("rosa").await, people.tokens("dan").await);
    assert_eq!(steer(&house, "revoke", json!({"as": "rosa", "app": "people"})).await["ended"], 1);
    assert_dead(&people, &rosa).await;
    assert!(house.admits(&dan).await);
    assert_eq!(steer(&house, "revoke", json!({"app": "people"})).await["ended"], 1);
    assert_dead(&people, &dan).await;
}

#[tokio::test]
async fn a_consent_withdrawn_before_the_code_was_redeemed_gives_no_tokens() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let code = people.code("rosa").await;
    steer(&house, "revoke", json!({"as": "rosa"})).await;
    assert_eq!(people.redeem(&code).await.status, 403);
}

#[tokio::test]
async fn an_app_removed_from_a_site_is_told_so_there_and_no_longer_sees_the_site() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let tokens = people.tokens("rosa").await;
    steer(&house, "uninstall", json!({"app": "people", "site": "demo"})).await;
    let api = house.get(&house.ex("/rest/api/3/myself"), &tokens.bearer()).await;
    let words = json!({"code": 403, "message": "The app is not installed on this instance"});
    assert_eq!((api.status.as_u16(), api.json()), (403, words));
    let listed = house.get("/oauth/token/accessible-resources", &tokens.bearer()).await.json();
    assert!(listed.as_array().unwrap().iter().all(|one| one["name"] == "other"), "{listed}");
    steer(&house, "uninstall", json!({"app": "people", "site": "other"})).await;
    let listed = house.get("/oauth/token/accessible-resources", &tokens.bearer()).await.json();
    assert_eq!(listed, json!([]));
    steer(&house, "install", json!({"app": "people", "site": "demo"})).await;
    assert!(house.admits(&tokens).await);
    people.refreshed(&tokens.refresh).await;
}

#[tokio::test]
async fn a_new_password_ends_every_family_of_the_person_and_a_new_consent_heals_it() {
    let house = House::start().await;
    let (people, second) = (Asking::new(&house, "people"), Asking::new(&house, "second"));
    let (one, two, dan) =
        (people.tokens("rosa").await, second.tokens("rosa").await, people.tokens("dan").await);
    assert_eq!(steer(&house, "password", json!({"as": "rosa"})).await["ended"], 2);
    assert_dead(&people, &one).await;
    assert_dead(&second, &two).await;
    assert!(house.admits(&dan).await);
    assert!(house.admits(&people.tokens("rosa").await).await);
    assert_eq!(states(&house).await, ["password_changed", "password_changed", "alive", "alive"]);
}

#[tokio::test]
async fn scopes_that_are_lost_are_missing_at_once_and_in_the_next_answer() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let tokens = people.tokens("rosa").await;
    let comment = house.ex("/rest/api/2/issue/REL-1/comment");
    assert_eq!(house.post(&comment, &tokens.bearer(), &json!({"body": "x"})).await.status, 201);
    let loss = json!({"as": "rosa", "app": "people", "remove": ["write:jira-work"]});
    steer(&house, "scopes", loss).await;
    let words = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    let refused = house.post(&comment, &tokens.bearer(), &json!({"body": "x"})).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (401, words.clone()));
    let next = people.refreshed(&tokens.refresh).await;
    assert!(tokens.scope.contains("write:jira-work") && !next.scope.contains("write:jira-work"));
    assert_eq!(house.post(&comment, &next.bearer(), &json!({"body": "x"})).await.json(), words);
    assert!(house.admits(&next).await);
}

#[tokio::test]
async fn a_deactivated_account_is_shut_out_and_its_families_are_over() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let (tokens, code) = (people.tokens("rosa").await, people.code("rosa").await);
    steer(&house, "deactivate", json!({"as": "rosa"})).await;
    assert_dead(&people, &tokens).await;
    assert_eq!(people.redeem(&code).await.status, 403);
    assert_eq!(people.authorize(&[("standin_as", "rosa")]).await.status, 400);
    steer(&house, "activate", json!({"as": "rosa"})).await;
    assert_eq!(people.refresh(&tokens.refresh).await.status, 403, "what is over stays over");
    assert!(house.admits(&people.tokens("rosa").await).await);
}

#[tokio::test]
async fn a_new_consent_replaces_the_scopes_and_ends_the_older_family() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let old = people.tokens("rosa").await;
    let narrow = Asking::new(&house, "people").with_scope("read:jira-work read:jira-user offline_access");
    let new = narrow.tokens("rosa").await;
    assert_dead(&people, &old).await;
    let next = people.refreshed(&new.refresh).await;
    assert_eq!(next.scope, "offline_access read:jira-user read:jira-work");
    assert_eq!(states(&house).await, ["superseded", "alive"]);
}

#[tokio::test]
async fn an_older_family_can_be_kept_and_has_the_new_scopes() {
    let house = House::start().await;
    house.put("/standin/oauth/rules", &As::default(), &json!({"consent": "keep"})).await;
    let people = Asking::new(&house, "people");
    let old = people.tokens("rosa").await;
    let narrow = Asking::new(&house, "people").with_scope("read:jira-work read:jira-user offline_access");
    narrow.tokens("rosa").await;
    assert!(house.admits(&old).await);
    assert_eq!(people.refreshed(&old.refresh).await.scope, "offline_access read:jira-user read:jira-work");
    assert_eq!(states(&house).await, ["alive", "alive"]);
}

#[tokio::test]
async fn both_refusals_of_a_refresh_token_that_are_known_can_be_had() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let tokens = people.tokens("rosa").await;
    for why in ["reuse", "too_old"] {
        steer(&house, "end", json!({"why": why, "as": "rosa"})).await;
    }
    assert_eq!(states(&house).await, ["reuse"], "the first end counts");
    house.put("/standin/oauth/rules", &As::default(), &json!({"refresh_error": "unauthorized_client"})).await;
    let refused = people.refresh(&tokens.refresh).await;
    let words = json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"});
    assert_eq!((refused.status.as_u16(), refused.json()), (403, words));
}
