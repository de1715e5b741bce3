//! Attacks that worked on others (RFC 8725 section 2 and the advisories since).

use aws_lc_rs::hmac;
use jose::{Algorithm, Jwk, JwkSet, JwkSetError, NotStrictJson, ParseError, Part, Unverified, VerifyError};
use serde_json::{Value, json};

use super::signers::{ED25519, P256, RSA, all, b64, claims, expected, now};

fn verify(token: &str, keys: &JwkSet) -> Result<(), VerifyError> {
    Unverified::parse(token).unwrap().verify(keys, &expected(), now()).map(|_| ())
}

fn everyone() -> JwkSet {
    all().iter().map(|signer| signer.jwk(None)).collect()
}

#[test]
fn a_token_without_signature_is_not_even_read() {
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        for signature in ["", "AA"] {
            let header = b64(json!({ "alg": alg, "typ": "JWT" }).to_string());
            let token = format!("{header}.{}.{signature}", b64(claims().to_string()));
            assert_eq!(Unverified::parse(&token).unwrap_err(), ParseError::Algorithm, "{alg}");
        }
    }
    let bare = b64(json!({ "typ": "JWT" }).to_string());
    let token = format!("{bare}.{}.AA", b64(claims().to_string()));
    assert_eq!(Unverified::parse(&token).unwrap_err(), ParseError::Algorithm);
}

#[test]
fn a_public_key_never_serves_as_an_hmac_secret() {
    for signer in all() {
        let jwk = signer.jwk_json(None).to_string();
        for secret in [signer.public_bytes(), jwk.into_bytes()] {
            for (name, library) in
                [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)]
            {
                let signed =
                    format!("{}.{}", b64(json!({ "alg": name }).to_string()), b64(claims().to_string()));
                let tag = hmac::sign(&hmac::Key::new(library, &secret), signed.as_bytes());
                let token = format!("{signed}.{}", b64(tag));
                assert_eq!(Unverified::parse(&token).unwrap_err(), ParseError::Algorithm);
                // And with the header renamed after the fact, the tag is no signature.
                for algorithm in signer.algorithms() {
                    let header = b64(json!({ "alg": algorithm.name() }).to_string());
                    let signed = format!("{header}.{}", b64(claims().to_string()));
                    let tag = hmac::sign(&hmac::Key::new(library, &secret), signed.as_bytes());
                    let token = format!("{signed}.{}", b64(tag));
                    assert_eq!(verify(&token, &everyone()), Err(VerifyError::Signature), "{algorithm}");
                }
            }
        }
    }
}

