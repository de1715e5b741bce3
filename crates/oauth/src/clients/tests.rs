use std::time::Duration;

use http::HeaderName;
use seal::token;

use super::*;
use crate::PauseMode;
use crate::trial::{Trial, basic, client, headers, near, new_client};

fn code(outcome: Result<Caller, impl Coded>) -> Code {
    outcome.unwrap_err().coded()
}

trait Coded: fmt::Debug {
    fn coded(self) -> Code;
}

impl Coded for Refusal {
    fn coded(self) -> Code {
        self.code()
    }
}

impl Coded for TurnedAway {
    fn coded(self) -> Code {
        self.refusal().code()
    }
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
    let none = trial.clients.authenticate(near(&HeaderMap::new())).await;
    assert_eq!(code(none), Code::CredentialMissing);
    let header: (HeaderName, &str) = (header::AUTHORIZATION, &basic("release", &secret));
    let twice = trial.clients.authenticate(near(&headers(&[header.clone(), header]))).await;
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
    trial.change("release", |row| row.state = "resting".to_owned()).await;
    for _ in 0..2 {
        for header in [basic("release", &secret), format!("Bearer {token}")] {
            assert_eq!(code(trial.authenticate(&header).await), Code::CredentialInvalid);
        }
        trial.restart().await;
    }
    trial.change("release", |row| row.state = "active".to_owned()).await;
    assert!(trial.authenticate(&format!("Bearer {token}")).await.is_ok());
}

#[tokio::test]
async fn a_revoked_secret_ends_its_tokens_at_once_and_after_a_restart() {
    let mut trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    let rows = trial.store.client_secrets().list_for(&client("release")).await.unwrap();
    trial.clients.close_secret(&client("release"), &rows[0].id, Close::Revoke).await.unwrap();
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
    for _ in 0..issuing::SWEEP_EVERY {
        trial.pass(1);
        trial.access_token("release", &secret).await;
    }
    assert!(trial.store.tokens().by_digest(&digest).await.unwrap().is_none());
}

#[tokio::test]
async fn a_client_is_registered_once() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let again = new_client("release", None);
    assert!(matches!(trial.clients.register(again).await, Err(RegisterError::Exists(_))));
    assert!(trial.authenticate(&basic("release", &secret)).await.is_ok());
}

fn pause(row: &mut ClientRow, mode: PauseMode, until: Option<Timestamp>) {
    row.paused = Some(mode.as_str().to_owned());
    row.paused_until = until;
}

#[tokio::test]
async fn a_paused_client_is_refused_with_every_credential_and_goes_on_when_the_pause_ends() {
    let mut trial = Trial::new().await;
    let secret = trial.register("partners", None).await;
    let token = trial.access_token("partners", &secret).await;
    let until = trial.clock.now().checked_add(Duration::from_secs(600)).unwrap();
    trial.change("partners", |row| pause(row, PauseMode::Reject, Some(until))).await;
    for _ in 0..2 {
        for header in [basic("partners", &secret), format!("Bearer {token}")] {
            let refusal = trial.authenticate(&header).await.unwrap_err();
            assert_eq!(refusal.code(), Code::ClientPaused);
            assert_eq!(refusal.when_to_retry(), Some(Duration::from_secs(600)));
        }
        let answer = trial.token("partners", &secret, "grant_type=client_credentials").await;
        assert_eq!(crate::trial::json(&answer)["error"], "unauthorized_client");
        trial.restart().await;
    }
    trial.pass(600);
    assert!(trial.authenticate(&format!("Bearer {token}")).await.is_ok());
}

#[tokio::test]
async fn a_client_paused_for_changes_may_read_and_fetch_tokens() {
    let trial = Trial::new().await;
    let secret = trial.register("partners", None).await;
    trial.change("partners", |row| pause(row, PauseMode::ReadOnly, None)).await;
    let token = trial.access_token("partners", &secret).await;
    let caller = trial.authenticate(&format!("Bearer {token}")).await.unwrap();
    assert_eq!(caller.may_change(trial.clock.now()).unwrap_err().code(), Code::ClientPaused);
    trial.change("partners", |row| row.paused = None).await;
    let caller = trial.authenticate(&format!("Bearer {token}")).await.unwrap();
    assert!(caller.may_change(trial.clock.now()).is_ok());
}

#[tokio::test]
async fn a_token_whose_end_nobody_waits_for_ends_in_the_store_and_in_memory() {
    let mut trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    let bearer = format!("Bearer {token}");
    trial.authenticate(&bearer).await.unwrap();
    crate::trial::begin_and_leave(trial.clients.end_token(&token)).await;
    trial.clients.settled().await;
    assert!(trial.authenticate(&bearer).await.is_err());
    trial.restart().await;
    assert!(trial.authenticate(&bearer).await.is_err());
}

#[tokio::test]
async fn a_client_is_only_itself_from_the_networks_it_is_registered_for() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    trial.change("release", |row| row.profile = r#"{"networks":["198.51.100.0/24"]}"#.to_owned()).await;
    let headers = headers(&[(header::AUTHORIZATION, &format!("Bearer {token}"))]);
    assert_eq!(code(trial.clients.authenticate(near(&headers)).await), Code::AddressNotPermitted);
    let there = Approach { whence: Whence::direct("198.51.100.9".parse().unwrap()), ..near(&headers) };
    assert!(trial.clients.authenticate(there).await.is_ok());
    let answer = trial.token("release", &secret, "grant_type=client_credentials").await;
    assert_eq!(crate::trial::json(&answer)["error"], "unauthorized_client");
}

