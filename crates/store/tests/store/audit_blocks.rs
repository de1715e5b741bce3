use jiff::Timestamp;
use store::{Block, Store, StoreError};

use crate::at;

fn block(first: u64, last: u64) -> Block {
    Block {
        first_seq: first,
        last_seq: last,
        first_at: at(i64::try_from(first).unwrap()),
        last_at: at(i64::try_from(last).unwrap()),
        head: [u8::try_from(last).unwrap(); 32],
        records: vec![b'x'; 10],
    }
}

async fn three() -> Store {
    let store = Store::in_memory().await.unwrap();
    for block in [block(1, 4), block(5, 5), block(6, 9)] {
        store.audit().append_block(&block).await.unwrap();
    }
    store
}

#[tokio::test]
async fn a_block_goes_in_only_right_behind_the_last_one() {
    let store = three().await;
    for wrong in [block(1, 4), block(6, 9), block(9, 12), block(11, 12)] {
        assert!(matches!(store.audit().append_block(&wrong).await, Err(StoreError::Duplicate { .. })));
    }
    assert_eq!(store.audit().last_block().await.unwrap(), Some(block(6, 9)));
    store.audit().append_block(&block(10, 12)).await.unwrap();
}

#[tokio::test]
async fn blocks_are_read_from_the_one_that_holds_the_record() {
    let store = three().await;
    let firsts = async |from| {
        let blocks = store.audit().blocks(from, 2).await.unwrap();
        blocks.iter().map(|block| block.first_seq).collect::<Vec<_>>()
    };
    assert_eq!(firsts(0).await, [1, 5]);
    assert_eq!(firsts(3).await, [1, 5]);
    assert_eq!(firsts(5).await, [5, 6]);
    assert_eq!(firsts(8).await, [6]);
    assert_eq!(firsts(10).await, [] as [u64; 0]);
    assert_eq!(firsts(u64::MAX).await, [] as [u64; 0]);
}

#[tokio::test]
async fn every_row_is_visited_whatever_it_says() {
    let store = three().await;
    let rows = store.audit().rows_after(None, 10).await.unwrap();
    assert_eq!(rows, [block(1, 4), block(5, 5), block(6, 9)]);
    assert_eq!(store.audit().rows_after(Some(1), 1).await.unwrap(), [block(5, 5)]);
    assert_eq!(store.audit().rows_after(Some(6), 1).await.unwrap(), []);
}

#[tokio::test]
async fn going_backwards_stays_within_the_times() {
    let store = three().await;
    let page = store.audit().blocks_between(u64::MAX, Timestamp::MIN, Timestamp::MAX, 2).await.unwrap();
    assert_eq!(page, [block(6, 9), block(5, 5)]);
    let page = store.audit().blocks_between(5, Timestamp::MIN, Timestamp::MAX, 2).await.unwrap();
    assert_eq!(page, [block(1, 4)]);
    let page = store.audit().blocks_between(u64::MAX, at(4), at(5), 9).await.unwrap();
    assert_eq!(page, [block(5, 5), block(1, 4)]);
}

#[tokio::test]
async fn a_full_disk_is_named_and_leaves_what_was_there() {
    let store = three().await;
    store.limit_pages(1).await.unwrap();
    let mut large = block(10, 12);
    large.records = vec![b'x'; 100_000];
    assert!(matches!(store.audit().append_block(&large).await, Err(StoreError::Full)));
    assert_eq!(store.audit().last_block().await.unwrap(), Some(block(6, 9)));
    store.limit_pages(10_000).await.unwrap();
    store.audit().append_block(&large).await.unwrap();
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let store = three().await;
    store.close().await;
    assert!(matches!(store.audit().last_block().await, Err(StoreError::Closed)));
}
