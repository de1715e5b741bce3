use super::*;
use crate::record::{Kind, Record};

/// A store with a log of three records in one block.
async fn store() -> (Store, Head) {
    let store = Store::in_memory().await.unwrap();
    let record = Record::new(Kind::Start, types::RequestId::new(uuid::Uuid::nil()), Timestamp::UNIX_EPOCH);
    let mut records = Vec::new();
    let head = (0..3).fold(Head::GENESIS, |head, _| lines::push_record(&mut records, head, &record));
    let block = store::Block {
        first_seq: 1,
        last_seq: 3,
        first_at: record.at,
        last_at: record.at,
        head: head.hash,
        records,
    };
    store.audit().append_block(&block).await.unwrap();
    (store, head)
}

async fn agrees(store: &Store, head: Head, file: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("anchors.txt");
    std::fs::write(&path, file).unwrap();
    Anchors::new(Some(path)).resume(store, head).await
}

#[tokio::test]
async fn a_log_that_was_cut_or_rewritten_while_nobody_looked_is_noticed_at_the_start() {
    let (store, head) = store().await;
    let hex = "0f".repeat(32);
    assert!(agrees(&store, head, &format!("{head} 2026-01-01T00:00:00Z\n")).await);
    assert!(agrees(&store, head, "").await);
    assert!(
        agrees(&store, head, &format!("{head} 2026\n4:{} torn", hex.get(..9).unwrap())).await,
        "a torn line is ignored"
    );
    assert!(!agrees(&store, head, &format!("4:{hex} 2026-01-01T00:00:00Z\n")).await, "cut");
    assert!(!agrees(&store, head, &format!("2:{hex} 2026-01-01T00:00:00Z\n")).await, "rewritten");
    assert!(Anchors::new(None).resume(&store, head).await);
}

#[tokio::test]
async fn only_the_end_of_a_long_file_is_read() {
    let (store, head) = store().await;
    let long = format!("{}{head} 2026-01-01T00:00:00Z\n", "noise\n".repeat(100_000));
    assert!(agrees(&store, head, &long).await);
}

#[tokio::test]
async fn a_busy_log_is_anchored_once_a_second_and_a_quiet_one_once_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("anchors.txt");
    let mut anchors = Anchors::new(Some(path.clone()));
    let anchored = || parse(&std::fs::read_to_string(&path).unwrap_or_default()).len();
    let at = |millis| Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap();
    let head = |seq| Head { seq, hash: [7; 32] };
    anchors.committed(head(1), at(0)).await;
    assert_eq!(anchored(), 1, "the first record of all");
    for number in 1..=9 {
        anchors.committed(head(number * RECORDS + 1), at(number as i64 * 100)).await;
    }
    assert_eq!(anchored(), 1, "thousands of records within a second");
    anchors.committed(head(9 * RECORDS + 2), at(1_000)).await;
    assert_eq!(anchored(), 2);
    anchors.committed(head(9 * RECORDS + 9), at(60_999)).await;
    assert_eq!(anchored(), 2, "few records within a minute");
    anchors.committed(head(9 * RECORDS + 10), at(61_000)).await;
    assert_eq!(anchored(), 3);
}
