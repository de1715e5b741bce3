//! Proofs of possession: the twelve checks of RFC 9449 section 4.3, those that are ours.

use std::time::Duration;

use jose::dpop::{self, DpopError, Proof, Request, Target, Window};
use jose::{Algorithm, JwkError, ParseError};
use serde_json::{Value, json};

use super::signers::{ED25519, NOW, P256, RSA, Signer, all, b64, now};

const URL: &str = "https://gateway.example/rest/api/3/issue/REL-1";

fn header(signer: &Signer, algorithm: Algorithm) -> Value {
    json!({ "typ": "dpop+jwt", "alg": algorithm.name(), "jwk": signer.jwk_json(None) })
}

fn claims() -> Value {
    json!({ "jti": "one", "htm": "GET", "htu": URL, "iat": NOW })
}

fn check(proof: &str, access_token: Option<&str>, nonces: Option<&[&str]>) -> Result<Proof, DpopError> {
    let target = Target::parse(URL).unwrap();
    let request = Request { method: "GET", target: &target, access_token, nonces };
    dpop::verify(proof, &request, Window::default(), now())
}

fn with_header(name: &str, value: Value) -> Result<Proof, DpopError> {
    let mut header = header(&ED25519, Algorithm::EdDsa);
    header[name] = value;
    check(&ED25519.raw(Algorithm::EdDsa, &header.to_string(), &claims().to_string()), None, None)
}

fn with_claims(changes: &[(&str, Value)]) -> String {
    let mut claims = claims();
    for (name, value) in changes {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(*name);
        } else {
            claims[*name] = value.clone();
        }
    }
    ED25519.raw(Algorithm::EdDsa, &header(&ED25519, Algorithm::EdDsa).to_string(), &claims.to_string())
}

fn claim(name: &str, value: Value) -> Result<Proof, DpopError> {
    check(&with_claims(&[(name, value)]), None, None)
}

#[test]
fn a_proof_of_every_type_of_key_names_the_key_that_was_proved() {
    for signer in all() {
        for algorithm in signer.algorithms() {
            let proof = signer.raw(algorithm, &header(signer, algorithm).to_string(), &claims().to_string());
            let proof = check(&proof, None, None).unwrap();
            assert_eq!(proof.key(), signer.jwk(None).thumbprint());
            assert_eq!((proof.id(), proof.issued_at(), proof.nonce()), ("one", now(), None));
        }
    }
}

#[test]
fn only_a_token_made_to_be_a_proof_is_one() {
    for typ in [json!("JWT"), json!("at+jwt"), json!("dpop"), json!("dpop+jwt ")] {
        assert_eq!(with_header("typ", typ), Err(DpopError::Type));
    }
    let header = json!({ "alg": "EdDSA", "jwk": ED25519.jwk_json(None) }).to_string();
    let proof = ED25519.raw(Algorithm::EdDsa, &header, &claims().to_string());
    assert_eq!(check(&proof, None, None), Err(DpopError::Type));
}

#[test]
fn the_key_in_the_header_is_public_and_of_the_algorithms_type() {
    assert_eq!(with_header("alg", json!("ES256")), Err(DpopError::AlgorithmOfAnotherKey));
    assert_eq!(with_header("alg", json!("none")), Err(DpopError::Parse(ParseError::Algorithm)));
    assert_eq!(with_header("alg", json!("HS256")), Err(DpopError::Parse(ParseError::Algorithm)));
    assert_eq!(with_header("jwk", json!("key")), Err(DpopError::NoKey));
    assert_eq!(with_header("crit", json!(["jwk"])), Err(DpopError::Parse(ParseError::Extension("crit"))));
    let mut private = ED25519.jwk_json(None);
    private["d"] = b64([7; 32]).into();
    assert_eq!(with_header("jwk", private), Err(DpopError::Key(JwkError::PrivateParts)));
    let symmetric = json!({ "kty": "oct", "k": "AAAA" });
    assert_eq!(with_header("jwk", symmetric), Err(DpopError::Key(JwkError::PrivateParts)));
    let without = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "kid": "one" }).to_string();
    let proof = ED25519.raw(Algorithm::EdDsa, &without, &claims().to_string());
    assert_eq!(check(&proof, None, None), Err(DpopError::NoKey));
}

