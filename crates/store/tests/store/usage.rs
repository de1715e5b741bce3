use store::{Store, StoreError, UsagePosition, UsageRoom, UsageRow};

use crate::at;

const ROOM: UsageRoom<'_> = UsageRoom { rows_of_client: 3, other: "other" };

fn row(client: &str, place: &str, calls: u64, second: i64) -> UsageRow {
    UsageRow {
        client: client.parse().unwrap(),
        operation: "jira:getIssue".to_owned(),
        scopes: "read:jira-work".to_owned(),
        place: place.to_owned(),
        calls,
        refusals: 1,
        observed: 0,
        first_at: at(second),
        last_at: at(second),
        used_at: (calls > 0).then(|| at(second)),
    }
}

fn to(seq: u64) -> UsagePosition {
    UsagePosition { seq, counted_at: at(seq.cast_signed()), since_at: at(1) }
}

#[tokio::test]
async fn counts_add_up_and_the_times_stretch() {
    let store = Store::in_memory().await.unwrap();
    assert_eq!(store.usage().position().await.unwrap(), None);
    store.usage().add(0, to(5), &[row("etl", "project REL", 2, 3)], ROOM).await.unwrap();
    store
        .usage()
        .add(5, to(9), &[row("etl", "project REL", 3, 7), row("etl", "", 0, 8)], ROOM)
        .await
        .unwrap();
    assert_eq!(store.usage().position().await.unwrap(), Some(to(9)));
    let rows = store.usage().list(Some(&"etl".parse().unwrap()), 10).await.unwrap();
    let sum = UsageRow { first_at: at(3), refusals: 2, ..row("etl", "project REL", 5, 7) };
    assert_eq!(rows, [row("etl", "", 0, 8), sum]);
    assert!(store.usage().list(Some(&"other".parse().unwrap()), 10).await.unwrap().is_empty());
    assert_eq!(store.usage().list(None, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_after_a_call_does_not_make_the_last_use_later() {
    let store = Store::in_memory().await.unwrap();
    store.usage().add(0, to(1), &[row("etl", "", 1, 3)], ROOM).await.unwrap();
    store.usage().add(1, to(2), &[row("etl", "", 0, 9)], ROOM).await.unwrap();
    let rows = store.usage().list(None, 10).await.unwrap();
    assert_eq!((rows[0].used_at, rows[0].last_at), (Some(at(3)), at(9)));
}

#[tokio::test]
async fn the_same_records_are_counted_once() {
    let store = Store::in_memory().await.unwrap();
    let rows = [row("etl", "", 1, 3)];
    store.usage().add(0, to(5), &rows, ROOM).await.unwrap();
    for after in [0, 4, 6] {
        let again = store.usage().add(after, to(7), &rows, ROOM).await;
        assert!(
            matches!(again, Err(StoreError::Duplicate { table: "usage_position" })),
            "{after}: {again:?}"
        );
    }
    assert_eq!(store.usage().list(None, 10).await.unwrap(), rows);
    assert_eq!(store.usage().position().await.unwrap(), Some(to(5)));
}

#[tokio::test]
async fn a_client_that_names_ever_more_places_has_room_for_some_and_the_rest_counts_together() {
    let store = Store::in_memory().await.unwrap();
    for number in 0..20_u64 {
        let place = format!("project P{number}");
        store.usage().add(number, to(number + 1), &[row("etl", &place, 1, 3)], ROOM).await.unwrap();
    }
    // Where nothing is named, and what another client does, has its room all the same.
    store
        .usage()
        .add(20, to(21), &[row("etl", "", 1, 3), row("mill", "project P9", 1, 3)], ROOM)
        .await
        .unwrap();
    let rows = store.usage().list(None, 100).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.client.as_str(), row.place.as_str(), row.calls)).collect();
    let own = [("etl", "", 1), ("etl", "other", 17), ("etl", "project P0", 1)];
    let rest = [("etl", "project P1", 1), ("etl", "project P2", 1), ("mill", "project P9", 1)];
    assert_eq!(told, [own, rest].concat());
}
