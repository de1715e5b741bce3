use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use audit::{Settings, sinks::anchors, verify};
use store::Store;
use tempfile::TempDir;

use crate::{Desk, soon};

fn place() -> (TempDir, PathBuf, Settings) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anchors.txt");
    let settings = Settings { anchor_file: Some(file.clone()), ..soon() };
    (folder, file, settings)
}

#[tokio::test]
async fn start_and_stop_are_anchored_and_the_log_agrees() {
    let (_folder, file, settings) = place();
    let desk = Desk::over(Store::in_memory().await.unwrap(), settings).await;
    desk.read("REL-1").await;
    let store = desk.stop().await;
    let text = fs::read_to_string(file).unwrap();
    let found = anchors::parse(&text);
    assert_eq!(found.iter().map(|anchor| anchor.seq).collect::<Vec<_>>(), [1, 3]);
    assert!(text.lines().all(|line| line.ends_with("2027-01-15T08:00:00Z")), "{text}");
    let report = verify::store(&store, found).await;
    assert!(report.is_whole(), "{:?}", report.problems);
    assert_eq!(report.confirmed, 3);
}

#[tokio::test]
async fn a_minute_or_a_thousand_records_bring_an_anchor() {
    let (_folder, file, settings) = place();
    let desk = Desk::over(Store::in_memory().await.unwrap(), settings).await;
    let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
    open.intend().await.unwrap();
    assert_eq!(anchors::parse(&fs::read_to_string(&file).unwrap()).len(), 1, "nothing since the start's");
    desk.hands.advance(Duration::from_secs(60));
    open.intend().await.unwrap();
    // Whoever waited is told before the anchor is written; the next commit begins after it.
    open.intend().await.unwrap();
    assert_eq!(anchors::parse(&fs::read_to_string(&file).unwrap()).last().unwrap().seq, 3);
    for _ in 0..1000 {
        desk.read("REL-1").await;
    }
    desk.hands.advance(anchors::APART);
    open.intend().await.unwrap();
    open.intend().await.unwrap();
    assert!(anchors::parse(&fs::read_to_string(&file).unwrap()).last().unwrap().seq > 1000);
    drop(open);
}

#[tokio::test]
async fn an_anchor_file_that_cannot_be_written_stops_nothing() {
    let (folder, _file, mut settings) = place();
    settings.anchor_file = Some(folder.path().join("missing/anchors.txt"));
    let desk = Desk::over(Store::in_memory().await.unwrap(), settings).await;
    desk.read("REL-1").await;
    desk.stop().await;
}

#[tokio::test]
async fn anchors_are_found_among_other_lines() {
    let hex = "0f".repeat(32);
    let text =
        format!("# kept on another machine\n1:{hex} 2026-01-01T00:00:00Z\nnoise\n2:{hex}\n3:{}", &hex[..10]);
    assert_eq!(anchors::parse(&text).iter().map(|anchor| anchor.seq).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn anchors_are_found_in_a_log_but_not_in_what_clients_wrote_there() {
    let hex = "0f".repeat(32);
    let found = |line: String| anchors::parse(&line).len();
    let anchor = format!("7:{hex}");
    assert_eq!(found(format!("2026-11-22T03:40:17.123456Z  INFO audit anchor anchor={anchor}")), 1);
    let json = |message: &str, target: &str| {
        format!(
            r#"{{"timestamp":"2026","level":"INFO","message":"{message}","anchor":"{anchor}","target":"{target}"}}"#
        )
    };
    assert_eq!(found(json("audit anchor", "ticketgate::anchor")), 1);

    assert_eq!(found(json("record", "ticketgate::anchor")), 0);
    assert_eq!(found(json("audit anchor of mine", "ticketgate::anchor")), 0);
    assert_eq!(found(json("audit anchor", "ticketgate::record")), 0);
    let record = "2026-11-22T03:40:17.123456Z  INFO record kind=Call";
    assert_eq!(found(format!(r#"{record} path="/x INFO audit anchor anchor={anchor}"#)), 0);
    assert_eq!(found(format!("{record} audit anchor anchor={anchor}")), 0);
    assert_eq!(found(format!("2026-11-22T03:40:17.123456Z  INFO audit anchor anchor={anchor} x=1")), 0);
    assert_eq!(found(format!("INFO audit anchor anchor={anchor}")), 0);
}
