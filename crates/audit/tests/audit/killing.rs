//! `kill -9`: this test binary starts itself again, and kills what it started.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use audit::{Ended, Kind, Recorder, Settings, verify};
use clock::Clock;
use store::Store;

use crate::all;

const PLACE: &str = "TICKETGATE_TEST_KILL";

/// The child: a thousand changes, each "sent" (a line on standard output) once its intent is durable.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_of_the_kill_test() {
    let Ok(path) = std::env::var(PLACE) else { return };
    let store = Store::open(Path::new(&path)).await.unwrap();
    let clock = Clock::system().unwrap();
    let (recorder, _writer) = Recorder::start(store, clock.clone(), Settings::default()).await.unwrap();
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (recorder, clock) = (recorder.clone(), clock.clone());
            tokio::spawn(async move {
                for _ in 0..100 {
                    let mut open = recorder.open(clock.request_id(), clock.now()).await.unwrap();
                    let id = open.record_mut().id;
                    open.intend().await.unwrap();
                    // One write call, so that a line is there whole or not at all.
                    std::io::stdout().write_all(format!("\nsent {id}\n").as_bytes()).unwrap();
                    let _ = open.close(Ended::Complete);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // To be killed, not to end: whoever reads sees the end of the thousand and the parent pulls the plug.
    std::io::stdout().write_all(b"\nall sent\n").unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn every_change_sent_before_a_kill_has_its_intent_on_disk() {
    for stop_after in [1, 137, 500, 1000] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ticketgate.db");
        let sent = killed_after(&path, stop_after);
        assert!(sent.len() >= stop_after, "{} of {stop_after}", sent.len());

        let store = Store::open(&path).await.unwrap();
        let report = verify::store(&store, Vec::new()).await;
        assert!(report.is_whole(), "{:?}", report.problems);
        let intents: BTreeSet<String> = all(&store)
            .await
            .into_iter()
            .filter(|found| found.record.kind == Kind::Intent)
            .map(|found| found.record.id.to_string())
            .collect();
        let missing: Vec<_> = sent.difference(&intents).collect();
        assert!(missing.is_empty(), "sent without an intent: {missing:?}");

        // And the log goes on.
        let (recorder, writer) =
            Recorder::start(store, Clock::system().unwrap(), Settings::default()).await.unwrap();
        recorder.stop().await;
        assert_eq!(writer.finished().await.unwrap().seq, report.head.seq + 2);
    }
}

/// Starts the child, kills it after so many changes, and says which it had sent.
fn killed_after(path: &Path, changes: usize) -> BTreeSet<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killing::child_of_the_kill_test", "--nocapture"])
        .env(PLACE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut sent = BTreeSet::new();
    let mut killed = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        if let Some(id) = line.unwrap().strip_prefix("sent ") {
            sent.insert(id.to_owned());
        }
        if sent.len() >= changes && !killed {
            child.kill().unwrap();
            killed = true;
        }
        // What was written before the kill is still in the pipe: read on to its end.
    }
    child.wait().unwrap();
    sent
}
