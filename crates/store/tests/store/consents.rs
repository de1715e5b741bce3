use store::{CodeRow, ConsentRow, Exchanged, PersonalTokenRow, RefreshRow, SessionRow, Store, StoreError};

use crate::{at, client, token};

const LEEWAY: i64 = 10;

fn consent(id: &str, given: i64) -> ConsentRow {
    ConsentRow {
        id: id.to_owned(),
        account: "5b10".to_owned(),
        client: "a".parse().unwrap(),
        scopes: "read:jira-work".to_owned(),
        sites: "demo".to_owned(),
        given_at: at(given),
        expires_at: at(given + 60),
        used_at: None,
        ended_at: None,
    }
}

fn code(digest: u8, consent: &str) -> CodeRow {
    CodeRow {
        digest: [digest; 32],
        consent: consent.to_owned(),
        redirect_uri: "https://client.example/back".to_owned(),
        code_challenge: "c".repeat(43),
        expires_at: at(60),
        redeemed_at: None,
    }
}

fn refresh(digest: u8, issued: i64) -> RefreshRow {
    RefreshRow {
        digest: [digest; 32],
        consent: "c1".to_owned(),
        generation: 1,
        issued_at: at(issued),
        expires_at: at(issued + 1_000),
        used_at: None,
        bound_to: None,
    }
}

/// A store with a consent `c1` that has the access token 1 and, as refresh token, 11.
async fn furnished() -> Store {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    store.consents().give(&consent("c1", 0), &code(101, "c1"), 10, at(-100)).await.unwrap();
    assert!(store.authorization_codes().redeem(&[101; 32], &refresh(11, 5)).await.unwrap());
    let mut access = token("a", 1, 100);
    access.consent = Some("c1".to_owned());
    store.tokens().insert(&access).await.unwrap();
    store
}

async fn exchange(store: &Store, old: u8, new: u8, now: i64) -> Exchanged {
    let since = at(now - LEEWAY);
    store.refresh_tokens().exchange(&[old; 32], &refresh(new, now), since).await.unwrap()
}

#[tokio::test]
async fn a_consent_and_its_code_come_together_or_not_at_all() {
    let store = furnished().await;
    let twice = store.consents().give(&consent("c2", 1), &code(101, "c2"), 10, at(-100)).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { table: "authorization_codes" })), "{twice:?}");
    assert_eq!(store.consents().get("c2").await.unwrap(), None);
    let kept = store.consents().get("c1").await.unwrap().unwrap();
    assert_eq!((kept.expires_at, kept.used_at), (at(1_005), Some(at(5))), "as long as its refresh token");
}

#[tokio::test]
async fn a_code_is_redeemed_once() {
    let store = furnished().await;
    assert!(!store.authorization_codes().redeem(&[101; 32], &refresh(12, 6)).await.unwrap());
    assert_eq!(store.refresh_tokens().by_digest(&[12; 32]).await.unwrap(), None);
    let row = store.authorization_codes().by_digest(&[101; 32]).await.unwrap().unwrap();
    assert_eq!(row.redeemed_at, Some(at(5)));
}

