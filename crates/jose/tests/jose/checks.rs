//! What a well signed token still has to be.

use std::time::Duration;

use jose::{Algorithm, Expected, JwkSet, Unverified, Verified, VerifyError};
use serde_json::{Value, json};

use super::signers::{ED25519, NOW, all, claims, claims_with, expected, now};

fn check(claims: &Value, expected: &Expected) -> Result<Verified, VerifyError> {
    let token = ED25519.token(claims);
    Unverified::parse(&token).unwrap().verify_with(&ED25519.jwk(None), expected, now())
}

fn changed(changes: &[(&str, Value)]) -> Result<(), VerifyError> {
    check(&claims_with(changes), &expected()).map(|_| ())
}

fn typed(typ: Option<&str>, expected: &Expected) -> Result<(), VerifyError> {
    let mut header = json!({ "alg": "EdDSA" });
    if let Some(typ) = typ {
        header["typ"] = typ.into();
    }
    let token = ED25519.raw(Algorithm::EdDsa, &header.to_string(), &claims().to_string());
    Unverified::parse(&token).unwrap().verify_with(&ED25519.jwk(None), expected, now()).map(|_| ())
}

#[test]
fn every_algorithm_verifies_what_it_signed() {
    let keys: JwkSet = all().iter().map(|signer| signer.jwk(None)).collect();
    let mut seen = Vec::new();
    for signer in all() {
        for algorithm in signer.algorithms() {
            let header = json!({ "alg": algorithm.name() }).to_string();
            let token = signer.raw(algorithm, &header, &claims().to_string());
            let verified = Unverified::parse(&token).unwrap().verify(&keys, &expected(), now()).unwrap();
            assert_eq!(verified.key(), signer.jwk(None).thumbprint());
            seen.push(verified.header().algorithm());
        }
    }
    assert_eq!(seen, Algorithm::ALL);
}

#[test]
fn a_verified_token_gives_its_claims() {
    let more = [("kubernetes.io", json!({ "serviceaccount": { "name": "robot" } })), ("nbf", json!(NOW - 5))];
    let token = check(&claims_with(&more), &expected()).unwrap();
    assert_eq!(
        (token.issuer(), token.subject(), token.id()),
        (Some("https://issuer"), Some("them"), Some("one"))
    );
    assert_eq!(token.audiences().collect::<Vec<_>>(), ["us"]);
    assert_eq!(token.expires_at().as_second(), NOW + 60);
    assert_eq!(token.issued_at().unwrap().as_second(), NOW - 10);
    assert_eq!(token.not_before().unwrap().as_second(), NOW - 5);
    assert_eq!(token.claim(&["kubernetes.io", "serviceaccount", "name"]), Some(&json!("robot")));
    assert_eq!(token.claim(&["kubernetes", "io"]), None);
    assert_eq!(token.claim::<&str>(&[]), None);
}

#[test]
fn before_verification_only_hints_are_shown() {
    let token = ED25519.token(&claims_with(&[("sub", json!(7))]));
    let token = Unverified::parse(&token).unwrap();
    assert_eq!((token.issuer_hint(), token.subject_hint()), (Some("https://issuer"), None));
    assert!(!format!("{token:?}").contains("https://issuer"));
}

#[test]
fn an_expired_token_is_refused_from_its_last_second_and_the_leeway_on() {
    let at = |exp: i64, leeway| {
        check(&claims_with(&[("exp", json!(exp))]), &expected().with_leeway(Duration::from_secs(leeway)))
            .map(|_| ())
    };
    assert_eq!(at(NOW + 1, 0), Ok(()));
    assert_eq!(at(NOW, 0), Err(VerifyError::Expired));
    assert_eq!(at(NOW - 29, 30), Ok(()));
    assert_eq!(at(NOW - 30, 30), Err(VerifyError::Expired));
    assert_eq!(at(NOW - 300, 100_000), Err(VerifyError::Expired), "no leeway is longer than five minutes");
    assert_eq!(changed(&[("exp", json!(NOW - 29))]), Ok(()), "half a minute when nothing is said");
    assert_eq!(changed(&[("exp", json!(NOW - 30))]), Err(VerifyError::Expired));
}

