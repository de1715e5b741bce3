//! kill -9 in the middle of changes: whatever Atlassian saw, the audit knows.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use serde_json::{Value, json};

use super::harness::{Running, try_call};
use super::served::Served;

const CHANGES: usize = 1_000;
const AT_ONCE: usize = 16;

fn path(number: usize) -> String {
    format!("/rest/api/3/issue/REL-1/properties/change-{number}")
}

/// Sends changes until all are sent or nobody answers any more.
async fn change(served: Arc<Served>, gateway: String, next: Arc<AtomicUsize>, answered: Arc<AtomicUsize>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= CHANGES {
            return;
        }
        let url = format!("{gateway}{}", path(number));
        match try_call(&url, Method::PUT, Some(&served.authorization()), Some(json!({ "n": number }))).await {
            Ok(said) => {
                assert!(said.status.is_success(), "{said:?}");
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => return,
        }
    }
}

fn paths_of(records: &str, kind: &str) -> BTreeSet<String> {
    let records = records.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_kind = records.map(|entry| entry["record"].clone()).filter(|record| record["kind"] == kind);
    of_kind.filter_map(|record| record["path"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_atlassian_saw_before_a_kill_has_its_intent_in_the_audit() {
    let (served, mut gateway): (Served, Running) = Served::start().await;
    let served = Arc::new(served);
    let (next, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let senders: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            tokio::spawn(change(
                Arc::clone(&served),
                served.gateway(),
                Arc::clone(&next),
                Arc::clone(&answered),
            ))
        })
        .collect();
    while answered.load(Ordering::Relaxed) < CHANGES / 2 {
        assert!(gateway.ended().is_none(), "{}", gateway.said());
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    gateway.kill();
    for sender in senders {
        sender.await.unwrap();
    }

    let seen: BTreeSet<String> = served.mutations().await["mutations"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|mutation| {
            let path = mutation["path"].as_str().unwrap();
            path.split_once("/rest/").map(|(_, rest)| format!("/rest/{rest}"))
        })
        .filter(|path| path.contains("/properties/change-"))
        .collect();
    assert!(seen.len() >= CHANGES / 2 && seen.len() < CHANGES, "killed in the middle: {}", seen.len());

    let mut served = Arc::try_unwrap(served).unwrap_or_else(|_| panic!("still shared"));
    let mut gateway = served.serve();
    served.until_alive(&mut gateway).await;
    let records = served.command(&["audit", "export"]);
    let intents = paths_of(&records, "intent");
    let missing: Vec<_> = seen.difference(&intents).collect();
    assert!(missing.is_empty(), "{} of {} changes have no intent: {missing:?}", missing.len(), seen.len());
    println!("killed after {} changes were seen; {} intents kept", seen.len(), intents.len());
    gateway.stop();
    served.command(&[
        "audit",
        "verify",
        served.data().join("gateway.db").to_str().unwrap(),
        "--anchors",
        "anchors",
    ]);
}
