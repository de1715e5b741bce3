use std::sync::Arc;

use egress::{Egress, Roots};
use types::Code;

use super::publisher::Publisher;
use super::*;
use crate::{Outside, OutsideIssuer as Issuer, Says, Settings};

const FORGE: &str = "https://forge.example";

fn issuer(publisher: &Publisher) -> Issuer {
    Issuer {
        name: "forge".parse().unwrap(),
        says: Says::Issuer(FORGE.to_owned()),
        jwks_uri: Some(publisher.url("127.0.0.1")),
        audience: None,
    }
}

async fn trial(issuers: Vec<Issuer>, workloads: Value) -> Trial {
    let way = egress::Settings { roots: Roots::WebPki, ..egress::Settings::default() };
    let operators = Some(Egress::new(&way).unwrap());
    let trial = Trial::among(Settings::default(), Outside { issuers, operators, strangers: None }).await;
    trial.register("release", None).await;
    trial.prove_by("release", json!({ "workloads": workloads })).await;
    trial
}

fn main_branch() -> Value {
    json!([{ "issuer": "forge", "claims": [{ "claim": ["sub"], "like": "repo:acme/app:ref:refs/heads/*" }] }])
}

/// What a forge says of a job on its main branch, with these claims in place of the usual ones.
fn job(trial: &Trial, number: u8, changes: &Value) -> String {
    let usual = json!({ "iss": FORGE, "sub": "repo:acme/app:ref:refs/heads/main", "jti": null });
    let mut claims = claims(trial, "release", &usual);
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    signed(number, &json!({ "alg": "EdDSA", "kid": key(number).public().kid(), "typ": "JWT" }), &claims)
}

fn named(assertion: &str) -> String {
    format!("{}&client_id=release", form(assertion))
}

#[tokio::test]
async fn a_workload_is_the_client_it_is_bound_to_as_often_as_its_token_lives() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let trial = trial(vec![issuer(&publisher)], main_branch()).await;
    let text = named(&job(&trial, 1, &json!({})));
    for _ in 0..3 {
        let bearer = format!("Bearer {}", token(&ask(&trial, &text).await));
        let caller = trial.authenticate(&bearer).await.unwrap();
        assert_eq!(caller.client().as_str(), "release");
    }
    assert_eq!(publisher.asked(), 1);
    let headers = headers(&[]);
    let mut record = audit::Record::default();
    let asked = trial.clients.token(
        crate::trial::near(&headers),
        text.as_bytes(),
        |_| None,
        crate::trial::no_vending,
        &mut record,
    );
    assert_eq!(asked.await.status(), 200);
    assert_eq!(record.credential.unwrap().as_str(), "workload:forge");
    trial.pass(331);
    assert_eq!(error(&ask(&trial, &text).await), is(401, "invalid_client"));
}

#[tokio::test]
async fn a_token_that_is_not_the_bound_workloads_proves_nothing() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let trial = trial(vec![issuer(&publisher)], main_branch()).await;
    trial.register("analytics", None).await;
    trial
        .prove_by(
            "analytics",
            json!({ "workloads": [
        { "issuer": "forge", "claims": [{ "claim": ["sub"], "is": "repo:acme/app:ref:refs/heads/main" }] },
        { "issuer": "elsewhere", "claims": [{ "claim": ["sub"], "like": "**a**" }] },
    ] }),
        )
        .await;
    let now = trial.second();
    for changes in [
        json!({ "sub": "repo:acme/app:pull_request" }),
        json!({ "sub": "repo:acme/app:ref:refs/heads/main/evil" }),
        json!({ "sub": "repo:evil/x:repo:acme/app:ref:refs/heads/main" }),
        json!({ "sub": null }),
        json!({ "aud": "https://other.example" }),
        json!({ "aud": format!("{GATEWAY}/oauth/token") }),
        json!({ "aud": null }),
        json!({ "iss": "https://evil.example" }),
        json!({ "iss": null }),
        json!({ "exp": now - 31 }),
        json!({ "exp": null }),
        json!({ "nbf": now + 31 }),
    ] {
        let answer = ask(&trial, &named(&job(&trial, 1, &changes))).await;
        assert_eq!(error(&answer), is(401, "invalid_client"), "{changes}");
    }
    let good = job(&trial, 1, &json!({}));
    for wrong in [
        form(&good),
        format!("{}&client_id=nobody", form(&good)),
        format!("{}&client_id=../release", form(&good)),
        named(&job(&trial, 2, &json!({}))),
        named(&format!("{}x", good)),
    ] {
        assert_eq!(error(&ask(&trial, &wrong).await), is(401, "invalid_client"), "{wrong}");
    }
    assert_eq!(ask(&trial, &named(&good)).await.status(), 200);
}

