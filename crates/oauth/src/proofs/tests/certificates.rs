use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType};
use types::Code;

use super::*;
use crate::{Approach, Certificate};

/// A certificate for these names; whether it is trusted is the test's to say, as it is the listener's otherwise.
fn certificate(trusted: bool) -> Certificate {
    let mut params = CertificateParams::new(vec!["nightly.acme.example".to_owned()]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Acme, Inc.");
    params.distinguished_name.push(DnType::CommonName, "nightly");
    params.subject_alt_names.push(SanType::URI("spiffe://acme.example/nightly".try_into().unwrap()));
    let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    Certificate::read(made.der(), trusted).unwrap()
}

const FORM: &str = "grant_type=client_credentials&client_id=release";

async fn with(certificates: Value) -> Trial {
    let trial = Trial::new().await;
    trial.register("release", None).await;
    trial.prove_by("release", json!({ "certificates": certificates })).await;
    trial
}

async fn ask_with(trial: &Trial, shown: Option<&Certificate>, form: &str) -> Response<Bytes> {
    let headers = headers(&[]);
    let approach = Approach { certificate: shown, ..crate::trial::near(&headers) };
    trial
        .clients
        .token(approach, form.as_bytes(), |_| None, crate::trial::no_vending, &mut audit::Record::default())
        .await
}

async fn call(trial: &Trial, token: &str, shown: Option<&Certificate>) -> Result<(), Code> {
    let headers = headers(&[(http::header::AUTHORIZATION, &format!("Bearer {token}"))]);
    let approach = Approach { certificate: shown, ..crate::trial::near(&headers) };
    let called = trial.clients.authenticate(approach).await;
    called.map(drop).map_err(|away| away.refusal().code())
}

#[tokio::test]
async fn a_client_is_known_by_each_of_its_certificates_names_when_it_is_trusted() {
    let (trusted, untrusted) = (certificate(true), certificate(false));
    for rule in [
        json!({ "subject_dn": "CN=nightly,O=Acme\\, Inc." }),
        json!({ "san_dns": "Nightly.Acme.Example" }),
        json!({ "san_uri": "spiffe://acme.example/nightly" }),
    ] {
        let trial = with(json!([{ "san_dns": "other.example" }, rule])).await;
        assert_eq!(ask_with(&trial, Some(&trusted), FORM).await.status(), 200, "{rule}");
        let answer = ask_with(&trial, Some(&untrusted), FORM).await;
        assert_eq!(error(&answer), is(401, "invalid_client"), "{rule}");
    }
    for rule in [
        json!({ "subject_dn": "CN=nightly" }),
        json!({ "subject_dn": "O=Acme\\, Inc.,CN=nightly" }),
        json!({ "subject_dn": "CN=nightly,O=Acme, Inc." }),
        json!({ "san_dns": "acme.example" }),
        json!({ "san_uri": "spiffe://acme.example/" }),
        json!({ "x5t#S256": untrusted.thumbprint().to_string() }),
    ] {
        let trial = with(json!([rule])).await;
        let answer = ask_with(&trial, Some(&trusted), FORM).await;
        assert_eq!(error(&answer), is(401, "invalid_client"), "{rule}");
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_known_by_itself_alone() {
    let (own, other) = (certificate(false), certificate(false));
    let trial = with(json!([{ "x5t#S256": own.thumbprint().to_string() }])).await;
    assert_eq!(ask_with(&trial, Some(&own), FORM).await.status(), 200);
    for (shown, form) in [
        (Some(&other), FORM),
        (None, FORM),
        (Some(&own), "grant_type=client_credentials"),
        (Some(&own), "grant_type=client_credentials&client_id=nobody"),
    ] {
        assert_eq!(error(&ask_with(&trial, shown, form).await), is(401, "invalid_client"), "{form}");
    }
}

#[tokio::test]
async fn a_token_of_a_certificate_is_good_on_its_connections_alone() {
    let (own, other) = (certificate(true), certificate(true));
    let mut trial = with(json!([{ "san_dns": "nightly.acme.example" }])).await;
    let answer = ask_with(&trial, Some(&own), FORM).await;
    assert_eq!(json(&answer)["token_type"], "Bearer", "RFC 8705 §3");
    let token = token(&answer);
    for _ in 0..2 {
        assert_eq!(call(&trial, &token, Some(&own)).await, Ok(()));
        assert_eq!(call(&trial, &token, None).await, Err(Code::CredentialInvalid));
        assert_eq!(
            call(&trial, &token, Some(&other)).await,
            Err(Code::CredentialInvalid),
            "as trusted, but another"
        );
        trial.restart().await;
    }
    trial.prove_by("release", json!({ "certificates": [{ "san_dns": "other.example" }] })).await;
    assert_eq!(call(&trial, &token, Some(&own)).await, Err(Code::CredentialInvalid), "it was taken away");
}

#[tokio::test]
async fn a_client_with_a_secret_may_bind_its_tokens_to_its_certificate_and_another_clients_certificate_is_no_matter()
 {
    let own = certificate(false);
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let form = format!("{FORM}&client_secret={secret}");
    let plain = token(&ask_with(&trial, Some(&own), &form).await);
    assert_eq!(call(&trial, &plain, None).await, Ok(()), "nobody asked for it to be bound");
    trial.change("release", |row| row.profile = r#"{"bound_tokens":true}"#.to_owned()).await;
    let bound = token(&ask_with(&trial, Some(&own), &form).await);
    assert_eq!(call(&trial, &bound, Some(&own)).await, Ok(()));
    assert_eq!(call(&trial, &bound, None).await, Err(Code::CredentialInvalid));
    assert_eq!(error(&ask_with(&trial, None, &form).await), is(400, "invalid_request"));
}

#[test]
fn rules_for_certificates_that_mean_nothing_are_named() {
    for (rule, said) in [
        (json!({ "san_dns": "" }), "by nothing"),
        (json!({ "san_dns": "*.acme.example" }), "wildcard"),
        (json!({ "subject_dn": "CN=a\n" }), "by nothing"),
        (json!({ "x5t#S256": "abc" }), "43 characters"),
    ] {
        let written = serde_json::from_value(json!({ "certificates": [rule] })).unwrap();
        let words = crate::Profile { proves_by: written, ..crate::Profile::default() }.check().unwrap_err();
        assert!(words.contains(said), "{rule}: {words}");
    }
    assert!(Certificate::read(&b"no certificate".as_slice().into(), true).is_none());
}
