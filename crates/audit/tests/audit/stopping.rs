use audit::{Ended, Kind};
use types::Code;

use crate::{Desk, kinds};

#[tokio::test]
async fn stopping_refuses_new_records_and_waits_for_open_ones() {
    let desk = Desk::new().await;
    let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    let recorder = desk.recorder.clone();
    let stopping = tokio::spawn(async move { recorder.stop().await });
    let refusal = loop {
        match desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await {
            Ok(early) => drop(early),
            Err(refusal) => break refusal,
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(refusal.code(), Code::ShuttingDown);
    assert!(!stopping.is_finished());
    // What is under way may still be made durable.
    open.intend().await.unwrap();
    let _ = open.close(Ended::Complete);
    stopping.await.unwrap();
    let end = desk.writer.finished().await.unwrap();
    let written = kinds(&desk.store).await;
    assert_eq!(written[written.len() - 3..], [Kind::Intent, Kind::Call, Kind::Stop]);
    assert_eq!(end.seq, u64::try_from(written.len()).unwrap());
}

#[tokio::test]
async fn stopping_twice_is_stopping_once() {
    let desk = Desk::new().await;
    tokio::join!(desk.recorder.stop(), desk.recorder.stop());
    desk.recorder.stop().await;
    assert_eq!(kinds(&desk.store).await, [Kind::Start, Kind::Stop]);
    assert!(!desk.recorder.is_writing());
}

#[tokio::test]
async fn an_audit_whose_every_handle_is_dropped_writes_what_it_has_and_ends() {
    let desk = Desk::new().await;
    desk.read("REL-1").await;
    let open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    let Desk { store, recorder, writer, .. } = desk;
    drop(recorder);
    drop(open);
    assert_eq!(writer.finished().await.unwrap().seq, 4);
    assert_eq!(kinds(&store).await, [Kind::Start, Kind::Call, Kind::Call, Kind::Stop]);
}