#[test]
fn a_token_of_the_future_is_refused() {
    assert_eq!(changed(&[("nbf", json!(NOW + 30))]), Ok(()));
    assert_eq!(changed(&[("nbf", json!(NOW + 31))]), Err(VerifyError::NotYetValid));
    assert_eq!(changed(&[("iat", json!(NOW + 30))]), Ok(()));
    assert_eq!(changed(&[("iat", json!(NOW + 31))]), Err(VerifyError::IssuedInFuture));
}

#[test]
fn a_token_without_an_end_or_for_nobody_is_refused() {
    assert_eq!(changed(&[("exp", Value::Null)]), Err(VerifyError::Missing("exp")));
    assert_eq!(changed(&[("aud", Value::Null)]), Err(VerifyError::Missing("aud")));
    assert_eq!(changed(&[("iss", Value::Null)]), Err(VerifyError::Missing("iss")));
}

#[test]
fn dates_are_seconds_and_may_have_fractions() {
    assert_eq!(changed(&[("exp", json!(NOW as f64 + 60.75)), ("iat", json!(NOW as f64 - 0.5))]), Ok(()));
    let bad = [
        json!("1800000060"),
        json!(true),
        json!(-1),
        json!(NOW * 1000),
        json!(1e300),
        json!([NOW]),
        json!(u64::MAX),
    ];
    for name in ["exp", "nbf", "iat"] {
        for date in &bad {
            assert_eq!(changed(&[(name, date.clone())]), Err(VerifyError::Claim(name)), "{name} {date}");
        }
    }
}

#[test]
fn the_issuer_is_exactly_the_one_expected() {
    for other in
        ["https://issuer/", "https://Issuer", "https://issuer.evil", "https://issue", "", " https://issuer"]
    {
        assert_eq!(changed(&[("iss", json!(other))]), Err(VerifyError::Issuer), "{other}");
    }
    assert_eq!(changed(&[("iss", json!(["https://issuer"]))]), Err(VerifyError::Claim("iss")));
    let spiffe = Expected::from_any_issuer(["us"]);
    assert!(check(&claims_with(&[("iss", Value::Null)]), &spiffe).is_ok());
}

#[test]
fn the_audience_is_one_of_those_expected_in_a_text_or_a_list() {
    assert_eq!(changed(&[("aud", json!(["them", "us"]))]), Ok(()));
    for other in [json!("them"), json!("us "), json!("US"), json!(""), json!([]), json!(["them", "usa"])] {
        assert_eq!(changed(&[("aud", other.clone())]), Err(VerifyError::Audience), "{other}");
    }
    for bad in [json!(1), json!({ "us": "us" }), json!(["us", 1]), json!([["us"]])] {
        assert_eq!(changed(&[("aud", bad.clone())]), Err(VerifyError::Claim("aud")), "{bad}");
    }
    let several = Expected::new("https://issuer", ["other", "us"]);
    assert!(check(&claims(), &several).is_ok());
    let nobody = Expected::new("https://issuer", Vec::<String>::new());
    assert_eq!(check(&claims(), &nobody).unwrap_err(), VerifyError::Audience);
}

#[test]
fn a_token_for_others_too_can_be_refused() {
    let alone = expected().for_nobody_else();
    assert!(check(&claims(), &alone).is_ok());
    assert!(check(&claims_with(&[("aud", json!(["us"]))]), &alone).is_ok());
    let both = claims_with(&[("aud", json!(["us", "them"]))]);
    assert_eq!(check(&both, &alone).unwrap_err(), VerifyError::Audience);
}

