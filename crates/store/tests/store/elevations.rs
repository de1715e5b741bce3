use store::{ElevationRow, Store, StoreError};

use crate::at;

fn asked(plan: u8, client: &str, account: Option<&str>, second: i64) -> ElevationRow {
    ElevationRow {
        plan: [plan; 32],
        client: client.parse().unwrap(),
        account: account.map(str::to_owned),
        adds: "scopes = []".to_owned(),
        reason: "a release".to_owned(),
        seconds: 60,
        asked_by: "{}".to_owned(),
        asked_at: at(second),
        waits_until: at(second + 100),
        base: [3; 32],
        difference: "{}".to_owned(),
        approvals: "[]".to_owned(),
        begun_at: None,
        until: None,
        ended_at: None,
        ended_why: None,
    }
}

fn plans(rows: &[ElevationRow]) -> Vec<u8> {
    rows.iter().map(|row| row.plan[0]).collect()
}

#[tokio::test]
async fn one_begins_once_with_who_approved_it_and_ends_once() {
    let store = Store::in_memory().await.unwrap();
    let (table, row) = (store.elevations(), asked(1, "etl", None, 1));
    table.insert(&row).await.unwrap();
    assert!(matches!(table.insert(&row).await, Err(StoreError::Duplicate { .. })));
    assert_eq!(table.get(&[1; 32]).await.unwrap().as_ref(), Some(&row));
    table.begin(&[1; 32], "[1]", (at(5), at(65))).await.unwrap();
    let begun =
        ElevationRow { approvals: "[1]".to_owned(), begun_at: Some(at(5)), until: Some(at(65)), ..row };
    assert_eq!(table.get(&[1; 32]).await.unwrap().as_ref(), Some(&begun));
    let twice = table.begin(&[1; 32], "[2]", (at(6), at(600))).await;
    assert!(matches!(twice, Err(StoreError::Missing { .. })));
    assert!(!table.withdraw(&[1; 32]).await.unwrap(), "it holds");
    table.end(&[1; 32], at(9), "enough").await.unwrap();
    let ended = ElevationRow { ended_at: Some(at(9)), ended_why: Some("enough".to_owned()), ..begun };
    assert!(matches!(table.end(&[1; 32], at(8), "more").await, Err(StoreError::Missing { .. })));
    assert_eq!(table.get(&[1; 32]).await.unwrap(), Some(ended));
    assert!(table.living().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_user_is_shown_their_own_and_the_last_asked_for_first() {
    let store = Store::in_memory().await.unwrap();
    let table = store.elevations();
    for (plan, client, account) in
        [(1, "etl", None), (2, "etl", Some("ada")), (3, "etl", Some("ben")), (4, "bot", Some("ada"))]
    {
        table.insert(&asked(plan, client, account, i64::from(plan))).await.unwrap();
    }
    let etl = "etl".parse().unwrap();
    assert_eq!(plans(&table.of_account(&etl, "ada", 9).await.unwrap()), [2]);
    assert_eq!(plans(&table.of_client(&etl, 2).await.unwrap()), [3, 2]);
    assert_eq!(plans(&table.list(3).await.unwrap()), [4, 3, 2]);
    assert_eq!(table.living().await.unwrap().len(), 4);
    assert!(table.withdraw(&[2; 32]).await.unwrap());
    assert!(table.of_account(&etl, "ada", 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_over_is_forgotten_by_age_and_number_and_what_holds_is_not() {
    let store = Store::in_memory().await.unwrap();
    let table = store.elevations();
    for plan in 1..=6 {
        table.insert(&asked(plan, "etl", None, i64::from(plan))).await.unwrap();
    }
    for plan in 1..=5 {
        table.begin(&[plan; 32], "[]", (at(10), at(1_000))).await.unwrap();
    }
    for plan in 2..=5 {
        table.end(&[plan; 32], at(20 + i64::from(plan)), "enough").await.unwrap();
    }
    let left = async || plans(&table.list(9).await.unwrap());
    table.forget(at(105), at(21), 9).await.unwrap();
    assert_eq!(left().await, [6, 5, 4, 3, 2, 1]);
    // The sixth is waited for up to here, and the second has ended long ago.
    table.forget(at(106), at(22), 9).await.unwrap();
    assert_eq!(left().await, [5, 4, 3, 1]);
    // The first is the oldest and holds.
    table.forget(at(106), at(22), 1).await.unwrap();
    assert_eq!(left().await, [5, 4, 1]);
}
