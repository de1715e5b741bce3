use std::time::Duration;

use audit::{Change, Ended, Kind, Settings};
use store::Store;

use crate::{Desk, all, kinds, soon};

#[tokio::test]
async fn a_read_is_written_once_between_start_and_stop() {
    let desk = Desk::new().await;
    desk.read("REL-1").await;
    let store = desk.stop().await;
    assert_eq!(kinds(&store).await, [Kind::Start, Kind::Call, Kind::Stop]);
    let found = all(&store).await;
    assert_eq!(found.iter().map(|found| found.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(found[1].record.issue, Some("REL-1".into()));
    assert_eq!(found[1].record.ended, Some(Ended::Complete));
}

#[tokio::test]
async fn an_intent_is_on_disk_when_it_answers_and_its_call_follows() {
    let desk = Desk::new().await;
    let id = desk.clock.request_id();
    let mut open = desk.recorder.open(id, desk.clock.now()).await.unwrap();
    open.record_mut().issue = Some("REL-1".into());
    open.intend().await.unwrap();
    let written = all(&desk.store).await;
    assert_eq!(written.last().unwrap().record.kind, Kind::Intent);
    assert_eq!(written.last().unwrap().record.id, id);
    assert_eq!(written.last().unwrap().record.issue, Some("REL-1".into()));

    open.record_mut().upstream_status = Some(204);
    assert_eq!(open.close(Ended::Complete).id(), id);
    let store = desk.stop().await;
    assert_eq!(kinds(&store).await, [Kind::Start, Kind::Intent, Kind::Call, Kind::Stop]);
    assert_eq!(all(&store).await[2].record.id, id);
}

#[tokio::test]
async fn an_intent_does_not_wait_for_company() {
    let settings = Settings { linger: Duration::from_secs(3600), ..soon() };
    let desk = Desk::over(Store::in_memory().await.unwrap(), settings).await;
    desk.read("REL-1").await;
    let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    open.intend().await.unwrap();
    // The read lingered until the intent came along, and went with it.
    assert_eq!(kinds(&desk.store).await.len(), 3);
    drop(open);
}

#[tokio::test]
async fn a_record_dropped_without_an_ending_is_written_as_abandoned() {
    let desk = Desk::new().await;
    let open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    drop(open);
    let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    open.record_mut().issue = Some("REL-2".into());
    let task = tokio::spawn(async move {
        let _held = open;
        panic!("a defect, on purpose");
    });
    assert!(task.await.is_err());
    let store = desk.stop().await;
    let found = all(&store).await;
    assert_eq!(found[1].record.ended, Some(Ended::Abandoned));
    assert_eq!(found[2].record.ended, Some(Ended::Abandoned));
    assert_eq!(found[2].record.issue, Some("REL-2".into()), "what was known is kept");
}

#[tokio::test]
async fn a_change_by_an_operator_is_durable_when_it_answers() {
    let desk = Desk::new().await;
    let change = Change {
        operator: "ann".parse().unwrap(),
        action: "grant add".into(),
        target: "grant demo".into(),
        before: None,
        after: Some(r#"{"kind":"api-token"}"#.into()),
    };
    let _ = desk.recorder.change(change.clone()).await.unwrap();
    let written = all(&desk.store).await;
    assert_eq!(written.last().unwrap().record.change.as_deref(), Some(&change));
}

#[tokio::test]
async fn many_at_once_share_commits_and_none_is_missing() {
    let desk = Desk::over(Store::in_memory().await.unwrap(), soon()).await;
    let tasks: Vec<_> = (0..500)
        .map(|n| {
            let (recorder, clock) = (desk.recorder.clone(), desk.clock.clone());
            tokio::spawn(async move {
                let mut open = recorder.open(clock.request_id(), clock.now()).await.unwrap();
                open.record_mut().issue = Some(format!("REL-{n}").into());
                if n % 2 == 0 {
                    open.intend().await.unwrap();
                }
                let _ = open.close(Ended::Complete);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let store = desk.stop().await;
    assert_eq!(all(&store).await.len(), 500 + 250 + 2);
    let commits = store.audit().rows_after(None, 1000).await.unwrap().len();
    assert!(commits < 100, "{commits} commits for 752 records");
}

#[tokio::test]
async fn the_log_goes_on_where_it_ended() {
    let store = Desk::new().await.stop().await;
    let desk = Desk::over(store, soon()).await;
    desk.read("REL-1").await;
    let store = desk.stop().await;
    assert_eq!(kinds(&store).await, [Kind::Start, Kind::Stop, Kind::Start, Kind::Call, Kind::Stop]);
    let report = audit::verify::store(&store, Vec::new()).await;
    assert!(report.is_whole(), "{:?}", report.problems);
    assert_eq!(report.records, 5);
}

#[tokio::test]
async fn metrics_count_what_was_written() {
    let desk = Desk::new().await;
    let metrics = desk.recorder.metrics().clone();
    desk.read("REL-1").await;
    desk.stop().await;
    let text = metrics.render();
    assert!(text.contains("ticketgate_audit_records_total 3\n"), "{text}");
    assert!(
        text.contains(r#"ticketgate_requests_total{client="",effect="unknown",outcome="ok"} 1"#),
        "{text}"
    );
}
