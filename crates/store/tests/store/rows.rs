use store::{ClientRow, SecretUse, SiteFactsRow, Store, StoreError};

use crate::{at, client, grant, secret, token};

#[tokio::test]
async fn a_client_and_its_first_secret_come_together_or_not_at_all() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert_with_secret(&client("a"), &secret("s1", "a", 1)).await.unwrap();
    let same_digest = secret("s2", "b", 1);
    let error = store.clients().insert_with_secret(&client("b"), &same_digest).await.unwrap_err();
    assert!(matches!(error, StoreError::Duplicate { table: "client_secrets" }), "{error}");
    assert_eq!(store.clients().list().await.unwrap(), [client("a")]);
    assert_eq!(store.clients().get(&"b".parse().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn a_second_client_of_the_same_id_is_refused_and_the_first_untouched() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    let mut other = client("a");
    other.owner = "someone else".to_owned();
    let error = store.clients().insert(&other).await.unwrap_err();
    assert!(matches!(error, StoreError::Duplicate { table: "clients" }));
    assert!(!error.to_string().contains("someone else"), "values stay out of errors: {error}");
    assert_eq!(store.clients().get(&"a".parse().unwrap()).await.unwrap(), Some(client("a")));
}

#[tokio::test]
async fn a_client_is_replaced_only_by_someone_who_saw_its_latest_version() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    let mut row = client("a");
    row.paused = Some("read-only".to_owned());
    row.paused_until = Some(at(70));
    store.clients().replace(&row).await.unwrap();
    let kept = store.clients().get(&row.id).await.unwrap().unwrap();
    assert_eq!(kept, ClientRow { version: 2, ..row.clone() });
    row.paused = None;
    let stale = store.clients().replace(&row).await;
    assert!(matches!(stale, Err(StoreError::Stale { table: "clients" })));
    assert_eq!(store.clients().list().await.unwrap(), [kept]);
    assert!(matches!(store.clients().replace(&client("b")).await, Err(StoreError::Stale { .. })));
}

#[tokio::test]
async fn a_rotation_sends_the_secrets_so_far_on_their_way_and_never_lengthens_a_life() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    let mut short = secret("s2", "a", 2);
    short.expires_at = Some(at(20));
    for row in [&secret("s1", "a", 1), &short] {
        store.client_secrets().insert(row).await.unwrap();
    }
    let new = secret("s3", "a", 3);
    let retiring = ["s1".to_owned(), "s2".to_owned()];
    store.client_secrets().rotate(&new, &retiring, at(50), Some(9_000)).await.unwrap();
    let rows = store.client_secrets().list_for(&"a".parse().unwrap()).await.unwrap();
    let ends: Vec<_> = rows.iter().map(|row| (row.id.as_str(), row.expires_at, row.silent_for)).collect();
    assert_eq!(
        ends,
        [("s1", Some(at(50)), Some(9_000)), ("s2", Some(at(20)), Some(9_000)), ("s3", None, None)]
    );
    store.client_secrets().end("s1", at(40)).await.unwrap();
    let later = store.client_secrets().end("s1", at(45)).await;
    assert!(matches!(later, Err(StoreError::Missing { .. })), "it ends before that already");
}

#[tokio::test]
async fn uses_of_a_secret_add_up_and_the_latest_one_is_kept() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    store.client_secrets().insert(&secret("s1", "a", 1)).await.unwrap();
    let noted = |times, last| SecretUse {
        id: "s1".to_owned(),
        times,
        last_at: at(last),
        last_from: Some("192.0.2.1".to_owned()),
    };
    store.client_secrets().note_uses(&[noted(3, 20)]).await.unwrap();
    store.client_secrets().note_uses(&[noted(2, 10)]).await.unwrap();
    let row = store.client_secrets().by_digest(&[1; 32]).await.unwrap().unwrap();
    assert_eq!((row.used, row.last_used_at), (5, Some(at(20))));
    assert_eq!(row.last_used_from.as_deref(), Some("192.0.2.1"));
}

