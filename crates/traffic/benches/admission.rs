//! What admission costs when there is room: `cargo bench -p traffic`.
#![allow(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

use std::collections::BTreeMap;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use catalogue::{CanonicalPath, Catalogue};
use clock::Clock;
use divan::Bencher;
use jiff::Timestamp;
use policy::{Known, ManifestFile, Permit, Question, compile};
use traffic::{Admission, Admissions, Limits};
use types::{Deployment, Face, Site, Verb};

fn main() {
    divan::main();
}

const MANIFEST: &str = r#"
owner = "bench"
purpose = "measuring"
site = "demo"
grant = "demo-service-account"
scopes = ["read:jira-work"]
[operations]
effects = ["read"]
"#;

fn permits(clients: usize) -> Vec<Permit> {
    let deployment = Deployment::Cloud {
        cloud_id: "11111111-2222".parse().unwrap(),
        origin: "https://demo.atlassian.net".into(),
        api_origin: "https://api.atlassian.com".into(),
    };
    let site = Arc::new(Site { name: "demo".parse().unwrap(), deployment });
    let sites = BTreeMap::from([(site.name.clone(), Arc::clone(&site))]);
    let catalogue = Catalogue::builtin().unwrap();
    let files: Vec<_> =
        (0..clients).map(|n| ManifestFile::new(format!("client-{n}.toml"), MANIFEST)).collect();
    let known = Known { sites: &sites, grants: None, now: Timestamp::UNIX_EPOCH };
    let rulebook = compile(&files, &catalogue, &known).unwrap().rulebook;
    let path = CanonicalPath::canonicalise("/rest/api/3/issue/ABC-1").unwrap();
    let call = catalogue.recognise(Face::JiraCloud, Verb::Get, &path).unwrap();
    let permit = |client| {
        let question = Question {
            client,
            token_scopes: None,
            user: None,
            account: None,
            site: &site,
            call: &call,
            now: Timestamp::UNIX_EPOCH,
        };
        rulebook.decide(question).unwrap()
    };
    rulebook.clients().map(permit).collect()
}

/// With room, the future is ready at once.
fn admit(admissions: &Admissions, permit: &Permit) -> Admission {
    let mut admitting = pin!(admissions.admit(permit));
    match admitting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(admission) => admission.unwrap(),
        Poll::Pending => unreachable!("there is room"),
    }
}

/// The first call of an idle client, over and over.
#[divan::bench(sample_size = 1_000)]
fn idle_client(bencher: Bencher<'_, '_>) {
    let permits = permits(1);
    let admissions = Admissions::new(Limits::default(), Clock::system().unwrap());
    let permit = permits.first().unwrap();
    bencher.bench_local(|| drop(black_box(admit(&admissions, permit))));
}

/// One more call of a client that has some under way, among a thousand clients.
#[divan::bench(sample_size = 1_000)]
fn busy_client(bencher: Bencher<'_, '_>) {
    let permits = permits(1_000);
    let limits = Limits { grant_in_flight: 4_096, ..Limits::default() };
    let admissions = Admissions::new(limits, Clock::system().unwrap());
    let held: Vec<_> = permits.iter().map(|permit| admit(&admissions, permit)).collect();
    let mut turn = permits.iter().cycle();
    bencher.bench_local(|| drop(black_box(admit(&admissions, turn.next().unwrap()))));
    drop(held);
}

/// The same from two threads at once, for the price of the one lock.
#[divan::bench(threads = 2, sample_size = 1_000)]
fn two_threads(bencher: Bencher<'_, '_>) {
    let permits = permits(1);
    let admissions = Admissions::new(Limits::default(), Clock::system().unwrap());
    let permit = permits.first().unwrap();
    bencher.bench(|| drop(black_box(admit(&admissions, permit))));
}
