use super::*;
use crate::{Fresh, SigningKey};

fn key(seed: u8) -> Jwk {
    SigningKey::ed25519(Fresh::from_bytes([seed; 64])).unwrap().public().clone()
}

fn set(keys: &[Value]) -> Result<JwkSet, JwkSetError> {
    JwkSet::parse(&json!({ "keys": keys }).to_string())
}

#[test]
fn a_published_set_reads_as_the_same_set() {
    let own: JwkSet = [key(1), key(2)].into_iter().collect();
    assert_eq!(JwkSet::parse(&own.to_json().to_string()).unwrap(), own);
}

#[test]
fn keys_nobody_can_use_are_skipped_and_told() {
    let weak = json!({ "kty": "RSA", "n": "_w", "e": "AQAB" });
    let unknown = json!({ "kty": "LATTICE", "crv": "big", "pub": "x" });
    let enc = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA", "use": "enc" });
    let found = set(&[weak, key(1).to_json(), unknown, enc, json!("no key"), key(2).to_json()]).unwrap();
    assert_eq!(found.keys(), [key(1), key(2)]);
    let skipped: Vec<_> = found.skipped().iter().map(|skipped| (skipped.place, skipped.why)).collect();
    assert_eq!(
        skipped,
        [
            (0, JwkError::Modulus),
            (2, JwkError::UnknownType),
            (3, JwkError::Purpose),
            (4, JwkError::Malformed("kty"))
        ]
    );
}

#[test]
fn unknown_members_of_a_set_and_of_its_keys_are_ignored() {
    let mut extended = key(1).to_json();
    extended["x5t#S256"] = json!("abc");
    let document = json!({ "keys": [extended], "spiffe_sequence": 1, "spiffe_refresh_hint": 300 });
    assert_eq!(JwkSet::parse(&document.to_string()).unwrap().keys(), [key(1)]);
}

#[test]
fn a_set_that_shows_private_keys_is_refused_as_a_whole() {
    let mut shown = key(2).to_json();
    shown["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    assert_eq!(set(&[key(1).to_json(), shown]), Err(JwkSetError::PrivateParts { place: 1 }));
    let shared = json!({ "kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ", "alg": "HS256" });
    assert_eq!(set(&[shared]), Err(JwkSetError::PrivateParts { place: 0 }));
}

#[test]
fn the_size_and_the_number_of_keys_are_bounded() {
    let many = |count| set(&vec![json!({}); count]);
    assert!(many(JwkSet::MAX_KEYS).is_ok());
    assert_eq!(many(JwkSet::MAX_KEYS + 1), Err(JwkSetError::TooMany { found: JwkSet::MAX_KEYS + 1 }));
    let padded = |length: usize| format!("{{\"keys\":[]{}}}", " ".repeat(length - 11));
    assert!(JwkSet::parse(&padded(JwkSet::MAX_BYTES)).is_ok());
    assert_eq!(JwkSet::parse(&padded(JwkSet::MAX_BYTES + 1)), Err(JwkSetError::TooLong));
}

#[test]
fn what_is_no_set_is_refused() {
    for text in ["{}", r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"key":[]}"#] {
        assert_eq!(JwkSet::parse(text), Err(JwkSetError::NoKeys), "{text}");
    }
    assert_eq!(JwkSet::parse(r#"{"keys":[],"keys":[]}"#), Err(JwkSetError::Json(NotStrictJson::Duplicate)));
    let twice = r#"{"keys":[{"kty":"OKP","kty":"EC"}]}"#;
    assert_eq!(JwkSet::parse(twice), Err(JwkSetError::Json(NotStrictJson::Duplicate)));
}
