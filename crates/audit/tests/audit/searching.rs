use std::time::Duration;

use audit::query::{self, Filter};
use audit::{Decision, Ended};
use store::Store;

use crate::Desk;

async fn issues(store: &Store, filter: &Filter) -> Vec<String> {
    let found = query::search(store, filter).await.unwrap();
    found.iter().filter_map(|found| Some(found.record.issue.as_ref()?.as_str().to_owned())).collect()
}

/// Sixty calls a second apart, every one its own block: three projects, two clients, every fifth refused.
async fn busy() -> (Store, jiff::Timestamp) {
    let desk = Desk::new().await;
    let begin = desk.clock.now();
    for n in 0..60 {
        let mut open = desk.recorder.open(desk.clock.request_id(), desk.clock.now()).await.unwrap();
        let record = open.record_mut();
        record.issue = Some(format!("{}-{n}", ["REL", "OPS", "WEB"][n % 3]).into());
        record.client = Some(["one", "two"][n % 2].parse().unwrap());
        record.operation = Some("jira:getIssue".into());
        record.decision = Some(if n % 5 == 0 { Decision::Refused } else { Decision::Permitted });
        open.intend().await.unwrap();
        let _ = open.close(Ended::Complete);
        desk.hands.advance(Duration::from_secs(1));
    }
    (desk.stop().await, begin)
}

fn calls() -> Filter {
    Filter { kind: Some(audit::Kind::Call), ..Filter::default() }
}

#[tokio::test]
async fn a_search_gives_the_latest_in_the_order_they_happened() {
    let (store, _) = busy().await;
    let filter = Filter { limit: Some(3), ..calls() };
    assert_eq!(issues(&store, &filter).await, ["REL-57", "OPS-58", "WEB-59"]);
    assert_eq!(issues(&store, &calls()).await.len(), 60);
}

#[tokio::test]
async fn everything_given_must_fit() {
    let (store, begin) = busy().await;
    let with = |change: fn(&mut Filter)| {
        let mut filter = calls();
        change(&mut filter);
        filter
    };
    assert_eq!(issues(&store, &with(|f| f.issue = Some("rel-3".into()))).await, ["REL-3"]);
    assert_eq!(issues(&store, &with(|f| f.project = Some("ops".into()))).await.len(), 20);
    assert_eq!(issues(&store, &with(|f| f.client = Some("two".parse().unwrap()))).await.len(), 30);
    assert_eq!(issues(&store, &with(|f| f.decision = Some(Decision::Refused))).await.len(), 12);
    assert_eq!(issues(&store, &with(|f| f.operation = Some("getIssue".into()))).await.len(), 60);
    assert_eq!(issues(&store, &with(|f| f.operation = Some("jira:getIssue".into()))).await.len(), 60);
    assert_eq!(issues(&store, &with(|f| f.operation = Some("issue".into()))).await.len(), 0);
    let between = Filter {
        since: Some(begin + Duration::from_secs(10)),
        until: Some(begin + Duration::from_secs(12)),
        ..calls()
    };
    assert_eq!(issues(&store, &between).await, ["OPS-10", "WEB-11", "REL-12"]);
}

#[tokio::test]
async fn one_request_is_found_by_its_id_with_intent_and_ending() {
    let (store, _) = busy().await;
    let some = query::search(&store, &Filter { limit: Some(9), ..calls() }).await.unwrap()[4].record.id;
    let found = query::search(&store, &Filter { id: Some(some), ..Filter::default() }).await.unwrap();
    assert_eq!(found.len(), 2);
    assert!(found[0].seq < found[1].seq);
}

#[tokio::test]
async fn a_tail_goes_on_behind_what_was_seen() {
    let (store, _) = busy().await;
    let (mut seen, mut after) = (0, 0);
    loop {
        let page = query::tail(&store, after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        assert_eq!(page[0].seq, after + 1);
        seen += page.len();
        after = last.seq;
    }
    assert_eq!(seen, 122);
    assert_eq!(query::last_seq(&store).await.unwrap(), 122);
}

#[tokio::test]
async fn an_empty_log_has_nothing_to_find() {
    let store = Store::in_memory().await.unwrap();
    assert_eq!(query::search(&store, &Filter::default()).await.unwrap(), []);
    assert_eq!(query::tail(&store, 0, 10).await.unwrap(), []);
    assert_eq!(query::last_seq(&store).await.unwrap(), 0);
}

#[tokio::test]
async fn looking_back_finds_every_record_once_from_wherever_it_begins() {
    let (store, begin) = busy().await;
    let last = query::last_seq(&store).await.unwrap();
    for from in [u64::MAX, last + 1, last, last - 30, 2, 1] {
        let (mut seen, mut before, mut pages) = (Vec::new(), from, 0);
        while let Some(page) = query::page_before(&store, before, begin).await.unwrap() {
            assert!(page.from < before, "{} is no further back than {before}", page.from);
            seen.extend(page.records.iter().map(|found| found.seq));
            before = page.from;
            pages += 1;
        }
        let expected: Vec<u64> = (1..from.min(last + 1)).rev().collect();
        assert_eq!(seen, expected, "before {from}");
        assert!(pages > 1 || expected.len() < 30, "{pages} pages: this asks for no second one");
    }
}

#[tokio::test]
async fn looking_back_finds_all_that_is_late_enough_and_stops_soon_behind_it() {
    let (store, begin) = busy().await;
    let back = async |since| {
        let (mut seen, mut before) = (Vec::new(), u64::MAX);
        while let Some(page) = query::page_before(&store, before, since).await.unwrap() {
            assert!(page.from < before);
            before = page.from;
            seen.extend(page.records);
        }
        seen
    };
    let since = begin + Duration::from_secs(58);
    let seen = back(since).await;
    assert!(seen.len() < 20, "{seen:?}");
    let late = |all: Vec<query::Found>| -> Vec<_> {
        all.into_iter().filter(|found| found.record.at >= since).collect()
    };
    let expected = late(back(begin).await);
    assert!(expected.len() >= 4, "{expected:?}");
    assert_eq!(late(seen), expected);
}