#[tokio::test]
async fn a_revoked_client_stays_revoked() {
    let trial = Trial::new().await;
    trial.register("release", None).await;
    trial.change("release", |row| row.state = "revoked".to_owned()).await;
    let mut row = trial.store.clients().get(&client("release")).await.unwrap().unwrap();
    row.state = "active".to_owned();
    assert!(matches!(trial.clients.replace(&row).await, Err(ChangeError::Revoked(_))));
    let rotation = Rotation { overlap: Duration::ZERO, silent_for: None };
    let rotated = trial.clients.rotate(&client("release"), rotation).await;
    assert!(matches!(rotated, Err(ChangeError::Revoked(_))));
}

async fn rotate(trial: &Trial, overlap: u64, silent_for: Option<u64>) -> Result<Changed, ChangeError> {
    let rotation =
        Rotation { overlap: Duration::from_secs(overlap), silent_for: silent_for.map(Duration::from_secs) };
    trial.clients.rotate(&client("release"), rotation).await
}

#[tokio::test]
async fn both_secrets_are_good_during_the_overlap_and_tokens_outlive_the_old_one() {
    let mut trial = Trial::new().await;
    let old = trial.register("release", None).await;
    let changed = rotate(&trial, 600, None).await.unwrap();
    let new = changed.secret.open().to_owned();
    let token = trial.access_token("release", &old).await;
    for secret in [&old, &new] {
        assert!(trial.authenticate(&basic("release", secret)).await.is_ok());
    }
    trial.pass(600);
    for _ in 0..2 {
        assert_eq!(code(trial.authenticate(&basic("release", &old)).await), Code::CredentialInvalid);
        assert!(trial.authenticate(&basic("release", &new)).await.is_ok());
        assert!(trial.authenticate(&format!("Bearer {token}")).await.is_ok(), "it has 50 minutes left");
        trial.restart().await;
    }
}

#[tokio::test]
async fn a_third_secret_is_refused_until_the_first_has_ended() {
    let trial = Trial::new().await;
    trial.register("release", None).await;
    rotate(&trial, 600, None).await.unwrap();
    let refused = rotate(&trial, 600, None).await;
    assert!(matches!(refused, Err(ChangeError::TwoLive { .. })), "{refused:?}");
    trial.pass(600);
    rotate(&trial, 600, None).await.unwrap();
}

#[tokio::test]
async fn a_replaced_secret_ends_once_it_has_been_silent_for_as_long_as_its_rotation_said() {
    let trial = Trial::new().await;
    let old = trial.register("release", None).await;
    let new = rotate(&trial, 86_400, Some(300)).await.unwrap().secret.open().to_owned();
    trial.pass(200);
    assert!(trial.authenticate(&basic("release", &old)).await.is_ok());
    trial.pass(200);
    assert_eq!(trial.clients.tend().await.unwrap(), Tended::default(), "it was used 200 seconds ago");
    trial.pass(99);
    assert_eq!(trial.clients.tend().await.unwrap(), Tended::default());
    trial.pass(1);
    let closed = trial.clients.tend().await.unwrap().closed;
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].client, client("release"));
    assert_eq!(code(trial.authenticate(&basic("release", &old)).await), Code::CredentialInvalid);
    trial.pass(10_000);
    assert_eq!(
        trial.clients.tend().await.unwrap(),
        Tended::default(),
        "the secret in use never falls silent"
    );
    assert!(trial.authenticate(&basic("release", &new)).await.is_ok());
}

#[tokio::test]
async fn uses_of_each_secret_are_written_down_with_the_last_time_and_place() {
    let mut trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    trial.access_token("release", &secret).await;
    trial.pass(5);
    trial.authenticate(&basic("x", &secret)).await.unwrap();
    trial.clients.tend().await.unwrap();
    trial.restart().await;
    trial.authenticate(&basic("x", &secret)).await.unwrap();
    trial.clients.tend().await.unwrap();
    let rows = trial.store.client_secrets().list_for(&client("release")).await.unwrap();
    assert_eq!((rows[0].used, rows[0].last_used_at), (3, Some(trial.clock.now())));
    assert_eq!(rows[0].last_used_from.as_deref(), Some("127.0.0.1"));
}

#[tokio::test]
async fn a_retired_secret_leaves_its_tokens_alone_and_a_revoked_one_takes_them_along() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = format!("Bearer {}", trial.access_token("release", &secret).await);
    let id = trial.store.client_secrets().list_for(&client("release")).await.unwrap()[0].id.clone();
    trial.clients.close_secret(&client("release"), &id, Close::Retire).await.unwrap();
    assert_eq!(code(trial.authenticate(&basic("release", &secret)).await), Code::CredentialInvalid);
    assert!(trial.authenticate(&token).await.is_ok());
    trial.clients.close_secret(&client("release"), &id, Close::Revoke).await.unwrap();
    assert_eq!(code(trial.authenticate(&token).await), Code::CredentialInvalid);
}

#[tokio::test]
async fn a_clients_own_token_life_is_kept() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    trial.change("release", |row| row.profile = r#"{"token_life":120}"#.to_owned()).await;
    let token = trial.access_token("release", &secret).await;
    trial.pass(119);
    assert!(trial.authenticate(&format!("Bearer {token}")).await.is_ok());
    trial.pass(1);
    assert_eq!(code(trial.authenticate(&format!("Bearer {token}")).await), Code::CredentialInvalid);
}
