mod certificates;
mod fetched_keys;
mod private_keys;
mod publisher;
mod workloads;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use crate::trial::{GATEWAY, Trial, headers, json, key, signed};

const JWT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// A form with an assertion.
fn form(assertion: &str) -> String {
    format!("grant_type=client_credentials&client_assertion_type={JWT}&client_assertion={assertion}")
}

async fn ask(trial: &Trial, form: &str) -> Response<Bytes> {
    trial.ask(&headers(&[]), form.as_bytes()).await
}

/// The token in an answer that has one.
fn token(answer: &Response<Bytes>) -> String {
    let body = json(answer);
    body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

fn error(answer: &Response<Bytes>) -> (u16, String) {
    (answer.status().as_u16(), json(answer)["error"].as_str().unwrap_or_default().to_owned())
}

fn is(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

/// What a careful client claims, with these claims in place of the usual ones; `null` leaves one out.
fn claims(trial: &Trial, id: &str, changes: &Value) -> Value {
    let now = trial.second();
    let jti = trial.clock.request_id().to_string();
    let mut claims =
        json!({ "iss": id, "sub": id, "aud": GATEWAY, "iat": now, "exp": now + 300, "jti": jti });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// An assertion of a client, signed with that key.
fn assertion(trial: &Trial, number: u8, id: &str, changes: &Value) -> String {
    let header = json!({ "alg": "EdDSA", "kid": key(number).public().kid() });
    signed(number, &header, &claims(trial, id, changes))
}

/// A trial with a client of these keys.
async fn with_keys(numbers: &[u8]) -> Trial {
    let trial = Trial::new().await;
    trial.register("release", None).await;
    trial.prove_by("release", listed(numbers)).await;
    trial
}

fn listed(numbers: &[u8]) -> Value {
    let keys: Vec<_> = numbers.iter().map(|number| key(*number).public().to_json()).collect();
    json!({ "jwks": { "keys": keys } })
}
