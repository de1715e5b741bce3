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
use oauth::{Approach, Caller, Clients, NewClient, Profile, TokenForm};
use store::Store;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const CLIENTS: usize = 1_000;

struct World {
    /// Keeps the store's threads.
    runtime: tokio::runtime::Runtime,
    clients: Clients,
    secret: String,
    token: String,
    jwt: String,
}

fn world() -> World {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (clients, secret, token, jwt) = runtime.block_on(async {
        let store = Store::in_memory().await.unwrap();
        let catalogue = Arc::new(Catalogue::builtin().unwrap());
        let key = seal::RootKey::from_bytes(zeroize::Zeroizing::new([7; 32]));
        let keyring = Arc::new(seal::Keyring::new(key, Vec::new()));
        let clients = Clients::load(store, Clock::system().unwrap(), catalogue, keyring).await.unwrap();
        let (mut secret, mut other) = (String::new(), String::new());
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
                    // The last but one has tokens that are JWTs.
                    profile: Profile {
                        token_form: if number + 2 == CLIENTS { TokenForm::Jwt } else { TokenForm::Opaque },
                        ..Profile::default()
                    },
                })
                .await
                .unwrap();
            let before = std::mem::replace(&mut secret, registered.secret.open().to_owned());
            if number + 1 == CLIENTS {
                other = before;
            }
        }
        let token = token(&clients, CLIENTS - 1, &secret).await;
        let jwt = self::token(&clients, CLIENTS - 2, &other).await;
        (clients, secret, token, jwt)
    });
    World { runtime, clients, secret, token, jwt }
}

async fn token(clients: &Clients, number: usize, secret: &str) -> String {
    let mut headers = authorization(&basic(&format!("client-{number}"), secret));
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, form);
    let vend = async |_: &_, _: &_| Err(types::Code::Internal.into());
    let form = b"grant_type=client_credentials";
    let mut record = audit::Record::default();
    let answer = clients.token(near(&headers), form, |_| None, vend, &mut record).await;
    let body: BTreeMap<String, serde_json::Value> = serde_json::from_slice(answer.body()).unwrap();
    body.get("access_token").and_then(|token| token.as_str()).unwrap().to_owned()
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
        whence: oauth::Whence::direct(std::net::Ipv4Addr::LOCALHOST.into()),
        method: &http::Method::GET,
        origin: "https://gateway.example",
        path: "/rest/api/3/issue/REL-1",
        authority: None,
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

#[divan::bench(sample_size = 1_000)]
fn bearer_jwt_seen_before(bencher: Bencher<'_, '_>) {
    measure(bencher, |world| format!("Bearer {}", world.jwt));
}

/// The first time a process sees a JWT: signature and row.
#[divan::bench(sample_size = 50)]
fn bearer_jwt_cold(bencher: Bencher<'_, '_>) {
    let world = world();
    let headers = authorization(&format!("Bearer {}", world.jwt));
    bencher.bench_local(|| {
        world.clients.forget_tokens();
        world.runtime.block_on(world.clients.authenticate(near(&headers))).unwrap()
    });
}