#[tokio::test]
async fn a_consent_that_ended_takes_its_tokens_along_and_gives_no_new_ones() {
    let store = furnished().await;
    assert_eq!(store.consents().end("c1", at(20)).await.unwrap(), [[1; 32]]);
    assert_eq!(store.tokens().by_digest(&[1; 32]).await.unwrap(), None);
    assert_eq!(exchange(&store, 11, 12, 21).await, Exchanged::Ended);
    let mut late = token("a", 2, 100);
    late.consent = Some("c1".to_owned());
    let refused = store.tokens().insert_keeping(&late, 10).await;
    assert!(matches!(refused, Err(StoreError::Missing { table: "consents" })), "{refused:?}");
    assert_eq!(store.consents().end("c1", at(30)).await.unwrap(), [[0; 32]; 0]);
    assert_eq!(store.consents().get("c1").await.unwrap().unwrap().ended_at, Some(at(20)));
    assert!(store.consents().living_of("5b10", at(21), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_again_only_within_the_leeway() {
    let store = furnished().await;
    assert_eq!(exchange(&store, 11, 12, 100).await, Exchanged::Done);
    assert_eq!(exchange(&store, 11, 13, 110).await, Exchanged::Done, "a sibling");
    assert_eq!(exchange(&store, 11, 14, 111).await, Exchanged::Reused);
    let generation = async |digest| {
        store.refresh_tokens().by_digest(&[digest; 32]).await.unwrap().map(|row| row.generation)
    };
    assert_eq!((generation(12).await, generation(13).await), (Some(2), Some(2)));
    assert_eq!(generation(14).await, None);
    assert_eq!(store.consents().get("c1").await.unwrap().unwrap().expires_at, at(1_110));
}

#[tokio::test]
async fn of_two_siblings_only_the_one_used_first_goes_on() {
    let store = furnished().await;
    exchange(&store, 11, 12, 100).await;
    exchange(&store, 11, 13, 101).await;
    assert_eq!(exchange(&store, 13, 15, 102).await, Exchanged::Done);
    assert_eq!(exchange(&store, 11, 16, 103).await, Exchanged::Reused, "its successor is in use");
    assert_eq!(exchange(&store, 12, 17, 104).await, Exchanged::Done, "still within the leeway");
    assert_eq!(exchange(&store, 12, 18, 113).await, Exchanged::Reused);
}

#[tokio::test]
async fn one_more_consent_than_kept_ends_the_oldest_of_the_same_user_and_client() {
    let store = furnished().await;
    let ended = store.consents().give(&consent("c2", 50), &code(102, "c2"), 1, at(-100)).await.unwrap();
    assert_eq!(ended, [[1; 32]]);
    let living = store.consents().living_of("5b10", at(60), 10).await.unwrap();
    assert_eq!(living.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["c2"]);
}

#[tokio::test]
async fn what_has_long_ended_is_swept_with_all_that_hung_on_it() {
    let store = furnished().await;
    store.consents().end("c1", at(20)).await.unwrap();
    store.consents().give(&consent("c2", 50), &code(102, "c2"), 10, at(20)).await.unwrap();
    assert!(store.consents().get("c1").await.unwrap().is_some(), "not before its time");
    store.consents().give(&consent("c3", 51), &code(103, "c3"), 10, at(21)).await.unwrap();
    assert_eq!(store.consents().get("c1").await.unwrap(), None);
    assert_eq!(store.authorization_codes().by_digest(&[101; 32]).await.unwrap(), None);
    assert_eq!(store.refresh_tokens().by_digest(&[11; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn the_latest_use_of_a_consent_is_kept() {
    let store = furnished().await;
    store.consents().note_uses(&[("c1".to_owned(), at(40)), ("c1".to_owned(), at(30))]).await.unwrap();
    assert_eq!(store.consents().get("c1").await.unwrap().unwrap().used_at, Some(at(40)));
}

#[tokio::test]
async fn sessions_are_bounded_and_expired_ones_go() {
    let store = Store::in_memory().await.unwrap();
    let session = |digest: u8, created, expires| SessionRow {
        digest: [digest; 32],
        account: "5b10".to_owned(),
        name: "Rosa".to_owned(),
        created_at: at(created),
        expires_at: at(expires),
    };
    for row in [session(1, 1, 100), session(2, 2, 5), session(3, 3, 100)] {
        store.sessions().open(&row, 2).await.unwrap();
    }
    assert_eq!(store.sessions().by_digest(&[1; 32]).await.unwrap(), None, "the oldest of three");
    store.sessions().open(&session(4, 6, 100), 3).await.unwrap();
    assert_eq!(store.sessions().by_digest(&[2; 32]).await.unwrap(), None, "expired");
    assert_eq!(store.sessions().by_digest(&[3; 32]).await.unwrap(), Some(session(3, 3, 100)));
    store.sessions().close(&[3; 32]).await.unwrap();
    store.sessions().close(&[3; 32]).await.unwrap();
    assert_eq!(store.sessions().by_digest(&[3; 32]).await.unwrap(), None);
}

fn personal_token(digest: u8, account: &str, created: i64, expires: i64) -> PersonalTokenRow {
    PersonalTokenRow {
        id: format!("t{digest}"),
        digest: [digest; 32],
        account: account.to_owned(),
        name: "Rosa".to_owned(),
        label: "laptop".to_owned(),
        hint: "tgu_\u{2026}abcd".to_owned(),
        created_at: at(created),
        expires_at: at(expires),
        last_used_at: None,
        revoked_at: None,
    }
}

#[tokio::test]
async fn a_person_has_only_so_many_personal_tokens_that_live() {
    let store = Store::in_memory().await.unwrap();
    let tokens = store.personal_tokens();
    assert!(tokens.insert(&personal_token(1, "5b10", 1, 100), 2).await.unwrap());
    assert!(tokens.insert(&personal_token(2, "5b10", 2, 5), 2).await.unwrap());
    assert!(!tokens.insert(&personal_token(3, "5b10", 3, 100), 2).await.unwrap(), "the third of two");
    assert_eq!(tokens.by_digest(&[3; 32]).await.unwrap(), None);
    assert!(tokens.insert(&personal_token(4, "5b11", 3, 100), 2).await.unwrap(), "somebody else's");
    assert!(tokens.insert(&personal_token(5, "5b10", 6, 100), 2).await.unwrap(), "one has expired");
    assert_eq!(tokens.by_digest(&[2; 32]).await.unwrap(), None, "expired ones go");
    assert_eq!(tokens.revoke("5b10", "t5", at(7)).await.unwrap(), Some([5; 32]));
    assert!(tokens.insert(&personal_token(6, "5b10", 8, 100), 2).await.unwrap(), "one was revoked");
}

#[tokio::test]
async fn personal_tokens_are_revoked_by_their_owner_alone() {
    let store = Store::in_memory().await.unwrap();
    let tokens = store.personal_tokens();
    for (digest, account) in [(1, "5b10"), (2, "5b10"), (3, "5b11")] {
        tokens.insert(&personal_token(digest, account, 1, 100), 20).await.unwrap();
    }
    assert_eq!(tokens.revoke("5b11", "t1", at(2)).await.unwrap(), None, "not theirs");
    assert_eq!(tokens.revoke("5b10", "t1", at(2)).await.unwrap(), Some([1; 32]));
    assert_eq!(tokens.revoke("5b10", "t1", at(3)).await.unwrap(), None, "already");
    assert_eq!(tokens.by_digest(&[1; 32]).await.unwrap().unwrap().revoked_at, Some(at(2)));
    assert_eq!(tokens.revoke_all_of("5b10", at(4)).await.unwrap(), [[2; 32]]);
    assert!(tokens.living_of("5b10", at(5), 20).await.unwrap().is_empty());
    assert_eq!(tokens.living_of("5b11", at(5), 20).await.unwrap().len(), 1);
    tokens.note_uses(&[("t3".to_owned(), at(40)), ("t3".to_owned(), at(30))]).await.unwrap();
    assert_eq!(tokens.by_digest(&[3; 32]).await.unwrap().unwrap().last_used_at, Some(at(40)));
}
