use http::HeaderName;

use super::*;
use crate::trial::{Trial, basic, client, headers};

fn code(outcome: Result<Caller, Refusal>) -> Code {
    outcome.unwrap_err().code()
}

#[tokio::test]
async fn a_secret_and_a_token_prove_the_client_they_belong_to() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let other = trial.register("analytics", None).await;
    let token = trial.access_token("release", &secret).await;
    for header in [basic("release", &secret), basic("someone@example.com", &token), format!("Bearer {token}")]
    {
        let caller = trial.authenticate(&header).await.unwrap();
        assert_eq!(caller.client(), &client("release"));
        assert!(caller.credential().starts_with("tg") && caller.credential().len() < 16);
        assert!(caller.scopes().is_none());
    }
    let caller = trial.authenticate(&basic("release", &other)).await.unwrap();
    assert_eq!(caller.client(), &client("analytics"), "the secret counts, not the user name");
}

#[tokio::test]
async fn who_presents_nothing_or_two_things_is_refused() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let none = trial.clients.authenticate(&HeaderMap::new()).await;
    assert_eq!(code(none), Code::CredentialMissing);
    let header: (HeaderName, &str) = (header::AUTHORIZATION, &basic("release", &secret));
    let twice = trial.clients.authenticate(&headers(&[header.clone(), header])).await;
    assert_eq!(code(twice), Code::CredentialInvalid);
}

#[tokio::test]
async fn every_wrong_credential_hears_the_same_answer() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let unknown = |kind| token::mint(kind, [9; 32]).text.open().to_owned();
    let token = trial.access_token("release", &secret).await;
    trial.pass(3_600);
    let answers = [
        trial.authenticate("Bearer ATATT3xFfGF0abcdefgh").await,
        trial.authenticate(&format!("Bearer {}", unknown(Kind::AccessToken))).await,
        trial.authenticate(&format!("Bearer {token}")).await,
        trial.authenticate(&format!("Bearer {secret}")).await,
        trial.authenticate(&format!("Bearer {}", unknown(Kind::OperatorToken))).await,
        trial.authenticate(&basic("release", &unknown(Kind::ClientSecret))).await,
        trial.authenticate(&basic(&secret, "")).await,
        trial.authenticate("Digest x").await,
    ];
    for answer in answers {
        let refusal = answer.unwrap_err();
        assert_eq!((refusal.code(), refusal.detail()), (Code::CredentialInvalid, ""));
    }
}

#[tokio::test]
async fn a_token_ends_when_it_said_it_would() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let header = format!("Bearer {}", trial.access_token("release", &secret).await);
    trial.pass(3_599);
    assert!(trial.authenticate(&header).await.is_ok());
    trial.pass(1);
    assert_eq!(code(trial.authenticate(&header).await), Code::CredentialInvalid);
}

#[tokio::test]
async fn tokens_and_secrets_survive_a_restart() {
    let mut trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    trial.register("analytics", None).await;
    let answer = trial.token("release", &secret, "grant_type=client_credentials&scope=read:jira-work").await;
    let narrowed = crate::trial::json(&answer)["access_token"].as_str().unwrap().to_owned();
    trial.restart().await;
    assert_eq!(trial.clients.len(), 2);
    let caller = trial.authenticate(&format!("Bearer {narrowed}")).await.unwrap();
    assert_eq!(caller.client(), &client("release"));
    assert_eq!(caller.scopes(), Some(&trial.scopes("read:jira-work")));
    assert!(trial.authenticate(&basic("release", &secret)).await.is_ok());
}

#[tokio::test]
async fn an_expired_client_is_told_so_only_with_a_good_credential() {
    let trial = Trial::new().await;
    let end = trial.clock.now().checked_add(Duration::from_secs(600)).unwrap();
    let secret = trial.register("release", Some(end)).await;
    let token = trial.access_token("release", &secret).await;
    trial.pass(600);
    assert_eq!(code(trial.authenticate(&basic("release", &secret)).await), Code::ClientExpired);
    assert_eq!(
        code(trial.authenticate(&format!("Bearer {token}")).await),
        Code::CredentialInvalid,
        "the token ended with its client"
    );
}

#[tokio::test]
async fn a_state_nobody_knows_is_refused_at_once_and_after_a_restart() {
    let mut trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    trial.store.clients().set_state(&client("release"), "paused").await.unwrap();
    trial.clients.refresh(&client("release")).await.unwrap();
    for _ in 0..2 {
        for header in [basic("release", &secret), format!("Bearer {token}")] {
            assert_eq!(code(trial.authenticate(&header).await), Code::CredentialInvalid);
        }
        trial.restart().await;
    }
    trial.store.clients().set_state(&client("release"), "active").await.unwrap();
    trial.clients.refresh(&client("release")).await.unwrap();
    assert!(trial.authenticate(&format!("Bearer {token}")).await.is_ok());
}

#[tokio::test]
async fn a_revoked_secret_ends_its_tokens_at_once_and_after_a_restart() {
    let mut trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    let rows = trial.store.client_secrets().list_for(&client("release")).await.unwrap();
    trial.store.client_secrets().revoke(&rows[0].id, trial.clock.now()).await.unwrap();
    trial.clients.refresh(&client("release")).await.unwrap();
    for _ in 0..2 {
        for header in [basic("release", &secret), format!("Bearer {token}")] {
            assert_eq!(code(trial.authenticate(&header).await), Code::CredentialInvalid);
        }
        trial.restart().await;
    }
}

#[tokio::test]
async fn one_token_too_many_ends_the_oldest() {
    let mut trial = Trial::with(Settings::new(Duration::from_secs(3_600), 3).unwrap()).await;
    let secret = trial.register("release", None).await;
    let bystander = trial.register("analytics", None).await;
    let other = trial.access_token("analytics", &bystander).await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(trial.access_token("release", &secret).await);
        trial.pass(1);
    }
    for _ in 0..2 {
        for (number, token) in tokens.iter().enumerate() {
            let lives = trial.authenticate(&format!("Bearer {token}")).await.is_ok();
            assert_eq!(lives, number >= 2, "token {number}");
        }
        assert!(trial.authenticate(&format!("Bearer {other}")).await.is_ok());
        trial.restart().await;
    }
}

#[tokio::test]
async fn expired_tokens_are_swept_while_others_are_issued() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let first = trial.access_token("release", &secret).await;
    let digest = *token::parse(&first).unwrap().digest.as_bytes();
    trial.pass(3_601);
    for _ in 0..SWEEP_EVERY {
        trial.pass(1);
        trial.access_token("release", &secret).await;
    }
    assert!(trial.store.tokens().by_digest(&digest).await.unwrap().is_none());
}

#[tokio::test]
async fn a_client_is_registered_once() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let again =
        NewClient { id: client("release"), owner: String::new(), purpose: String::new(), expires_at: None };
    assert!(matches!(trial.clients.register(again).await, Err(RegisterError::Exists(_))));
    assert!(trial.authenticate(&basic("release", &secret)).await.is_ok());
}
