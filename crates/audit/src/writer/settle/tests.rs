use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::super::batch::Batch;
use super::*;
use crate::metrics::Metrics;
use crate::record::{Kind, Record};
use crate::recorder::{Common, Entry, Incoming};
use crate::sinks::Sinks;

fn entry(n: u128) -> Entry {
    let id = types::RequestId::new(uuid::Uuid::from_u128(n));
    Entry { record: Box::new(Record::new(Kind::Call, id, jiff::Timestamp::UNIX_EPOCH)), waiting: None }
}

fn batch(entries: impl IntoIterator<Item = Entry>) -> Batch {
    let mut batch = Batch::behind(Head::GENESIS);
    entries.into_iter().for_each(|entry| batch.push(entry));
    batch
}

async fn task() -> Task {
    let store = store::Store::in_memory().await.unwrap();
    let (clock, _hands) = clock::Clock::manual(jiff::Timestamp::UNIX_EPOCH);
    let metrics = Metrics::new();
    let (_, queue) = mpsc::channel(1);
    let (_, urgent) = mpsc::channel(1);
    let sinks = Sinks::new(None, metrics.clone(), (crate::EventSettings::default(), &clock));
    let common = Arc::new(Common::new(clock, metrics));
    Task::new(store, common, Incoming { queue, urgent }, sinks, Duration::ZERO)
}

async fn numbers(task: &Task) -> Vec<u128> {
    let found = crate::query::tail(&task.store, 0, 100).await.unwrap();
    found.iter().map(|found| found.record.id.uuid().as_u128()).collect()
}

#[tokio::test]
async fn a_block_that_went_in_although_the_commit_failed_is_not_written_twice() {
    let mut task = task().await;
    task.batch = batch([entry(1), entry(2)]);
    // The commit happened, its answer did not arrive, and the store could not be asked.
    let (block, head) = (task.batch.block(task.head), task.batch.end());
    task.store.audit().append_block(&block).await.unwrap();
    task.doubt = Some(Doubt { head, entries: 2 });
    let (waiting, mut answer) = oneshot::channel();
    task.batch.push(Entry { waiting: Some(waiting), ..entry(3) });

    task.attempt().await.unwrap();
    assert_eq!(numbers(&task).await, [1, 2, 3]);
    assert!(task.batch.is_empty() && task.doubt.is_none());
    assert!(answer.try_recv().unwrap().is_ok());
}

#[tokio::test]
async fn a_block_in_doubt_that_did_not_go_in_is_written_again_with_what_came_since() {
    let mut task = task().await;
    task.batch = batch([entry(1), entry(2)]);
    let head = task.batch.end();
    task.doubt = Some(Doubt { head, entries: 2 });
    task.batch.push(entry(3));
    task.attempt().await.unwrap();
    assert_eq!(numbers(&task).await, [1, 2, 3]);
}

#[tokio::test]
async fn an_intent_refused_in_doubt_that_went_in_after_all_keeps_the_numbers_in_step() {
    let mut task = task().await;
    let (waiting, mut answer) = oneshot::channel();
    task.batch = batch([entry(1), Entry { waiting: Some(waiting), ..entry(2) }, entry(3)]);
    let (block, head) = (task.batch.block(task.head), task.batch.end());
    task.store.audit().append_block(&block).await.unwrap();
    task.doubt = Some(Doubt { head, entries: 3 });
    task.failed(&StoreError::Busy);
    assert!(answer.try_recv().unwrap().is_err(), "fail closed: nothing is sent on a maybe");
    assert_eq!(task.batch.len(), 2);

    task.batch.push(entry(4));
    task.attempt().await.unwrap();
    assert_eq!(numbers(&task).await, [1, 2, 3, 4]);
    let report = crate::verify::store(&task.store, Vec::new()).await;
    assert!(report.is_whole(), "{:?}", report.problems);
}

#[tokio::test]
async fn a_store_that_cannot_be_asked_leaves_everything_in_doubt() {
    let mut task = task().await;
    task.batch = batch([entry(1)]);
    task.store.close().await;
    assert!(task.attempt().await.is_err());
    assert_eq!(task.doubt.as_ref().map(|doubt| doubt.entries), Some(1));
    assert!(task.attempt().await.is_err());
    assert_eq!(task.batch.len(), 1);
}
