//! What it costs to read and verify a token and a proof of possession: `cargo bench -p jose`.
#![allow(clippy::unwrap_used, reason = "a bench that cannot start has nothing to measure")]

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use divan::{AllocProfiler, Bencher};
use jiff::Timestamp;
use jose::dpop::{self, Request, Target, Window};
use jose::{Expected, Fresh, JwkSet, SigningKey, Unverified};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

/// As long as the claims of a workflow's token.
fn claims() -> Value {
    json!({
        "iss": "https://token.actions.githubusercontent.com", "aud": "https://gateway.example",
        "sub": "repo:acme/app:ref:refs/heads/main", "exp": NOW + 300, "iat": NOW, "nbf": NOW, "jti": "0b1c2d3e",
        "repository": "acme/app", "repository_owner": "acme", "repository_owner_id": "12345", "run_id": "987654321",
        "job_workflow_ref": "acme/app/.github/workflows/release.yml@refs/heads/main", "environment": "production",
        "event_name": "push", "ref": "refs/heads/main", "runner_environment": "github-hosted"
    })
}

fn expected() -> Expected {
    Expected::new("https://token.actions.githubusercontent.com", ["https://gateway.example"])
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn verify(bencher: Bencher<'_, '_>, token: &str, keys: &JwkSet) {
    let (expected, now) = (expected(), now());
    bencher
        .bench_local(|| Unverified::parse(black_box(token)).unwrap().verify(keys, &expected, now).unwrap());
}

fn ours(bencher: Bencher<'_, '_>, key: &SigningKey) {
    let token = key.sign("JWT", claims().as_object().unwrap()).unwrap();
    verify(bencher, &token, &[key.public().clone()].into_iter().collect());
}

#[divan::bench]
fn eddsa(bencher: Bencher<'_, '_>) {
    ours(bencher, &SigningKey::ed25519(Fresh::from_bytes([7; 64])).unwrap());
}

#[divan::bench]
fn es256(bencher: Bencher<'_, '_>) {
    ours(bencher, &SigningKey::es256(Fresh::from_bytes([7; 64])).unwrap());
}

#[divan::bench]
fn rs256_2048_bits(bencher: Bencher<'_, '_>) {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut token = format!("{}.{}", part(&json!({ "alg": "RS256", "kid": "one" })), part(&claims()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature).unwrap();
    token = format!("{token}.{}", URL_SAFE_NO_PAD.encode(signature));
    // RFC 8017 appendix A.1.1: a sequence, and in it, after its own head and a zero, the 256 bytes of the modulus.
    let n = URL_SAFE_NO_PAD.encode(key.public_key().as_ref().get(9..265).unwrap());
    let keys = json!({ "keys": [{ "kty": "RSA", "n": n, "e": "AQAB", "kid": "one" }] });
    verify(bencher, &token, &JwkSet::parse(&keys.to_string()).unwrap());
}

#[divan::bench]
fn parse_only(bencher: Bencher<'_, '_>) {
    let key = SigningKey::ed25519(Fresh::from_bytes([7; 64])).unwrap();
    let token = key.sign("JWT", claims().as_object().unwrap()).unwrap();
    bencher.bench_local(|| Unverified::parse(black_box(&token)).unwrap());
}

/// The proof a client sends with every request; its key is read anew each time, because each proof brings its own.
#[divan::bench]
fn dpop_eddsa(bencher: Bencher<'_, '_>) {
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key.public_key()) });
    let url = "https://gateway.example/ex/jira/1/rest/api/3/issue/REL-1";
    let claims = json!({
        "jti": "0b1c2d3e", "htm": "GET", "htu": url, "iat": NOW,
        "ath": URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"token"))
    });
    let signed =
        format!("{}.{}", part(&json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk })), part(&claims));
    let proof = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())));
    let (target, now) = (Target::parse(url).unwrap(), now());
    let request = Request { method: "GET", target: &target, access_token: Some("token"), nonces: None };
    bencher.bench_local(|| dpop::verify(black_box(&proof), &request, Window::default(), now).unwrap());
}

#[divan::bench]
fn sign_eddsa(bencher: Bencher<'_, '_>) {
    let key = SigningKey::ed25519(Fresh::from_bytes([7; 64])).unwrap();
    let claims = claims();
    bencher.bench_local(|| key.sign("at+jwt", black_box(claims.as_object().unwrap())).unwrap());
}
