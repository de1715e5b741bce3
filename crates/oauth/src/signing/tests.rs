use jose::Algorithm;
use serde_json::json;

use super::*;
use crate::trial::{Trial, keyring};

async fn signer(trial: &Trial) -> Signer {
    Signer::load(trial.store.clone(), keyring(), trial.clock.clone()).await.unwrap()
}

fn claims(trial: &Trial) -> Map<String, Value> {
    let until = trial.clock.now().as_second() + 600;
    Map::from_iter([
        ("aud".to_owned(), json!([jwt::OURS])),
        ("exp".to_owned(), json!(until)),
        ("iat".to_owned(), json!(trial.clock.now().as_second())),
    ])
}

#[tokio::test]
async fn keys_outlive_the_process_and_each_form_has_its_algorithm() {
    let trial = Trial::new().await;
    let (before, after) = (signer(&trial).await, signer(&trial).await);
    assert_eq!(before.published(), after.published());
    for (form, algorithm) in [(TokenForm::Jwt, Algorithm::EdDsa), (TokenForm::JwtEs256, Algorithm::Es256)] {
        let token = before.sign(form, &claims(&trial)).unwrap();
        assert_eq!(Unverified::parse(&token).unwrap().header().algorithm(), algorithm);
        assert!(after.knows(&token));
    }
}

#[tokio::test]
async fn a_token_of_another_installation_or_for_someone_else_is_not_ours() {
    let (trial, other) = (Trial::new().await, Trial::new().await);
    let ours = signer(&trial).await;
    let foreign = signer(&other).await.sign(TokenForm::Jwt, &claims(&trial)).unwrap();
    assert!(!ours.knows(&foreign));
    let mut elsewhere = claims(&trial);
    elsewhere.insert("aud".to_owned(), json!("https://elsewhere.example"));
    assert!(!ours.knows(&ours.sign(TokenForm::Jwt, &elsewhere).unwrap()));
    for text in ["", "eyJ", "eyJhbGciOiJub25lIn0.e30.", "a.b.c"] {
        assert!(!ours.knows(text), "{text}");
    }
}

#[tokio::test]
async fn old_keys_stop_signing_and_are_published_for_as_long_as_their_tokens_live() {
    let trial = Trial::new().await;
    let signer = signer(&trial).await;
    let first = signer.published();
    trial.pass(30 * 24 * 3_600 - 60);
    let late = signer.sign(TokenForm::Jwt, &claims(&trial)).unwrap();
    trial.pass(60);
    signer.tend().await.unwrap();
    let keys = |published: Value| published["keys"].as_array().unwrap().len();
    assert_eq!((keys(first), keys(signer.published())), (2, 4));
    assert!(signer.knows(&late), "a token signed by the old key lives on");
    let new = signer.sign(TokenForm::Jwt, &claims(&trial)).unwrap();
    let kid = |token: &str| Unverified::parse(token).unwrap().header().kid().unwrap().to_owned();
    assert_ne!(kid(&late), kid(&new));
    trial.pass(25 * 3_600);
    signer.tend().await.unwrap();
    assert_eq!(keys(signer.published()), 2, "the first pair is forgotten as soon as no living token is its");
    trial.pass(29 * 24 * 3_600);
    signer.tend().await.unwrap();
    assert_eq!(keys(signer.published()), 4, "and another one comes");
}

#[tokio::test]
async fn the_private_part_is_sealed_to_its_row() {
    let trial = Trial::new().await;
    signer(&trial).await;
    let rows = trial.store.signing_keys().list().await.unwrap();
    let [one, other] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(open(&keyring(), one).is_some());
    let moved = SigningKeyRow { sealed: other.sealed.clone(), ..one.clone() };
    assert!(open(&keyring(), &moved).is_none());
}
