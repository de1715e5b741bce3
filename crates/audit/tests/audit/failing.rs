//! A store that cannot write: a limit on its pages stands for a full disk.

use std::time::Duration;

use audit::{Ended, Kind, Recorder, Settings};
use store::Store;
use types::Code;

use crate::{Desk, all, kinds, soon};

/// More text than any free page holds, and of a kind that cannot be packed: hashes of hashes.
async fn large(desk: &Desk) -> audit::OpenRecord {
    let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    let mut head = chain::Head::GENESIS;
    let mut text = || -> audit::Text {
        let hashes = (0..7).map(|_| {
            head = head.extend(b"");
            str::from_utf8(&head.hex()).unwrap().to_owned()
        });
        hashes.collect::<String>().into()
    };
    open.record_mut().scopes = (0..100).map(|_| text()).collect();
    open
}

#[tokio::test]
async fn while_the_disk_is_full_intents_are_refused_and_endings_kept() {
    let desk = Desk::new().await;
    desk.store.limit_pages(1).await.unwrap();
    let kept = large(&desk).await;
    let mut refused = large(&desk).await;
    let _ = kept.close(Ended::Complete);
    let refusal = refused.intend().await.unwrap_err();
    assert_eq!(refusal.code(), Code::RecordUnavailable);
    assert!(refusal.when_to_retry().is_some());
    assert!(!desk.recorder.is_writing());
    refused.record_mut().refused_with(&refusal);
    let _ = refused.close(Ended::Refused);
    assert_eq!(kinds(&desk.store).await, [Kind::Start]);

    desk.store.limit_pages(100_000).await.unwrap();
    let store = desk.stop().await;
    assert_eq!(kinds(&store).await, [Kind::Start, Kind::Call, Kind::Call, Kind::Stop]);
    assert_eq!(all(&store).await[2].record.refusal, Some("record-unavailable".into()));
    assert!(audit::verify::store(&store, Vec::new()).await.is_whole());
}

#[tokio::test]
async fn once_the_disk_has_room_again_intents_are_taken_again() {
    let desk = Desk::new().await;
    desk.store.limit_pages(1).await.unwrap();
    let mut open = large(&desk).await;
    assert!(open.intend().await.is_err());
    desk.store.limit_pages(100_000).await.unwrap();
    open.intend().await.unwrap();
    assert!(desk.recorder.is_writing());
    assert_eq!(kinds(&desk.store).await, [Kind::Start, Kind::Intent]);
    drop(open);
}

#[tokio::test]
async fn a_full_queue_makes_requests_wait_and_a_place_that_comes_free_lets_one_in() {
    let settings = Settings { queue_capacity: 3, ..soon() };
    let desk = Desk::over(Store::in_memory().await.unwrap(), settings).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap());
    }
    let (recorder, clock) = (desk.recorder.clone(), desk.clock.clone());
    let waiting = tokio::spawn(async move { recorder.open(clock.request_id(), clock.now()).await.map(drop) });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    let _ = held.pop().unwrap().close(Ended::Complete);
    waiting.await.unwrap().unwrap();
    drop(held);
    let store = desk.stop().await;
    assert_eq!(kinds(&store).await.len(), 2 + 4);
}

#[tokio::test]
async fn a_queue_that_stays_full_refuses_after_its_patience() {
    let settings = Settings { queue_capacity: 1, patience: Duration::from_millis(10), ..soon() };
    let desk = Desk::over(Store::in_memory().await.unwrap(), settings).await;
    let held = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    let refusal = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap_err();
    assert_eq!(refusal.code(), Code::RecordUnavailable);
    assert!(desk.recorder.metrics().render().contains("ticketgate_audit_waits_total 1\n"));
    drop(held);
}

#[tokio::test]
async fn every_place_taken_by_a_change_does_not_keep_their_intents_out() {
    let settings = Settings { queue_capacity: 2, ..soon() };
    let desk = Desk::over(Store::in_memory().await.unwrap(), settings).await;
    let mut one = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    let mut two = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    let (first, second) = tokio::join!(one.intend(), two.intend());
    first.unwrap();
    second.unwrap();
}

#[tokio::test]
async fn a_store_that_never_recovers_sends_what_it_would_not_take_to_the_log() {
    let desk = Desk::new().await;
    desk.store.limit_pages(1).await.unwrap();
    let _ = large(&desk).await.close(Ended::Complete);
    desk.recorder.stop().await;
    let error = desk.writer.finished().await.unwrap_err();
    assert!(matches!(error, audit::AuditError::NotWritten { lost: 1, .. }), "{error}");
    let refusal = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap_err();
    assert_eq!(refusal.code(), Code::ShuttingDown);
}

#[tokio::test]
async fn an_audit_does_not_start_over_a_store_that_cannot_write() {
    let store = Store::in_memory().await.unwrap();
    store.close().await;
    let (clock, _hands) = clock::Clock::manual(jiff::Timestamp::UNIX_EPOCH);
    assert!(matches!(Recorder::start(store, clock, soon()).await, Err(audit::AuditError::Store(_))));
}

#[tokio::test]
async fn a_block_someone_else_wrote_is_never_written_over() {
    let desk = Desk::new().await;
    let mut foreign = desk.store.audit().last_block().await.unwrap().unwrap();
    (foreign.first_seq, foreign.last_seq) = (2, 2);
    desk.store.audit().append_block(&foreign).await.unwrap();
    let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    assert!(open.intend().await.is_err());
    assert_eq!(desk.store.audit().last_block().await.unwrap(), Some(foreign));
}
