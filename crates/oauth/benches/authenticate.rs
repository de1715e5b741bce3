//! What authentication costs for a credential in memory: `cargo bench -p oauth`.
#![allow(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

use std::collections::BTreeMap;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use catalogue::Catalogue;
use clock::Clock;
use divan::{AllocProfiler, Bencher};
use http::{HeaderMap, HeaderValue, header};
use oauth::{Approach, Caller, Clients, NewClient, Profile};
use store::Store;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const CLIENTS: usize = 1_000;

struct World {
    /// Keeps the store's threads.
    _runtime: tokio::runtime::Runtime,
    clients: Clients,
    secret: String,
    token: String,
}

fn world() -> World {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (clients, secret, token) = runtime.block_on(async {
        let store = Store::in_memory().await.unwrap();
        let catalogue = Arc::new(Catalogue::builtin().unwrap());
        let clients = Clients::load(store, Clock::system().unwrap(), catalogue).await.unwrap();
        let mut secret = String::new();
        for number in 0..CLIENTS {
            let id = format!("client-{number}").parse().unwrap();
            let (owner, purpose) = ("bench".to_owned(), "measuring".to_owned());
            let registered = clients
                .register(NewClient {
                    id,
                    owner,
                    contact: String::new(),
                    purpose,
                    expires_at: None,
                    profile: Profile::default(),
                })
                .await
                .unwrap();
            registered.secret.open().clone_into(&mut secret);
        }
        let mut headers = authorization(&basic(&format!("client-{}", CLIENTS - 1), &secret));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, form);
        let answer = clients
            .token(near(&headers), b"grant_type=client_credentials", |_| None, &mut audit::Record::default())
            .await;
        let body: BTreeMap<String, serde_json::Value> = serde_json::from_slice(answer.body()).unwrap();
        let token = body.get("access_token").and_then(|token| token.as_str()).unwrap().to_owned();
        (clients, secret, token)
    });
    World { _runtime: runtime, clients, secret, token }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn authorization(value: &str) -> HeaderMap {
    HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::try_from(value).unwrap())])
}

fn near(headers: &HeaderMap) -> Approach<'_> {
    Approach {
        headers,
        address: std::net::Ipv4Addr::LOCALHOST.into(),
        method: &http::Method::GET,
        origin: "https://gateway.example",
        path: "/rest/api/3/issue/REL-1",
        certificate: None,
    }
}

fn authenticate(clients: &Clients, headers: &HeaderMap) -> Caller {
    let mut authenticating = pin!(clients.authenticate(near(headers)));
    match authenticating.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(caller) => caller.unwrap(),
        Poll::Pending => unreachable!("it is in memory"),
    }
}

fn measure(bencher: Bencher<'_, '_>, header: impl Fn(&World) -> String) {
    let world = world();
    let headers = authorization(&header(&world));
    bencher.bench_local(|| black_box(authenticate(&world.clients, black_box(&headers))));
}

#[divan::bench(sample_size = 1_000)]
fn bearer_token(bencher: Bencher<'_, '_>) {
    measure(bencher, |world| format!("Bearer {}", world.token));
}

#[divan::bench(sample_size = 1_000)]
fn basic_with_token(bencher: Bencher<'_, '_>) {
    measure(bencher, |world| basic("someone@example.com", &world.token));
}

#[divan::bench(sample_size = 1_000)]
fn basic_with_secret(bencher: Bencher<'_, '_>) {
    measure(bencher, |world| basic("someone@example.com", &world.secret));
}
