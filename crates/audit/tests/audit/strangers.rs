use std::time::Duration;

use audit::{Ended, Kind, verify};
use types::Code;

use crate::{Desk, all};

async fn refuse(desk: &Desk, calls: u32) {
    for _ in 0..calls {
        let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
        open.record_mut().refused_with(&Code::CredentialMissing.into());
        let _ = open.close(Ended::Refused);
    }
}

fn counted(found: &[audit::query::Found]) -> u64 {
    found.iter().filter_map(|found| found.record.summary).map(|summary| summary.calls).sum()
}

async fn until(desk: &Desk, there: impl Fn(&[audit::query::Found]) -> bool) {
    let written = async {
        while !there(&all(&desk.store).await) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), written).await.unwrap();
}

#[tokio::test]
async fn a_flood_of_refusals_costs_a_hundred_records_and_a_number() {
    let desk = Desk::new().await;
    let metrics = desk.recorder.metrics().clone();
    refuse(&desk, 5000).await;
    let store = desk.stop().await;
    let found = all(&store).await;
    assert_eq!(found.iter().filter(|found| found.record.kind == Kind::Call).count(), 100);
    assert_eq!(counted(&found), 4900, "what was counted is written at the stop");
    assert_eq!(found.last().unwrap().record.kind, Kind::Stop);
    assert!(verify::store(&store, Vec::new()).await.is_whole());
    let text = metrics.render();
    assert!(text.contains(r#"ticketgate_refusals_total{code="credential-missing"} 5000"#), "{text}");
}

#[tokio::test]
async fn a_summary_comes_by_itself_when_its_second_is_over() {
    let desk = Desk::new().await;
    refuse(&desk, 150).await;
    until(&desk, |found| found.len() == 101).await;
    desk.hands.advance(Duration::from_secs(1));
    until(&desk, |found| counted(found) == 50).await;
    let found = all(&desk.store).await;
    assert_eq!(found.last().unwrap().record.kind, Kind::Summary);
}

#[tokio::test]
async fn calls_of_clients_are_recorded_one_by_one_amid_a_flood() {
    let desk = Desk::new().await;
    refuse(&desk, 500).await;
    for _ in 0..200 {
        let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
        open.record_mut().client = Some("release".parse().unwrap());
        open.record_mut().refused_with(&Code::ScopeMissing.into());
        let _ = open.close(Ended::Refused);
    }
    let store = desk.stop().await;
    let of_client = |found: &&audit::query::Found| found.record.client.is_some();
    assert_eq!(all(&store).await.iter().filter(of_client).count(), 200);
}
