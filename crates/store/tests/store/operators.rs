use store::{OperatorRow, OperatorUse, Store, StoreError};

use crate::at;

fn operator(name: &str, digest: u8) -> OperatorRow {
    OperatorRow {
        name: name.parse().unwrap(),
        role: "viewer".to_owned(),
        digest: [digest; 32],
        hint: "tgo_…ab12".to_owned(),
        created_at: at(1),
        expires_at: Some(at(100)),
        revoked_at: None,
        last_used_at: None,
        version: 1,
    }
}

#[tokio::test]
async fn an_operator_is_added_once_and_changed_by_whoever_saw_the_latest_version() {
    let store = Store::in_memory().await.unwrap();
    let mut ada = operator("ada", 1);
    store.operators().insert(&ada).await.unwrap();
    for taken in [operator("ada", 2), operator("bob", 1)] {
        let again = store.operators().insert(&taken).await;
        assert!(matches!(again, Err(StoreError::Duplicate { table: "operators" })), "{taken:?}");
    }
    ada.revoked_at = Some(at(5));
    store.operators().replace(&ada).await.unwrap();
    let unseen = store.operators().replace(&ada).await;
    assert!(matches!(unseen, Err(StoreError::Stale { .. })), "{unseen:?}");
    ada.version = 2;
    assert_eq!(store.operators().list().await.unwrap(), [ada]);
}

#[tokio::test]
async fn the_latest_use_is_kept_and_only_for_the_token_that_was_used() {
    let store = Store::in_memory().await.unwrap();
    store.operators().insert(&operator("ada", 1)).await.unwrap();
    let noted = |digest, second| {
        [OperatorUse { name: "ada".parse().unwrap(), digest: [digest; 32], last_at: at(second) }]
    };
    for (digest, second) in [(1, 20), (1, 10), (2, 30)] {
        store.operators().note_uses(&noted(digest, second)).await.unwrap();
    }
    let row = store.operators().list().await.unwrap().remove(0);
    assert_eq!((row.last_used_at, row.version), (Some(at(20)), 1), "a use is no change");
}
