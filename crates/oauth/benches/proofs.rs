//! What proving oneself costs: calls with a proof of possession beside plain ones, and tokens by secret beside tokens by a
//! signed assertion. `cargo bench -p oauth --bench proofs`; tokens per second of a processor are one over the time shown.
#![allow(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use catalogue::Catalogue;
use clock::Clock;
use divan::Bencher;
use http::{HeaderMap, HeaderValue, Method};
use oauth::{Approach, Clients, NewClient, Profile, ProvesBy, Settings};
use serde_json::{Value, json};
use store::Store;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

const ORIGIN: &str = "https://gateway.example";
const ISSUE: &str = "/rest/api/3/issue/REL-1";
const FORM: &str = "grant_type=client_credentials";
const JWT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

static UNIQUE: AtomicU64 = AtomicU64::new(0);

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn jwk() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key().public_key()) })
}

fn signed(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(key().sign(text.as_bytes())))
}

struct World {
    runtime: Runtime,
    clients: Clients,
    clock: Clock,
    hands: clock::Hands,
    secret: String,
}

impl World {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (clock, hands) = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
        let (clients, secret) = runtime.block_on(async {
            let catalogue = Arc::new(Catalogue::builtin().unwrap());
            let store = Store::in_memory().await.unwrap();
            let settings = Settings::default();
            let key = seal::RootKey::from_bytes(zeroize::Zeroizing::new([7; 32]));
            let keyring = Arc::new(seal::Keyring::new(key, Vec::new()));
            let clients =
                Clients::load_with(store, clock.clone(), catalogue, settings, keyring).await.unwrap();
            clients.reached_at(ORIGIN);
            let proves_by = ProvesBy { jwks: Some(json!({ "keys": [jwk()] })), ..ProvesBy::default() };
            let new = NewClient {
                id: "bench".parse().unwrap(),
                owner: "bench".to_owned(),
                contact: String::new(),
                purpose: "measuring".to_owned(),
                expires_at: None,
                profile: Profile { proves_by, ..Profile::default() },
            };
            let secret = clients.register(new).await.unwrap().secret.open().to_owned();
            (clients, secret)
        });
        Self { runtime, clients, clock, hands, secret }
    }

    fn unique() -> String {
        UNIQUE.fetch_add(1, Ordering::Relaxed).to_string()
    }

    fn proof(&self, method: &str, path: &str, token: Option<&str>) -> String {
        let mut claims = json!({
            "jti": Self::unique(), "htm": method, "htu": format!("{ORIGIN}{path}"), "iat": self.clock.now().as_second(),
        });
        if let (Some(token), Some(claims)) = (token, claims.as_object_mut()) {
            let ath = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
            claims.insert("ath".to_owned(), ath.into());
        }
        signed(&json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk() }), &claims)
    }

    fn assertion(&self) -> String {
        let now = self.clock.now().as_second();
        let claims = json!({
            "iss": "bench", "sub": "bench", "aud": ORIGIN, "iat": now, "exp": now + 60, "jti": Self::unique(),
        });
        let assertion = signed(&json!({ "alg": "EdDSA" }), &claims);
        format!("{FORM}&client_assertion_type={JWT}&client_assertion={assertion}")
    }

    fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("bench:{}", self.secret)))
    }

    /// One token. Time passes, so that the pace for tokens does not.
    fn token(&self, headers: &HeaderMap, form: &str) -> http::Response<bytes::Bytes> {
        self.hands.advance(std::time::Duration::from_millis(100));
        let approach = Approach { method: &Method::POST, path: "/oauth/token", ..near(headers) };
        let mut record = audit::Record::default();
        let vend = async |_: &_, _: &_| Err(types::Code::Internal.into());
        let asked = self.clients.token(approach, form.as_bytes(), |_| None, vend, &mut record);
        let answer = self.runtime.block_on(asked);
        assert_eq!(answer.status(), 200, "{:?}", answer.body());
        answer
    }

    fn access_token(&self, more: &[(&str, String)]) -> String {
        let mut all = vec![("authorization", self.basic())];
        all.extend_from_slice(more);
        let answer = self.token(&headers(&all), FORM);
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        body.get("access_token").and_then(Value::as_str).unwrap().to_owned()
    }

    fn call(&self, headers: &HeaderMap) {
        black_box(self.runtime.block_on(self.clients.authenticate(near(headers))).unwrap());
    }
}

fn headers(pairs: &[(&str, String)]) -> HeaderMap {
    let form = ("content-type", "application/x-www-form-urlencoded".to_owned());
    let all = pairs.iter().chain([&form]);
    all.map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
        .collect::<Vec<(http::HeaderName, HeaderValue)>>()
        .into_iter()
        .collect()
}

fn near(headers: &HeaderMap) -> Approach<'_> {
    Approach {
        headers,
        whence: oauth::Whence::direct(std::net::Ipv4Addr::LOCALHOST.into()),
        method: &Method::GET,
        origin: ORIGIN,
        path: ISSUE,
        authority: None,
        certificate: None,
    }
}

#[divan::bench(sample_size = 100)]
fn call_with_bearer(bencher: Bencher<'_, '_>) {
    let world = World::new();
    let headers = headers(&[("authorization", format!("Bearer {}", world.access_token(&[])))]);
    bencher.bench_local(|| world.call(&headers));
}

/// The making of the proof, which is the client's, is not measured.
#[divan::bench(sample_size = 10)]
fn call_with_dpop(bencher: Bencher<'_, '_>) {
    let world = World::new();
    let bound = world.access_token(&[("dpop", world.proof("POST", "/oauth/token", None))]);
    bencher
        .with_inputs(|| {
            let proof = world.proof("GET", ISSUE, Some(&bound));
            headers(&[("authorization", format!("DPoP {bound}")), ("dpop", proof)])
        })
        .bench_local_values(|headers| world.call(&headers));
}

#[divan::bench(sample_size = 10)]
fn token_by_secret(bencher: Bencher<'_, '_>) {
    let world = World::new();
    let headers = headers(&[("authorization", world.basic())]);
    bencher.bench_local(|| black_box(world.token(&headers, FORM)));
}

#[divan::bench(sample_size = 10)]
fn token_by_private_key_jwt(bencher: Bencher<'_, '_>) {
    let world = World::new();
    let headers = headers(&[]);
    bencher
        .with_inputs(|| world.assertion())
        .bench_local_values(|form| black_box(world.token(&headers, &form)));
}

#[divan::bench(sample_size = 10)]
fn token_by_secret_bound_by_dpop(bencher: Bencher<'_, '_>) {
    let world = World::new();
    bencher
        .with_inputs(|| {
            let proof = world.proof("POST", "/oauth/token", None);
            headers(&[("authorization", world.basic()), ("dpop", proof)])
        })
        .bench_local_values(|headers| black_box(world.token(&headers, FORM)));
}
