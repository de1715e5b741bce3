use store::{RepeatAnswer, RepeatRow, Store, StoreError};

use crate::at;

fn row(place: u8, asked_by: &str, second: i64) -> RepeatRow {
    RepeatRow {
        place: [place; 32],
        fingerprint: [9; 32],
        asked_by: asked_by.parse().unwrap(),
        started_at: at(second),
        answer: None,
    }
}

#[tokio::test]
async fn a_change_is_begun_once_under_a_key_and_its_answer_kept() {
    let store = Store::in_memory().await.unwrap();
    let mut begun = row(1, "ada", 1);
    store.repeats().begin(&begun).await.unwrap();
    let twice = store.repeats().begin(&begun).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { table: "repeats" })));
    assert_eq!(store.repeats().get(&[1; 32]).await.unwrap(), Some(begun.clone()));
    let answer = RepeatAnswer { status: 201, etag: Some("\"1\"".to_owned()), body: Some(b"{}".to_vec()) };
    store.repeats().finish(&[1; 32], &answer).await.unwrap();
    begun.answer = Some(answer);
    assert_eq!(store.repeats().get(&[1; 32]).await.unwrap(), Some(begun));
    store.repeats().forget(&[1; 32]).await.unwrap();
    assert_eq!(store.repeats().get(&[1; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn places_are_counted_by_operator_and_old_ones_forgotten() {
    let store = Store::in_memory().await.unwrap();
    assert_eq!(store.repeats().count(&"ada".parse().unwrap()).await.unwrap(), (0, 0));
    for (place, who) in [(1, "ada"), (2, "ada"), (3, "bob")] {
        store.repeats().begin(&row(place, who, i64::from(place))).await.unwrap();
    }
    assert_eq!(store.repeats().count(&"ada".parse().unwrap()).await.unwrap(), (3, 2));
    store.repeats().forget_before(at(2)).await.unwrap();
    assert_eq!(store.repeats().count(&"ada".parse().unwrap()).await.unwrap(), (2, 1));
}
