use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use catalogue::{CanonicalPath, Catalogue};
use policy::{Known, ManifestFile, Question, compile};
use types::{Deployment, Face, GrantName, Site, Verb};

use super::*;

fn limits(in_flight: usize, wait: Duration) -> Limits {
    Limits {
        client_in_flight: in_flight,
        waiting_per_client: 10_000,
        waiting: 10_000,
        wait,
        ..Limits::default()
    }
}

fn clock() -> Clock {
    Clock::manual(jiff::Timestamp::UNIX_EPOCH).0
}

fn line(client: &str) -> Line {
    Line { client: client.parse().unwrap(), grant: "grant".parse().unwrap() }
}

fn empty(admissions: &Admissions) -> bool {
    admissions.0.lock().bells.is_empty() && admissions.occupancy() == Occupancy { in_flight: 0, waiting: 0 }
}

#[test]
fn with_room_to_spare_nothing_is_awaited() {
    // No runtime here: a timer or a second poll would fail.
    let admissions = Admissions::new(Limits::default(), clock());
    let mut going = pin!(admissions.enter(line("a"), Manner::USUAL));
    let polled = going.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Ready(Ok(_))));
}

#[tokio::test]
async fn a_freed_slot_goes_to_the_one_who_waits_and_not_to_a_newcomer() {
    let admissions = Admissions::new(limits(1, Duration::from_secs(60)), clock());
    let first = admissions.enter(line("a"), Manner::USUAL).await.unwrap();
    let mut second = Box::pin(admissions.enter(line("a"), Manner::USUAL));
    assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(first);
    let mut newcomer = Box::pin(admissions.enter(line("a"), Manner::USUAL));
    assert!(newcomer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(second.await.unwrap());
    drop(newcomer.await.unwrap());
    assert!(empty(&admissions));
}

#[tokio::test]
async fn who_was_admitted_while_leaving_passes_the_slot_on() {
    let admissions = Admissions::new(limits(1, Duration::from_secs(60)), clock());
    let first = admissions.enter(line("a"), Manner::USUAL).await.unwrap();
    let mut leaving = Box::pin(admissions.enter(line("a"), Manner::USUAL));
    let mut third = Box::pin(admissions.enter(line("a"), Manner::USUAL));
    for waiting in [&mut leaving, &mut third] {
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    drop(first);
    drop(leaving);
    drop(third.await.unwrap());
    assert!(empty(&admissions));
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_and_says_why_and_when_to_try_again() {
    let admissions = Admissions::new(limits(1, Duration::from_secs(5)), clock());
    let held = admissions.enter(line("a"), Manner::USUAL).await.unwrap();
    let refusal = admissions.enter(line("a"), Manner::USUAL).await.unwrap_err();
    assert_eq!(refusal.code(), Code::ClientBusy);
    assert!(refusal.when_to_retry().unwrap() >= Duration::from_secs(1));
    drop(held);
    assert!(empty(&admissions));
}

#[tokio::test]
async fn a_full_line_refuses_at_once() {
    let limits = Limits { waiting_per_client: 0, ..limits(1, Duration::from_secs(60)) };
    let admissions = Admissions::new(limits, clock());
    let _held = admissions.enter(line("a"), Manner::USUAL).await.unwrap();
    assert_eq!(admissions.enter(line("a"), Manner::USUAL).await.unwrap_err().code(), Code::ClientBusy);
    assert!(admissions.enter(line("b"), Manner::USUAL).await.is_ok());
}

/// Many tasks on several threads enter, give up at arbitrary moments and leave; the limit holds throughout and in the
/// end every slot is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slots_are_neither_leaked_nor_issued_twice_when_futures_are_dropped_while_waiting() {
    const LIMIT: usize = 3;
    let admissions = Admissions::new(limits(LIMIT, Duration::from_secs(60)), clock());
    let under_way = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..64u64)
        .map(|seed| {
            let (admissions, under_way) = (admissions.clone(), Arc::clone(&under_way));
            tokio::spawn(async move {
                let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
                for _ in 0..200 {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let patience = Duration::from_micros(random >> 54);
                    let entering = admissions.enter(line("a"), Manner::USUAL);
                    if let Ok(admission) = tokio::time::timeout(patience, entering).await {
                        let admission = admission.unwrap();
                        assert!(under_way.fetch_add(1, Ordering::SeqCst) < LIMIT);
                        if random & 1 == 0 {
                            tokio::task::yield_now().await;
                        }
                        under_way.fetch_sub(1, Ordering::SeqCst);
                        drop(admission);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert!(empty(&admissions));
}

/// Permits to read an issue: of the client `people` for two people, and of another client for both.
fn permits() -> [Permit; 4] {
    permits_with("")
}

/// The same, with more in both manifests.
fn permits_with(more: &str) -> [Permit; 4] {
    let manifest = "owner = \"o\"\npurpose = \"p\"\nsite = \"demo\"\ngrant = \"user\"\nscopes = [\"read:jira-work\"]\n[operations]\neffects = [\"read\"]\n";
    let manifest = &format!("{manifest}{more}");
    let deployment = Deployment::Cloud {
        cloud_id: "11111111-2222".parse().unwrap(),
        origin: "https://demo.atlassian.net".into(),
        api_origin: "https://api.atlassian.com".into(),
    };
    let site = Arc::new(Site { name: "demo".parse().unwrap(), deployment });
    let sites = BTreeMap::from([(site.name.clone(), Arc::clone(&site))]);
    let catalogue = Catalogue::builtin().unwrap();
    let files = ["people.toml", "desk.toml"].map(|name| ManifestFile::new(name, manifest.as_str()));
    let now = jiff::Timestamp::UNIX_EPOCH;
    let known = Known { sites: &sites, grants: None, now };
    let rulebook = compile(&files, &catalogue, &known).unwrap().rulebook;
    let path = CanonicalPath::canonicalise("/rest/api/3/issue/ABC-1").unwrap();
    let call = catalogue.recognise(Face::JiraCloud, Verb::Get, &path).unwrap();
    let permit = |(client, user): (&str, u8)| {
        let (client, user) = (client.parse().unwrap(), GrantName::of_person(&[user; 32]));
        let question = Question {
            client: &client,
            token_scopes: None,
            user: Some(&user),
            account: None,
            site: &site,
            call: &call,
            now,
        };
        rulebook.decide(question).unwrap()
    };
    [("people", 1), ("people", 2), ("desk", 1), ("desk", 2)].map(permit)
}

#[tokio::test]
async fn each_person_has_room_of_their_own_and_a_program_for_people_has_its_own_for_all() {
    let [rosa, dan, desk_for_rosa, desk_for_dan] = permits();
    let admissions = Admissions::new(limits(1, Duration::ZERO), clock());
    let _rosas = admissions.admit(&rosa).await.unwrap();
    assert_eq!(admissions.admit(&rosa).await.unwrap_err().code(), Code::ClientBusy);
    let _dans = admissions.admit(&dan).await.unwrap();
    let _desks = admissions.admit(&desk_for_rosa).await.unwrap();
    assert_eq!(admissions.admit(&desk_for_dan).await.unwrap_err().code(), Code::ClientBusy);
}

#[tokio::test]
async fn who_calls_too_often_is_told_when_to_come_again_and_waits_in_no_line() {
    let [rosa, dan, desk, _] = permits_with("[limits]\nrequests_per_second = 1\nburst = 2\nper_day = 3\n");
    let (clock, hands) = Clock::manual("2026-11-22T23:59:00Z".parse().unwrap());
    let admissions = Admissions::new(Limits::default(), clock);
    for _ in 0..2 {
        drop(admissions.admit(&rosa).await.unwrap());
    }
    let refusal = admissions.admit(&rosa).await.unwrap_err();
    assert_eq!((refusal.code(), refusal.when_to_retry()), (Code::ClientBusy, Some(Duration::from_secs(1))));
    assert!(refusal.detail().contains("requests_per_second"), "{refusal:?}");
    drop((admissions.admit(&dan).await.unwrap(), admissions.admit(&desk).await.unwrap()));
    hands.advance(Duration::from_secs(10));
    drop(admissions.admit(&rosa).await.unwrap());
    let refusal = admissions.admit(&rosa).await.unwrap_err();
    assert_eq!(refusal.when_to_retry(), Some(Duration::from_secs(50)), "until midnight: {refusal:?}");
    hands.advance(Duration::from_secs(50));
    drop(admissions.admit(&rosa).await.unwrap());
    assert!(empty(&admissions));
}

#[tokio::test]
async fn a_manifest_has_no_more_calls_under_way_than_it_says() {
    let [rosa, dan, ..] = permits_with("[limits]\nconcurrent = 1\n");
    let admissions = Admissions::new(limits(5, Duration::ZERO), clock());
    let held = admissions.admit(&rosa).await.unwrap();
    assert_eq!(admissions.admit(&rosa).await.unwrap_err().code(), Code::ClientBusy);
    drop(admissions.admit(&dan).await.unwrap());
    drop(held);
    drop(admissions.admit(&rosa).await.unwrap());
    assert!(empty(&admissions));
}
