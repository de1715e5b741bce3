//! What holds for any input.

use std::sync::LazyLock;

use jose::dpop::{self, Request, Target, Window};
use jose::{Fresh, Jwk, JwkSet, SigningKey, Unverified};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::signers::{ED25519, P256, Signer, all, b64, claims, expected, now};

static EVERYONE: LazyLock<JwkSet> = LazyLock::new(|| all().iter().map(|signer| signer.jwk(None)).collect());

fn is_believed(token: &str) -> bool {
    Unverified::parse(token).is_ok_and(|token| token.verify(&EVERYONE, &expected(), now()).is_ok())
}

/// Any JSON a claim may hold, three levels deep.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn every_single_bit_of_a_token_counts() {
    for signer in all() {
        let token = signer.token(&claims());
        assert!(is_believed(&token));
        for place in 0..token.len() {
            for bit in 0..8 {
                let mut other = token.clone().into_bytes();
                other[place] ^= 1 << bit;
                if let Ok(other) = String::from_utf8(other) {
                    assert!(!is_believed(&other), "bit {bit} of byte {place}");
                }
            }
        }
    }
}

#[test]
fn every_cut_and_every_doubling_of_a_byte_counts() {
    for signer in [&*ED25519, &*P256] as [&Signer; 2] {
        let token = signer.token(&claims());
        for place in 0..token.len() {
            assert!(!is_believed(&token[..place]));
            assert!(!is_believed(&token[place + 1..]));
            assert!(!is_believed(&format!("{}{}", &token[..place], &token[place + 1..])));
            assert!(!is_believed(&format!("{}{}", &token[..=place], &token[place..])));
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_refused_without_a_panic(text in prop_oneof![".{0,300}", "[A-Za-z0-9_.-]{0,300}"]) {
        prop_assert!(!is_believed(&text));
        let _ = JwkSet::parse(&text);
        let _ = Jwk::parse(&text);
        let target = Target::parse("https://gateway.example/").unwrap();
        let request = Request { method: "GET", target: &target, access_token: None, nonces: None };
        prop_assert!(dpop::verify(&text, &request, Window::default(), now()).is_err());
    }

    #[test]
    fn any_header_and_claims_are_judged_without_a_panic(header in json_value(), body in json_value()) {
        let mut header = header;
        if let Some(members) = header.as_object_mut() {
            members.insert("alg".into(), "EdDSA".into());
        }
        let token = ED25519.raw(jose::Algorithm::EdDsa, &header.to_string(), &body.to_string());
        prop_assert!(!is_believed(&token), "it has no exp");
    }

    #[test]
    fn any_members_are_a_key_or_none_without_a_panic(
        kty in prop::sample::select(vec!["RSA", "EC", "OKP"]),
        crv in prop::sample::select(vec!["P-256", "P-384", "Ed25519"]),
        x in prop::collection::vec(any::<u8>(), 0..60),
        y in prop::collection::vec(any::<u8>(), 0..60),
        n in prop::collection::vec(any::<u8>(), 250..270),
        e in prop::collection::vec(any::<u8>(), 0..5),
    ) {
        let jwk = json!({ "kty": kty, "crv": crv, "x": b64(x), "y": b64(y), "n": b64(n), "e": b64(e) });
        if let Ok(key) = Jwk::parse(&jwk.to_string()) {
            prop_assert_eq!(Jwk::parse(&key.to_json().to_string()).unwrap(), key);
        }
    }

    #[test]
    fn what_a_key_signs_is_read_back_and_no_other_key_verifies_it(
        bytes in any::<[u8; 32]>(), name in "[a-z]{1,8}x", value in json_value(),
    ) {
        let mut random = [1; Fresh::LEN];
        random[..32].copy_from_slice(&bytes);
        random[32] = 2;
        let mut body = claims();
        body[name.as_str()] = value.clone();
        for make in [SigningKey::ed25519, SigningKey::es256] {
            let key = make(Fresh::from_bytes(random)).unwrap();
            let token = key.sign("JWT", body.as_object().unwrap()).unwrap();
            let token = Unverified::parse(&token).unwrap();
            let verified = token.verify_with(key.public(), &expected(), now()).unwrap();
            prop_assert_eq!(verified.claim(&[name.as_str()]), Some(&value));
            random[0] ^= 1;
            let other = make(Fresh::from_bytes(random)).unwrap();
            random[0] ^= 1;
            prop_assert!(token.verify_with(other.public(), &expected(), now()).is_err());
        }
    }
}