#[test]
fn the_subject_is_exactly_the_one_expected() {
    let about = expected().about("them");
    assert!(check(&claims(), &about).is_ok());
    assert_eq!(check(&claims_with(&[("sub", json!("Them"))]), &about).unwrap_err(), VerifyError::Subject);
    assert_eq!(
        check(&claims_with(&[("sub", Value::Null)]), &about).unwrap_err(),
        VerifyError::Missing("sub")
    );
    assert_eq!(changed(&[("sub", json!(["them"]))]), Err(VerifyError::Claim("sub")));
}

#[test]
fn a_token_made_for_one_purpose_does_not_pass_for_another() {
    for typ in [None, Some("JWT"), Some("jwt"), Some("application/jwt"), Some("JOSE")] {
        assert_eq!(typed(typ, &expected()), Ok(()), "{typ:?}");
    }
    for typ in ["at+jwt", "dpop+jwt", "JWE", "application/", "xJWT"] {
        assert_eq!(typed(Some(typ), &expected()), Err(VerifyError::Type), "{typ}");
    }
    let access = expected().of_type("at+jwt");
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        assert_eq!(typed(Some(typ), &access), Ok(()), "{typ}");
    }
    for typ in [None, Some("JWT"), Some("application/application/at+jwt"), Some("text/at+jwt")] {
        assert_eq!(typed(typ, &access), Err(VerifyError::Type), "{typ:?}");
    }
    let either = expected().of_type("client-authentication+jwt").of_type("JWT");
    assert_eq!(typed(Some("JWT"), &either), Ok(()));
}

#[test]
fn a_token_may_be_required_to_live_shortly() {
    let short = expected().living_at_most(Duration::from_secs(70));
    assert!(check(&claims(), &short).is_ok());
    let longer = claims_with(&[("exp", json!(NOW + 61))]);
    assert_eq!(check(&longer, &short).unwrap_err(), VerifyError::LivesTooLong);
    assert_eq!(
        check(&claims_with(&[("iat", Value::Null)]), &short).unwrap_err(),
        VerifyError::Missing("iat")
    );
}

#[test]
fn a_name_may_be_required_and_is_bounded() {
    let named = expected().with_id();
    assert!(check(&claims(), &named).is_ok());
    assert_eq!(
        check(&claims_with(&[("jti", Value::Null)]), &named).unwrap_err(),
        VerifyError::Missing("jti")
    );
    assert_eq!(changed(&[("jti", json!("a".repeat(256)))]), Ok(()));
    for bad in [json!("a".repeat(257)), json!(""), json!(1), json!("a\nb")] {
        assert_eq!(changed(&[("jti", bad)]), Err(VerifyError::Claim("jti")));
    }
}

#[test]
fn a_binding_to_a_key_is_read_or_refused_and_never_overlooked() {
    let key = ED25519.jwk(None).thumbprint();
    let cnf = |cnf: Value| check(&claims_with(&[("cnf", cnf)]), &expected()).unwrap().confirmation();
    assert_eq!(check(&claims(), &expected()).unwrap().confirmation(), Ok(None));
    assert_eq!(cnf(json!({ "jkt": key.to_string() })), Ok(Some(key)));
    for other in [
        json!({}),
        json!({ "x5t#S256": "abc" }),
        json!({ "jkt": "short" }),
        json!("jkt"),
        json!({ "jkt": key.to_string(), "x5t#S256": "abc" }),
    ] {
        assert_eq!(cnf(other.clone()), Err(VerifyError::Claim("cnf")), "{other}");
    }
}

#[test]
fn a_set_says_whether_it_knows_the_key_of_a_token() {
    let keys: JwkSet = [ED25519.jwk(Some("one"))].into_iter().collect();
    let with = |kid: &str| {
        let header = json!({ "alg": "EdDSA", "kid": kid }).to_string();
        let token = ED25519.raw(Algorithm::EdDsa, &header, &claims().to_string());
        keys.knows(Unverified::parse(&token).unwrap().header())
    };
    assert!(with("one") && !with("two"));
}
