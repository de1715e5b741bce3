use bytes::Bytes;
use http::Method;
use serde_json::json;

use crate::asking::{Asking, CALLBACK, Tokens, form, parameter};
use crate::knock::{As, House};

#[tokio::test]
async fn a_code_becomes_tokens_with_exactly_the_documented_fields() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let redirect = people.authorize(&[("standin_as", "rosa")]).await;
    assert_eq!(redirect.status, 302);
    assert!(redirect.header("location").starts_with(&format!("{CALLBACK}&code=")));
    assert_eq!(parameter(&redirect, "state").unwrap(), "s&t=1");
    let answer = people.redeem(&parameter(&redirect, "code").unwrap()).await;
    let body = answer.json();
    let mut names: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_in", "refresh_token", "scope", "token_type"]);
    assert_eq!((&body["expires_in"], &body["token_type"]), (&json!(3600), &json!("Bearer")));
    let mut asked: Vec<_> = people.scope.split(' ').collect();
    asked.sort_unstable();
    assert_eq!(body["scope"], asked.join(" "));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_form_is_as_good_as_json_and_without_offline_access_there_is_no_refresh_token() {
    let house = House::start().await;
    let people = Asking::new(&house, "people").with_scope("read:jira-work");
    let code = people.code("rosa").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &people.id),
        ("client_secret", &people.secret),
        ("code", &code),
        ("redirect_uri", CALLBACK),
    ];
    let kind = As::default().with("content-type", "application/x-www-form-urlencoded");
    let answer = house.send(Method::POST, "/oauth/token", &kind, Bytes::from(form(&fields))).await.unwrap();
    assert_eq!(answer.json()["scope"], "read:jira-work");
    assert!(answer.json().get("refresh_token").is_none());
}

#[tokio::test]
async fn a_code_is_good_once_for_its_app_its_address_and_a_few_minutes() {
    let house = House::start().await;
    let (people, second) = (Asking::new(&house, "people"), Asking::new(&house, "second"));
    let words = json!({"error": "invalid_grant", "error_description": "authorization_code is invalid"});
    let code = people.code("rosa").await;
    let foreign = second.redeem(&code).await;
    assert_eq!((foreign.status.as_u16(), foreign.json()), (403, words.clone()), "another application");
    let body = json!({
        "grant_type": "authorization_code", "client_id": people.id, "client_secret": people.secret, "code": code,
        "redirect_uri": "http://127.0.0.1:7777/elsewhere",
    });
    let elsewhere = house.post("/oauth/token", &As::default(), &body).await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.json()), (403, words.clone()), "another address");
    assert_eq!(people.redeem(&code).await.status, 200);
    assert_eq!(people.redeem(&code).await.json(), words, "a second time");
    let code = people.code("rosa").await;
    house.wait(300).await;
    assert_eq!(people.redeem(&code).await.json(), words, "too late");
}

#[tokio::test]
async fn a_wrong_secret_is_the_documented_401_and_uses_nothing_up() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let code = people.code("rosa").await;
    let mut forged = Asking::new(&house, "people");
    forged.secret = "no".to_owned();
    let refused = forged.redeem(&code).await;
    let words = json!({"error": "access_denied", "error_description": "Unauthorized"});
    assert_eq!((refused.status.as_u16(), refused.json()), (401, words.clone()));
    let tokens = Tokens::of(&people.redeem(&code).await);
    assert_eq!(forged.refresh(&tokens.refresh).await.json(), words);
    assert_eq!(people.refresh(&tokens.refresh).await.status, 200);
}

#[tokio::test]
async fn a_challenge_is_taken_and_forgotten_as_atlassian_does() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let more = [("standin_as", "rosa"), ("code_challenge", "x"), ("code_challenge_method", "S256")];
    let code = parameter(&people.authorize(&more).await, "code").unwrap();
    assert_eq!(people.redeem(&code).await.status, 200, "no verifier, and nobody asks");
}