#[tokio::test]
async fn all_claims_of_one_binding_have_to_match_deep_ones_too() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let pod = json!([
        { "issuer": "forge", "claims": [
            { "claim": ["sub"], "is": "system:serviceaccount:jobs:nightly" },
            { "claim": ["kubernetes.io", "namespace"], "is": "jobs" },
        ] },
        { "issuer": "forge", "claims": [{ "claim": ["environment"], "is": "production" }] },
    ]);
    let trial = trial(vec![issuer(&publisher)], pod).await;
    let status =
        async |changes: Value| ask(&trial, &named(&job(&trial, 1, &changes))).await.status().as_u16();
    let sub = "system:serviceaccount:jobs:nightly";
    assert_eq!(status(json!({ "sub": sub, "kubernetes.io": { "namespace": "jobs" } })).await, 200);
    assert_eq!(status(json!({ "sub": sub, "kubernetes.io": { "namespace": "other" } })).await, 401);
    assert_eq!(status(json!({ "sub": sub, "kubernetes.io": "jobs" })).await, 401);
    assert_eq!(status(json!({ "sub": sub })).await, 401);
    assert_eq!(status(json!({ "environment": "production" })).await, 200);
}

#[tokio::test]
async fn a_spiffe_id_needs_no_issuer_and_stays_within_its_trust_domain() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let mesh = Issuer {
        name: "mesh".parse().unwrap(),
        says: Says::TrustDomain("acme.example".to_owned()),
        audience: Some("ticketgate".to_owned()),
        ..issuer(&publisher)
    };
    let bound =
        json!([{ "issuer": "mesh", "claims": [{ "claim": ["sub"], "like": "spiffe://**/nightly" }] }]);
    let trial = trial(vec![mesh], bound).await;
    let status = async |sub: &str, iss: Value, aud: Value| {
        let changes = json!({ "sub": sub, "iss": iss, "aud": aud });
        ask(&trial, &named(&job(&trial, 1, &changes))).await.status().as_u16()
    };
    let aud = json!(["ticketgate"]);
    assert_eq!(status("spiffe://acme.example/nightly", Value::Null, aud.clone()).await, 200);
    assert_eq!(
        status("spiffe://acme.example/nightly", json!("https://spire.example"), aud.clone()).await,
        200
    );
    assert_eq!(status("spiffe://acme.example/nightly", Value::Null, json!(GATEWAY)).await, 401);
    assert_eq!(status("spiffe://acme.example.evil/nightly", Value::Null, aud.clone()).await, 401);
    assert_eq!(status("spiffe://evil.example/nightly", Value::Null, aud).await, 401);
}

#[tokio::test]
async fn an_issuers_keys_are_found_by_its_openid_configuration_if_that_is_its_own() {
    let (publisher, configuration) = (Publisher::new().await, Publisher::new().await);
    publisher.publish(&[1]);
    let own = format!("http://127.0.0.1:{}", configuration.address.port());
    let discovered = Issuer { says: Says::Issuer(own.clone()), jwks_uri: None, ..issuer(&publisher) };
    let trial = trial(vec![discovered], main_branch()).await;
    let status =
        async || ask(&trial, &named(&job(&trial, 1, &json!({ "iss": own })))).await.status().as_u16();
    let jwks_uri = publisher.url("127.0.0.1");
    for (said, expected) in [
        (json!({ "issuer": "https://forge.example", "jwks_uri": jwks_uri }), 401),
        (json!({ "issuer": own }), 401),
        (json!({ "issuer": own, "jwks_uri": jwks_uri }), 200),
    ] {
        configuration.say("200 OK", "", &said.to_string());
        assert_eq!(status().await, expected, "{said}");
        trial.pass(60);
    }
    assert!(
        configuration.last().starts_with("GET /.well-known/openid-configuration "),
        "{}",
        configuration.last()
    );
}

#[tokio::test]
async fn a_binding_or_an_issuer_that_is_taken_away_takes_its_tokens_along() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let mut trial = trial(vec![issuer(&publisher)], main_branch()).await;
    let bearer = format!("Bearer {}", token(&ask(&trial, &named(&job(&trial, 1, &json!({})))).await));
    let mut two = main_branch();
    two.as_array_mut()
        .unwrap()
        .push(json!({ "issuer": "forge", "claims": [{ "claim": ["sub"], "is": "x" }] }));
    trial.prove_by("release", json!({ "workloads": two })).await;
    assert!(trial.authenticate(&bearer).await.is_ok(), "another binding leaves them alone");

    let (store, clock, catalogue) = (trial.store.clone(), trial.clock.clone(), Arc::clone(&trial.catalogue));
    let outside = Outside { issuers: vec![issuer(&publisher)], ..Outside::default() };
    let again = crate::Clients::load_among(
        store,
        clock,
        catalogue,
        Settings::default(),
        crate::trial::keyring(),
        outside,
    )
    .await
    .unwrap();
    let sent = headers(&[(http::header::AUTHORIZATION, &bearer)]);
    assert!(again.authenticate(crate::trial::near(&sent)).await.is_ok(), "found again after a restart");

    trial.restart().await;
    let gone = trial.authenticate(&bearer).await;
    assert_eq!(
        gone.unwrap_err().code(),
        Code::CredentialInvalid,
        "the settings do not list the issuer any more"
    );
    let narrower = json!([{ "issuer": "forge", "claims": [{ "claim": ["sub"], "is": "repo:acme/app:ref:refs/heads/main" }] }]);
    again
        .replace(&{
            let mut row = trial.store.clients().get(&"release".parse().unwrap()).await.unwrap().unwrap();
            row.profile = json!({ "proves_by": { "workloads": narrower } }).to_string();
            row
        })
        .await
        .unwrap();
    assert!(again.authenticate(crate::trial::near(&sent)).await.is_err());
}
