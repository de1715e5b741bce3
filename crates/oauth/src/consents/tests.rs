use super::*;
use crate::trial::{ROSA, Trial, json};

async fn furnished() -> (Trial, String, String) {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let tokens = json(&trial.redeem("app", "", &trial.code("app").await).await);
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    (trial, format!("Bearer {}", text("access_token")), text("refresh_token"))
}

#[tokio::test]
async fn a_user_sees_what_they_allowed_and_when_it_was_used() {
    let (trial, bearer, _) = furnished().await;
    let given = trial.clock.now();
    let [consent] = &trial.clients.consents_of(ROSA).await.unwrap()[..] else { panic!("one consent") };
    assert_eq!((consent.client.as_str(), consent.owner.as_str(), consent.given_at), ("app", "owner", given));
    assert_eq!(consent.scopes, ["read:jira-work", "write:jira-work"]);
    assert_eq!(consent.sites, ["demo"]);
    trial.pass(600);
    trial.authenticate(&bearer).await.unwrap();
    trial.clients.tend().await.unwrap();
    let used = trial.clients.consents_of(ROSA).await.unwrap()[0].used_at.unwrap();
    assert_eq!(used.duration_since(given).as_secs(), 600);
    assert!(trial.clients.consents_of("somebody-else").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_consent_that_is_ended_takes_its_tokens_along_at_once() {
    let (mut trial, bearer, refresh) = furnished().await;
    let id = trial.clients.consents_of(ROSA).await.unwrap()[0].id.clone();
    assert!(trial.authenticate(&bearer).await.is_ok());
    trial.clients.end_consent(&id).await.unwrap();
    assert!(trial.authenticate(&bearer).await.is_err());
    let answer = trial.refresh("app", "", &refresh).await;
    assert_eq!(json(&answer)["error"], "invalid_grant");
    assert!(trial.clients.consents_of(ROSA).await.unwrap().is_empty());
    trial.restart().await;
    assert!(trial.authenticate(&bearer).await.is_err());
}

#[tokio::test]
async fn a_consent_whose_end_nobody_waits_for_ends_all_the_same() {
    let (trial, bearer, _) = furnished().await;
    let id = trial.clients.consents_of(ROSA).await.unwrap()[0].id.clone();
    trial.authenticate(&bearer).await.unwrap();
    crate::trial::begin_and_leave(trial.clients.end_consent(&id)).await;
    trial.clients.settled().await;
    assert!(trial.authenticate(&bearer).await.is_err());
    assert!(trial.clients.consents_of(ROSA).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_finds_the_consent_of_another() {
    let (trial, ..) = furnished().await;
    let id = trial.clients.consents_of(ROSA).await.unwrap()[0].id.clone();
    assert_eq!(trial.clients.consent_of(ROSA, &id).await.unwrap().as_str(), "app");
    for (account, id) in [("somebody-else", id.as_str()), (ROSA, "no-such"), (ROSA, "")] {
        let found = trial.clients.consent_of(account, id).await;
        assert!(matches!(found, Err(ConsentError::Missing)), "{account} {id}");
    }
}

#[tokio::test]
async fn a_user_who_signs_in_with_a_client_again_and_again_keeps_the_latest_consents() {
    let (trial, bearer, _) = furnished().await;
    for _ in 0..KEPT {
        trial.pass(1);
        trial.code("app").await;
    }
    assert!(trial.authenticate(&bearer).await.is_err(), "the oldest has ended");
    assert_eq!(trial.clients.consents_of(ROSA).await.unwrap().len(), 20);
}

#[tokio::test]
async fn a_client_that_is_no_longer_public_loses_what_it_had_as_one() {
    let (trial, bearer, _) = furnished().await;
    trial.change("app", |row| row.profile = "{}".to_owned()).await;
    assert!(trial.authenticate(&bearer).await.is_err());
}