#[test]
fn a_proof_signed_by_another_key_than_it_carries_is_refused() {
    let claims = claims().to_string();
    let stolen = header(&P256, Algorithm::Es256).to_string();
    let other = jose::SigningKey::es256(jose::Fresh::from_bytes([3; 64])).unwrap();
    let mut foreign = header(&P256, Algorithm::Es256);
    foreign["jwk"] = other.public().to_json();
    assert!(check(&P256.raw(Algorithm::Es256, &stolen, &claims), None, None).is_ok());
    let proof = P256.raw(Algorithm::Es256, &foreign.to_string(), &claims);
    assert_eq!(check(&proof, None, None), Err(DpopError::Signature));
    let proof = RSA.raw(Algorithm::Rs256, &header(&RSA, Algorithm::Rs512).to_string(), &claims);
    assert_eq!(check(&proof, None, None), Err(DpopError::Signature));
}

#[test]
fn a_proof_is_for_one_method_and_one_target() {
    for method in ["POST", "get", "GET ", ""] {
        assert_eq!(claim("htm", json!(method)), Err(DpopError::Method), "{method}");
    }
    for same in [
        format!("{URL}?expand=names#x"),
        URL.replace("gateway.example", "Gateway.Example:443"),
        URL.replace("REL", "%52EL"),
    ] {
        assert!(claim("htu", json!(same)).is_ok(), "{same}");
    }
    for other in [
        URL.replace("REL-1", "REL-2"),
        URL.replace("https", "http"),
        format!("{URL}/"),
        URL.replace(".example", ".evil"),
    ] {
        assert_eq!(claim("htu", json!(other)), Err(DpopError::Target), "{other}");
    }
    assert_eq!(claim("htu", json!("/rest/api/3/issue/REL-1")), Err(DpopError::Claim("htu")));
}

#[test]
fn what_a_proof_needs_is_there_and_of_its_type() {
    for name in ["jti", "htm", "htu", "iat"] {
        assert_eq!(claim(name, Value::Null), Err(DpopError::Missing(name)));
        assert_eq!(claim(name, json!(["x"])), Err(DpopError::Claim(name)));
    }
    assert_eq!(claim("jti", json!("a".repeat(256))).unwrap().id().len(), 256);
    for bad in [json!("a".repeat(257)), json!(""), json!("a\u{7f}")] {
        assert_eq!(claim("jti", bad), Err(DpopError::Claim("jti")));
    }
    assert_eq!(claim("nonce", json!(1)), Err(DpopError::Claim("nonce")));
}

#[test]
fn a_proof_is_fresh_and_can_be_forgotten_once_it_is_not() {
    let oldest = claim("iat", json!(NOW - 60)).unwrap();
    assert_eq!(oldest.remember_until().as_second(), NOW + 1);
    assert_eq!(claim("iat", json!(NOW - 61)), Err(DpopError::TooOld));
    assert!(claim("iat", json!(NOW + 30)).is_ok());
    assert_eq!(claim("iat", json!(NOW + 31)), Err(DpopError::InFuture));
    // As long as it has to be remembered it passes; from then on its age refuses it.
    let proof = with_claims(&[]);
    let target = Target::parse(URL).unwrap();
    let request = Request { method: "GET", target: &target, access_token: None, nonces: None };
    let until = check(&proof, None, None).unwrap().remember_until();
    let at = |time| dpop::verify(&proof, &request, Window::default(), time);
    assert!(at(until - Duration::from_millis(1)).is_ok());
    assert_eq!(at(until), Err(DpopError::TooOld));
}

#[test]
fn beside_an_access_token_the_proof_names_it() {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"token");
    let proof = with_claims(&[("ath", json!(b64(digest)))]);
    assert!(check(&proof, Some("token"), None).is_ok());
    assert_eq!(check(&proof, Some("token2"), None), Err(DpopError::AccessToken));
    assert_eq!(check(&with_claims(&[]), Some("token"), None), Err(DpopError::Missing("ath")));
    assert!(check(&proof, None, None).is_ok(), "at the token endpoint it says nothing");
}

#[test]
fn where_a_nonce_is_asked_for_one_of_the_good_ones_is_there() {
    let proof = with_claims(&[("nonce", json!("b"))]);
    assert_eq!(check(&proof, None, Some(&["a", "b"])).unwrap().nonce(), Some("b"));
    assert_eq!(check(&proof, None, Some(&["a"])), Err(DpopError::Nonce));
    assert_eq!(check(&proof, None, Some(&[])), Err(DpopError::Nonce));
    assert_eq!(check(&with_claims(&[]), None, Some(&["a"])), Err(DpopError::Nonce));
    assert_eq!(check(&proof, None, None).unwrap().nonce(), Some("b"));
}

#[test]
fn a_huge_proof_is_not_read() {
    let proof = with_claims(&[("pad", json!("a".repeat(dpop::MAX_BYTES)))]);
    assert_eq!(
        check(&proof, None, None),
        Err(DpopError::Parse(ParseError::TooLong { limit: dpop::MAX_BYTES }))
    );
}
