use store::{ProposalRow, Store, StoreError, VersionRow};

use crate::at;

const KEEP: (u64, u64) = (3, 1_000);

fn version(number: u64, bytes: usize) -> VersionRow {
    VersionRow {
        number,
        digest: [7; 32],
        sources: vec![1; bytes],
        author: "ada".parse().unwrap(),
        activated_by: "bob".parse().unwrap(),
        activated_at: at(10),
        cause: "apply".to_owned(),
        direction: "wider".to_owned(),
        plan: Some([9; 32]),
        approvals: "[]".to_owned(),
    }
}

fn proposal(plan: u8, second: i64) -> ProposalRow {
    ProposalRow {
        plan: [plan; 32],
        live: [1; 32],
        sources: vec![1, 2, 3],
        author: "ada".parse().unwrap(),
        created_at: at(second),
        expires_at: at(second + 100),
        direction: "wider".to_owned(),
        difference: "{}".to_owned(),
        approvals: "[]".to_owned(),
    }
}

async fn numbers(store: &Store) -> Vec<u64> {
    store.manifest_versions().list().await.unwrap().iter().map(|row| row.number).collect()
}

#[tokio::test]
async fn the_latest_version_is_the_one_in_force_and_its_proposal_is_gone() {
    let store = Store::in_memory().await.unwrap();
    assert_eq!(store.manifest_versions().latest().await.unwrap(), None);
    store.manifest_proposals().insert(&proposal(9, 1)).await.unwrap();
    store.manifest_proposals().insert(&proposal(8, 2)).await.unwrap();
    store.manifest_versions().activate(&version(1, 5), KEEP).await.unwrap();
    assert_eq!(store.manifest_versions().latest().await.unwrap(), Some(version(1, 5)));
    assert_eq!(store.manifest_versions().get(1).await.unwrap(), Some(version(1, 5)));
    let left: Vec<_> = store.manifest_proposals().list().await.unwrap().iter().map(|row| row.plan).collect();
    assert_eq!(left, [[8; 32]]);
    let twice = store.manifest_versions().activate(&version(1, 5), KEEP).await;
    assert!(matches!(twice, Err(StoreError::Duplicate { table: "manifest_versions" })));
}

#[tokio::test]
async fn versions_are_kept_by_number_and_size_and_the_last_two_always() {
    let store = Store::in_memory().await.unwrap();
    for number in 1..=5 {
        store.manifest_versions().activate(&version(number, 5), KEEP).await.unwrap();
    }
    assert_eq!(numbers(&store).await, [5, 4, 3]);
    for number in 6..=8 {
        store.manifest_versions().activate(&version(number, 900), KEEP).await.unwrap();
    }
    assert_eq!(numbers(&store).await, [8, 7]);
}

#[tokio::test]
async fn a_proposal_is_made_once_approved_and_forgotten_at_its_end() {
    let store = Store::in_memory().await.unwrap();
    let table = store.manifest_proposals();
    table.insert(&proposal(1, 1)).await.unwrap();
    assert!(matches!(table.insert(&proposal(1, 1)).await, Err(StoreError::Duplicate { .. })));
    table.approve(&[1; 32], "[1]").await.unwrap();
    assert_eq!(table.get(&[1; 32]).await.unwrap().unwrap().approvals, "[1]");
    assert!(matches!(table.approve(&[2; 32], "[1]").await, Err(StoreError::Missing { .. })));
    table.forget_ended(at(100)).await.unwrap();
    assert!(table.get(&[1; 32]).await.unwrap().is_some());
    table.forget_ended(at(101)).await.unwrap();
    assert!(table.get(&[1; 32]).await.unwrap().is_none());
    assert!(!table.delete(&[1; 32]).await.unwrap());
}