#[test]
fn a_key_verifies_only_the_algorithms_of_its_type_and_the_one_that_was_used() {
    for signer in all() {
        let own = signer.algorithms();
        for used in &own {
            for said in Algorithm::ALL {
                let header = json!({ "alg": said.name() }).to_string();
                let token = signer.raw(*used, &header, &claims().to_string());
                let found =
                    Unverified::parse(&token).unwrap().verify_with(&signer.jwk(None), &expected(), now());
                match found.map(|_| ()) {
                    Ok(()) => assert_eq!(*used, said),
                    Err(VerifyError::Signature) => assert!(own.contains(&said) && *used != said),
                    Err(other) => {
                        assert_eq!(other, VerifyError::AlgorithmOfAnotherKey);
                        assert!(!own.contains(&said), "{used} {said}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_key_that_names_its_algorithm_verifies_no_other_of_its_type() {
    let mut jwk = RSA.jwk_json(None);
    jwk["alg"] = "PS256".into();
    let key = Jwk::parse(&jwk.to_string()).unwrap();
    let token = RSA.raw(Algorithm::Rs256, r#"{"alg":"RS256"}"#, &claims().to_string());
    let found = Unverified::parse(&token).unwrap().verify_with(&key, &expected(), now());
    assert_eq!(found.unwrap_err(), VerifyError::AlgorithmOfAnotherKey);
}

#[test]
fn a_key_that_comes_with_the_token_is_ignored() {
    let trusted: JwkSet = [P256.jwk(Some("one"))].into_iter().collect();
    let own = ED25519.jwk_json(Some("one"));
    for header in [
        json!({ "alg": "EdDSA", "jwk": own }),
        json!({ "alg": "EdDSA", "kid": "one", "jwk": own }),
        json!({ "alg": "EdDSA", "kid": "one", "jku": "https://evil/jwks", "x5u": "https://evil", "x5c": ["AA=="] }),
    ] {
        let token = ED25519.raw(Algorithm::EdDsa, &header.to_string(), &claims().to_string());
        assert_eq!(verify(&token, &trusted), Err(VerifyError::AlgorithmOfAnotherKey), "{header}");
    }
    // Beside the trusted key's own signature it does no harm either.
    let header = json!({ "alg": "ES256", "kid": "one", "jwk": own }).to_string();
    assert_eq!(verify(&P256.raw(Algorithm::Es256, &header, &claims().to_string()), &trusted), Ok(()));
}

#[test]
fn a_kid_is_compared_and_nothing_else() {
    let keys: JwkSet = [ED25519.jwk(Some("one")), P256.jwk(None)].into_iter().collect();
    let with = |kid: &str| {
        let header = json!({ "alg": "EdDSA", "kid": kid }).to_string();
        verify(&ED25519.raw(Algorithm::EdDsa, &header, &claims().to_string()), &keys)
    };
    assert_eq!(with("one"), Ok(()));
    for kid in [
        "One",
        "on",
        "one ",
        "two",
        "../../dev/null",
        "' OR 1=1 --",
        "/proc/self/environ",
        "https://evil",
        "*",
        "0",
    ] {
        assert_eq!(with(kid), Err(VerifyError::UnknownKey), "{kid}");
    }
}

#[test]
fn a_kid_that_is_no_short_text_is_not_read() {
    for kid in [
        json!(""),
        json!(["one"]),
        json!({}),
        json!(1),
        Value::Null,
        json!("a\u{0}b"),
        json!("a".repeat(257)),
    ] {
        let header = json!({ "alg": "EdDSA", "kid": kid }).to_string();
        let token = ED25519.raw(Algorithm::EdDsa, &header, &claims().to_string());
        assert_eq!(Unverified::parse(&token).unwrap_err(), ParseError::Member("kid"), "{kid}");
    }
}

#[test]
fn a_token_signed_by_a_key_of_another_set_is_refused() {
    let others: JwkSet =
        [jose::SigningKey::ed25519(jose::Fresh::from_bytes([1; 64])).unwrap().public().clone()]
            .into_iter()
            .collect();
    assert_eq!(verify(&ED25519.token(&claims()), &others), Err(VerifyError::Signature));
    assert_eq!(verify(&ED25519.token(&claims()), &JwkSet::default()), Err(VerifyError::UnknownKey));
}

#[test]
fn what_is_named_twice_is_not_read() {
    let twice = [
        (r#"{"alg":"EdDSA","alg":"EdDSA"}"#.to_owned(), claims().to_string(), Part::Header),
        (r#"{"alg":"EdDSA","\u0061lg":"none"}"#.to_owned(), claims().to_string(), Part::Header),
        (
            r#"{"alg":"EdDSA"}"#.to_owned(),
            claims().to_string().replacen('{', r#"{"sub":"admin","#, 1),
            Part::Claims,
        ),
    ];
    for (header, claims, part) in twice {
        let token = ED25519.raw(Algorithm::EdDsa, &header, &claims);
        let found = Unverified::parse(&token).unwrap_err();
        assert_eq!(found, ParseError::Json(part, NotStrictJson::Duplicate), "{header} {claims}");
    }
}

#[test]
fn extensions_are_not_understood_and_therefore_refused() {
    for (name, header) in [
        ("crit", json!({ "alg": "EdDSA", "crit": ["exp"], "exp": 1 })),
        ("crit", json!({ "alg": "EdDSA", "crit": [] })),
        ("b64", json!({ "alg": "EdDSA", "b64": false })),
        ("b64", json!({ "alg": "EdDSA", "b64": true })),
    ] {
        let token = ED25519.raw(Algorithm::EdDsa, &header.to_string(), &claims().to_string());
        assert_eq!(Unverified::parse(&token).unwrap_err(), ParseError::Extension(name), "{header}");
    }
}

#[test]
fn a_huge_key_set_and_a_huge_token_are_not_read() {
    let key = ED25519.jwk_json(None).to_string();
    let many = format!(r#"{{"keys":[{}]}}"#, vec![key; 1000].join(","));
    assert_eq!(JwkSet::parse(&many), Err(JwkSetError::TooMany { found: 1000 }));
    let long = format!(r#"{{"keys":[{{"kty":"RSA","n":"{}"}}]}}"#, "A".repeat(1 << 20));
    assert_eq!(JwkSet::parse(&long), Err(JwkSetError::TooLong));
    let token = ED25519.token(&json!({ "iss": "a".repeat(20_000) }));
    assert_eq!(Unverified::parse(&token).unwrap_err(), ParseError::TooLong { limit: 16 * 1024 });
    assert!(Unverified::parse_within(&token, token.len()).is_ok());
    assert!(Unverified::parse_within(&token, token.len() - 1).is_err());
}

#[test]
fn one_token_is_tried_with_a_bounded_number_of_keys() {
    let keys = |count: u8| -> JwkSet {
        let key = |seed| jose::SigningKey::ed25519(jose::Fresh::from_bytes([seed; 64])).unwrap();
        let jwk = |seed| {
            let mut jwk = key(seed).public().to_json();
            jwk.as_object_mut().unwrap().remove("kid");
            Jwk::parse(&jwk.to_string()).unwrap()
        };
        (0..count).map(jwk).collect()
    };
    // The seed 7 is the signer's; it is not among the first four.
    assert_eq!(verify(&ED25519.token(&claims()), &keys(4)), Err(VerifyError::Signature));
    assert_eq!(verify(&ED25519.token(&claims()), &keys(9)), Err(VerifyError::TooManyKeys));
}

#[test]
fn a_token_has_three_parts_in_the_one_spelling_of_base64url() {
    let token = ED25519.token(&claims());
    for other in [
        String::new(),
        ".".into(),
        "a.b".into(),
        format!("{token}.x"),
        format!(".{token}"),
        token.replacen('.', "", 1),
    ] {
        assert_eq!(Unverified::parse(&other).unwrap_err(), ParseError::Parts, "{other}");
    }
    for other in [format!("{token}="), format!("{token}\n"), format!("{token} ")] {
        assert_eq!(Unverified::parse(&other).unwrap_err(), ParseError::Base64(Part::Signature));
    }
    assert_eq!(Unverified::parse(&format!(" {token}")).unwrap_err(), ParseError::Base64(Part::Header));
    assert_eq!(Unverified::parse("..").unwrap_err(), ParseError::Json(Part::Header, NotStrictJson::Syntax));
}

#[test]
fn signatures_of_another_length_or_encoding_are_refused() {
    let signed = format!("{}.{}", b64(r#"{"alg":"ES256"}"#), b64(claims().to_string()));
    let good = P256.signature(Algorithm::Es256, signed.as_bytes());
    let keys: JwkSet = [P256.jwk(None)].into_iter().collect();
    assert_eq!(verify(&format!("{signed}.{}", b64(&good)), &keys), Ok(()));
    let longer = [&good[..], &[0]].concat();
    // CVE-2022-21449: zeros are a signature of everything to a verifier that forgets to check the range.
    for bad in [&[][..], &[0; 64], &good[..63], &longer, &[0xff; 64]] {
        assert_eq!(verify(&format!("{signed}.{}", b64(bad)), &keys), Err(VerifyError::Signature));
    }
}
