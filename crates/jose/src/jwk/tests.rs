use serde_json::json;

use super::*;

/// RFC 7515 appendix A.3.1, without the private part.
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

fn with(changes: &[(&str, Value)]) -> Result<Jwk, JwkError> {
    let mut key: Value = serde_json::from_str(P256).unwrap();
    for (name, value) in changes {
        key[*name] = value.clone();
    }
    Jwk::parse(&key.to_string())
}

/// An RSA key of so many bits; the numbers are not a product of primes, which nobody can tell.
fn rsa(bits: usize, exponent: &[u8]) -> Result<Jwk, JwkError> {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] = 0xff >> (modulus.len() * 8 - bits);
    let (n, e) = (crate::base64url::encode(modulus), crate::base64url::encode(exponent));
    Jwk::parse(&json!({ "kty": "RSA", "n": n, "e": e }).to_string())
}

#[test]
fn a_key_verifies_the_algorithms_of_its_type_only() {
    let algorithms = |key: Result<Jwk, _>| key.unwrap().algorithms().collect::<Vec<_>>();
    assert_eq!(algorithms(with(&[])), [Algorithm::Es256]);
    assert_eq!(algorithms(rsa(2048, &[1, 0, 1])), Algorithm::ALL[3..]);
}

#[test]
fn alg_narrows_a_key_to_one_algorithm_and_cannot_name_one_of_another_type() {
    assert!(with(&[("alg", json!("ES256"))]).is_ok());
    for alg in ["ES384", "RS256", "HS256", "none", "es256", "ECDH-ES", ""] {
        assert_eq!(with(&[("alg", json!(alg))]), Err(JwkError::Algorithm), "{alg}");
    }
    assert_eq!(with(&[("alg", json!(["ES256"]))]), Err(JwkError::Algorithm));
}

#[test]
fn use_and_key_ops_are_honoured() {
    for fitting in [("use", json!("sig")), ("use", json!("jwt-svid")), ("key_ops", json!(["verify"]))] {
        assert!(with(std::slice::from_ref(&fitting)).is_ok(), "{fitting:?}");
    }
    for other in [
        ("use", json!("enc")),
        ("use", json!("x509-svid")),
        ("use", json!(1)),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!([])),
        ("key_ops", json!("verify")),
    ] {
        assert_eq!(with(std::slice::from_ref(&other)), Err(JwkError::Purpose), "{other:?}");
    }
}

#[test]
fn a_key_with_private_parts_is_refused_whatever_its_type() {
    for name in PRIVATE {
        assert_eq!(with(&[(name, json!("AA"))]), Err(JwkError::PrivateParts), "{name}");
    }
    assert_eq!(
        Jwk::parse(r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}"#),
        Err(JwkError::PrivateParts)
    );
}

#[test]
fn rsa_keys_have_2048_to_8192_bits_and_an_honest_exponent() {
    for bits in [2048, 2049, 4096, 8192] {
        assert!(rsa(bits, &[1, 0, 1]).is_ok(), "{bits}");
    }
    for bits in [512, 1024, 2047, 8193, 16_384] {
        assert_eq!(rsa(bits, &[1, 0, 1]), Err(JwkError::Modulus), "{bits}");
    }
    assert!(rsa(2048, &[0xff, 0xff, 0xff, 0xff]).is_ok());
    for exponent in [&[3][..], &[1], &[1, 0, 2], &[0xff, 0xff], &[1, 0, 0, 0, 1], &[0xff; 300]] {
        assert_eq!(rsa(2048, exponent), Err(JwkError::Exponent), "{exponent:?}");
    }
    assert_eq!(rsa(2048, &[0, 1, 0, 1]), Err(JwkError::Malformed("e")), "one spelling");
    assert_eq!(rsa(2048, &[]), Err(JwkError::Malformed("e")));
}

#[test]
fn a_point_that_is_not_on_the_curve_is_refused() {
    let origin = crate::base64url::encode([0; 32]);
    assert_eq!(with(&[("x", json!(origin))]), Err(JwkError::Malformed("y")));
    let both = [("x", json!(origin)), ("y", json!(origin))];
    assert_eq!(with(&both), Err(JwkError::Malformed("y")));
    assert_eq!(with(&[("x", json!("AQ"))]), Err(JwkError::Malformed("x")));
    assert_eq!(with(&[("x", json!(1))]), Err(JwkError::Malformed("x")));
}

#[test]
fn types_nobody_needs_are_unknown() {
    for (kty, crv) in [
        ("EC", "P-521"),
        ("EC", "secp256k1"),
        ("OKP", "X25519"),
        ("OKP", "Ed448"),
        ("AKP", ""),
        ("ec", "P-256"),
    ] {
        assert_eq!(
            with(&[("kty", json!(kty)), ("crv", json!(crv))]),
            Err(JwkError::UnknownType),
            "{kty} {crv}"
        );
    }
    assert_eq!(Jwk::parse("{}"), Err(JwkError::Malformed("kty")));
}

#[test]
fn a_kid_is_a_text_of_bounded_length() {
    let kid = |text: Value| with(&[("kid", text)]).map(|key| key.kid().unwrap().len());
    assert_eq!(kid(json!("a".repeat(Jwk::MAX_KID))), Ok(Jwk::MAX_KID));
    for other in [json!("a".repeat(Jwk::MAX_KID + 1)), json!(""), json!(7), Value::Null] {
        assert_eq!(kid(other), Err(JwkError::Malformed("kid")));
    }
}

#[test]
fn a_published_key_reads_as_the_same_key() {
    for key in [with(&[("kid", json!("one"))]).unwrap(), rsa(3072, &[1, 0, 1]).unwrap()] {
        assert_eq!(Jwk::parse(&key.to_json().to_string()).unwrap(), key);
    }
    assert_eq!(with(&[]).unwrap().to_json()["alg"], "ES256");
    assert_eq!(rsa(2048, &[1, 0, 1]).unwrap().to_json().get("alg"), None, "it verifies six");
}

#[test]
fn a_text_beyond_the_limit_is_not_read() {
    assert_eq!(Jwk::parse(&" ".repeat(Jwk::MAX_BYTES + 1)), Err(JwkError::TooLong));
    assert_eq!(Jwk::parse("[]"), Err(JwkError::Json(NotStrictJson::NotAnObject)));
}

#[test]
fn rfc_8037_appendix_a_4_is_verified_and_with_another_bit_is_not() {
    let key = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = Jwk::parse(key).unwrap();
    let signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let mut signature = crate::base64url::decode(signature).unwrap();
    assert!(key.verifies(Algorithm::EdDsa, signed, &signature));
    assert!(!key.verifies(Algorithm::Es256, signed, &signature));
    signature[63] ^= 1;
    assert!(!key.verifies(Algorithm::EdDsa, signed, &signature));
}