#[tokio::test]
async fn only_live_secrets_are_listed_as_live() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    let mut expired = secret("s2", "a", 2);
    expired.expires_at = Some(at(50));
    let mut later = secret("s3", "a", 3);
    later.expires_at = Some(at(70));
    for row in [&secret("s1", "a", 1), &expired, &later] {
        store.client_secrets().insert(row).await.unwrap();
    }
    assert_eq!(store.client_secrets().all_live(at(50)).await.unwrap(), [secret("s1", "a", 1), later.clone()]);
    store.client_secrets().revoke("s1", at(51)).await.unwrap();
    assert_eq!(store.client_secrets().all_live(at(51)).await.unwrap(), [later]);
    let again = store.client_secrets().revoke("s1", at(52)).await;
    assert!(matches!(again, Err(StoreError::Missing { .. })));
    let found = store.client_secrets().by_digest(&[1; 32]).await.unwrap().unwrap();
    assert_eq!(
        found.revoked_at,
        Some(at(51)),
        "a revoked secret is still found, so that it can be refused by name"
    );
    assert_eq!(store.client_secrets().list_for(&"a".parse().unwrap()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_secret_needs_a_client() {
    let store = Store::in_memory().await.unwrap();
    assert!(store.client_secrets().insert(&secret("s1", "nobody", 1)).await.is_err());
}

#[tokio::test]
async fn expired_tokens_are_removed_a_few_at_a_time() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    for digest in 1..=5 {
        store.tokens().insert(&token("a", digest, i64::from(digest) * 10)).await.unwrap();
    }
    assert_eq!(store.tokens().by_digest(&[3; 32]).await.unwrap(), Some(token("a", 3, 30)));
    assert_eq!(store.tokens().delete_expired(at(31), 2).await.unwrap(), 2);
    assert_eq!(store.tokens().delete_expired(at(31), 2).await.unwrap(), 1);
    assert_eq!(store.tokens().delete_expired(at(31), 2).await.unwrap(), 0);
    assert_eq!(store.tokens().by_digest(&[3; 32]).await.unwrap(), None);
    assert!(store.tokens().by_digest(&[4; 32]).await.unwrap().is_some());
}

#[tokio::test]
async fn a_token_without_scopes_of_its_own_has_none_stored() {
    let store = Store::in_memory().await.unwrap();
    store.clients().insert(&client("a")).await.unwrap();
    let mut row = token("a", 1, 10);
    row.scopes = None;
    store.tokens().insert(&row).await.unwrap();
    assert_eq!(store.tokens().by_digest(&[1; 32]).await.unwrap(), Some(row));
}

#[tokio::test]
async fn a_grant_is_added_replaced_and_removed() {
    let store = Store::in_memory().await.unwrap();
    store.grants().insert(&grant("g")).await.unwrap();
    assert!(matches!(
        store.grants().insert(&grant("g")).await,
        Err(StoreError::Duplicate { table: "grants" })
    ));
    let mut changed = grant("g");
    changed.sites.clear();
    changed.sealed = vec![9];
    changed.changed_at = at(9);
    store.grants().replace(&changed).await.unwrap();
    assert_eq!(store.grants().list().await.unwrap(), [changed.clone()]);
    assert_eq!(store.grants().get(&changed.name).await.unwrap(), Some(changed.clone()));
    assert!(matches!(store.grants().replace(&grant("h")).await, Err(StoreError::Missing { .. })));
    store.grants().delete(&changed.name).await.unwrap();
    assert!(matches!(store.grants().delete(&changed.name).await, Err(StoreError::Missing { .. })));
}

#[test]
fn a_printed_grant_does_not_show_its_sealed_bytes() {
    assert_eq!(format!("{:?}", grant("g")), "grant g of kind api-token, 3 bytes sealed");
}

#[tokio::test]
async fn facts_about_the_store_and_sites_are_replaced_in_place() {
    let store = Store::in_memory().await.unwrap();
    assert_eq!(store.meta().get("k").await.unwrap(), None);
    store.meta().put("k", b"one").await.unwrap();
    store.meta().put("k", b"two").await.unwrap();
    assert_eq!(store.meta().get("k").await.unwrap(), Some(b"two".to_vec()));

    let cloud = Some("11111111-2222-3333-4444-555555555555".parse().unwrap());
    let mut facts =
        SiteFactsRow { name: "demo".parse().unwrap(), url: "https://a.example".to_owned(), cloud_id: cloud };
    store.sites().put(&facts).await.unwrap();
    facts.cloud_id = None;
    store.sites().put(&facts).await.unwrap();
    assert_eq!(store.sites().get(&facts.name).await.unwrap(), Some(facts));
}

#[tokio::test]
async fn a_sealed_value_is_swapped_only_for_the_one_that_was_seen() {
    let store = Store::in_memory().await.unwrap();
    for name in ["a", "b", "c"] {
        store.grants().insert(&grant(name)).await.unwrap();
    }
    let place = store::PLACES.iter().find(|place| place.table == "grants").unwrap();
    let first = store.sealed().page(place, "", 2).await.unwrap();
    assert_eq!(first.iter().map(|row| row.row.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let rest = store.sealed().page(place, "b", 2).await.unwrap();
    assert_eq!(rest.iter().map(|row| row.row.as_str()).collect::<Vec<_>>(), ["c"]);
    let seen = grant("a").sealed;
    assert!(store.sealed().swap(place, "a", &seen, &[7]).await.unwrap());
    assert!(!store.sealed().swap(place, "a", &seen, &[8]).await.unwrap());
    assert!(!store.sealed().swap(place, "d", &seen, &[8]).await.unwrap());
    assert_eq!(store.grants().get(&"a".parse().unwrap()).await.unwrap().unwrap().sealed, [7]);
    assert_eq!(store.grants().get(&"b".parse().unwrap()).await.unwrap().unwrap(), grant("b"));
}
