use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header;
use types::Code;

use super::*;
use crate::trial::basic;

#[tokio::test]
async fn a_client_proves_itself_with_its_key_to_issuer_or_token_endpoint() {
    let trial = with_keys(&[1, 2]).await;
    for audience in [json!(GATEWAY), json!([GATEWAY]), json!(format!("{GATEWAY}/oauth/token"))] {
        let text = assertion(&trial, 2, "release", &json!({ "aud": audience }));
        let answer = ask(&trial, &form(&text)).await;
        let caller = trial.authenticate(&format!("Bearer {}", token(&answer))).await.unwrap();
        assert_eq!(caller.client().as_str(), "release");
    }
    let named = form(&assertion(&trial, 1, "release", &json!({})));
    assert_eq!(ask(&trial, &format!("{named}&client_id=release")).await.status(), 200);
    let careful = json!({ "alg": "EdDSA", "typ": "client-authentication+jwt" });
    let text = signed(1, &careful, &claims(&trial, "release", &json!({ "iat": null })));
    assert_eq!(ask(&trial, &form(&text)).await.status(), 200);
}

#[tokio::test]
async fn every_assertion_that_does_not_hold_hears_the_same_answer() {
    let trial = with_keys(&[1]).await;
    trial.register("analytics", None).await;
    trial.prove_by("analytics", listed(&[3])).await;
    trial.register("secretive", None).await;
    let now = trial.second();
    let mut wrong = Vec::new();
    for changes in [
        json!({ "aud": "https://other.example" }),
        json!({ "aud": format!("{GATEWAY}/") }),
        json!({ "aud": [GATEWAY, "https://other.example"] }),
        json!({ "aud": null }),
        json!({ "exp": now - 31 }),
        json!({ "exp": null }),
        json!({ "exp": now + 3631 }),
        json!({ "iat": now - 1800, "exp": now + 1801 }),
        json!({ "iat": now + 31 }),
        json!({ "nbf": now + 31 }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": 7 }),
        json!({ "sub": "analytics" }),
        json!({ "sub": null }),
        json!({ "iss": "analytics" }),
        // Another client's assertion in every respect but the key.
        json!({ "iss": "analytics", "sub": "analytics" }),
        json!({ "iss": "secretive", "sub": "secretive" }),
        json!({ "iss": "nobody", "sub": "nobody" }),
        json!({ "iss": "../etc", "sub": "../etc" }),
    ] {
        wrong.push(assertion(&trial, 1, "release", &changes));
    }
    let good = claims(&trial, "release", &json!({}));
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "EdDSA", "typ": "dpop+jwt" }),
        json!({ "alg": "EdDSA", "typ": "at+jwt" }),
        json!({ "alg": "EdDSA", "kid": "another" }),
        json!({ "alg": "EdDSA", "crit": ["exp"] }),
    ] {
        wrong.push(signed(1, &header, &good));
    }
    // Its own key inside, as if that proved anything.
    wrong.push(signed(2, &json!({ "alg": "EdDSA", "jwk": key(2).public().to_json() }), &good));
    wrong.push(signed(2, &json!({ "alg": "EdDSA", "jku": "https://evil.example/jwks" }), &good));
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    wrong.push(format!("{}.{}.", part(&json!({ "alg": "none" })), part(&good)));
    wrong.extend(["x", "a.b.c", "..", "e30.e30.", "%00"].map(str::to_owned));
    wrong.push("x".repeat(17 * 1_024));

    let mut bodies = Vec::new();
    for text in &wrong {
        let answer = ask(&trial, &form(text)).await;
        assert_eq!(error(&answer), is(401, "invalid_client"), "{text}");
        bodies.push(answer.into_body());
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "one answer, whatever was wrong");
    let named = form(&assertion(&trial, 1, "release", &json!({})));
    let other = ask(&trial, &format!("{named}&client_id=analytics")).await;
    assert_eq!((other.status().as_u16(), other.body()), (401, &bodies[0]));
}

#[tokio::test]
async fn the_bytes_of_a_public_rsa_key_are_no_secret_to_sign_with() {
    let trial = Trial::new().await;
    trial.register("release", None).await;
    let n = URL_SAFE_NO_PAD.encode([0xff; 256]);
    let rsa = json!({ "kty": "RSA", "n": n, "e": "AQAB", "kid": "rsa" });
    trial.prove_by("release", json!({ "jwks": { "keys": [rsa] } })).await;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for alg in ["HS256", "RS256"] {
        let header = json!({ "alg": alg, "kid": "rsa" });
        let text = format!("{}.{}", part(&header), part(&claims(&trial, "release", &json!({}))));
        let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, n.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&secret, text.as_bytes()));
        let answer = ask(&trial, &form(&format!("{text}.{signature}"))).await;
        assert_eq!(error(&answer), is(401, "invalid_client"), "{alg}");
    }
}

#[tokio::test]
async fn an_assertion_is_good_once_and_a_restart_does_not_make_it_good_again() {
    let mut trial = with_keys(&[1]).await;
    let text = form(&assertion(&trial, 1, "release", &json!({ "jti": "one" })));
    assert_eq!(ask(&trial, &text).await.status(), 200);
    assert_eq!(error(&ask(&trial, &text).await), is(401, "invalid_client"));
    trial.restart().await;
    assert_eq!(error(&ask(&trial, &text).await), is(401, "invalid_client"));
    // The name is what counts, whatever else is in it; another client's names are its own.
    let same = form(&assertion(&trial, 1, "release", &json!({ "jti": "one", "exp": trial.second() + 60 })));
    assert_eq!(error(&ask(&trial, &same).await), is(401, "invalid_client"));
    trial.register("analytics", None).await;
    trial.prove_by("analytics", listed(&[3])).await;
    let theirs = form(&assertion(&trial, 3, "analytics", &json!({ "jti": "one" })));
    assert_eq!(ask(&trial, &theirs).await.status(), 200);
}

#[tokio::test]
async fn used_names_are_forgotten_when_they_could_not_be_used_any_more_and_not_before() {
    let trial = with_keys(&[1]).await;
    let text = form(&assertion(&trial, 1, "release", &json!({ "exp": trial.second() + 60 })));
    assert_eq!(ask(&trial, &text).await.status(), 200);
    let rows =
        async |trial: &Trial| trial.store.seen_ids().delete_until(trial.clock.now(), 10).await.unwrap();
    trial.pass(90);
    assert_eq!(rows(&trial).await, 0);
    assert_eq!(error(&ask(&trial, &text).await), is(401, "invalid_client"));
    trial.pass(2);
    assert_eq!(rows(&trial).await, 1);
    assert_eq!(error(&ask(&trial, &text).await), is(401, "invalid_client"), "too old by now");
}

#[tokio::test]
async fn a_key_that_is_taken_away_takes_its_tokens_along_and_leaves_others_alone() {
    let trial = with_keys(&[1, 2]).await;
    let mut tokens = Vec::new();
    for number in [1, 2] {
        tokens.push(token(&ask(&trial, &form(&assertion(&trial, number, "release", &json!({})))).await));
    }
    trial.prove_by("release", listed(&[2, 3])).await;
    let first = trial.authenticate(&format!("Bearer {}", tokens[0])).await;
    assert_eq!(first.unwrap_err().code(), Code::CredentialInvalid);
    assert!(trial.authenticate(&format!("Bearer {}", tokens[1])).await.is_ok());
    let late = ask(&trial, &form(&assertion(&trial, 1, "release", &json!({})))).await;
    assert_eq!(error(&late), is(401, "invalid_client"));
}

#[tokio::test]
async fn tokens_of_a_key_are_found_again_after_a_restart_and_only_while_the_key_is_there() {
    let mut trial = with_keys(&[1]).await;
    let bearer =
        format!("Bearer {}", token(&ask(&trial, &form(&assertion(&trial, 1, "release", &json!({})))).await));
    trial.restart().await;
    assert!(trial.authenticate(&bearer).await.is_ok());
    trial.prove_by("release", json!({})).await;
    assert!(trial.authenticate(&bearer).await.is_err());
    trial.restart().await;
    assert!(trial.authenticate(&bearer).await.is_err());
}

#[tokio::test]
async fn two_proofs_at_once_and_half_of_one_are_malformed_requests() {
    let trial = with_keys(&[1]).await;
    let secret = trial.register("other", None).await;
    let whole = form(&assertion(&trial, 1, "release", &json!({})));
    let with_header = headers(&[(header::AUTHORIZATION, &basic("other", &secret))]);
    let both = trial.ask(&with_header, whole.as_bytes()).await;
    assert_eq!(error(&both), is(400, "invalid_request"));
    let in_body = ask(&trial, &format!("{whole}&client_id=other&client_secret={secret}")).await;
    assert_eq!(error(&in_body), is(400, "invalid_request"));
    let text = assertion(&trial, 1, "release", &json!({}));
    for half in [
        format!("grant_type=client_credentials&client_assertion={text}"),
        format!("grant_type=client_credentials&client_assertion_type=saml&client_assertion={text}"),
        format!("{whole}&client_assertion={text}"),
        format!("{whole}&client_assertion_type={JWT}"),
    ] {
        assert_eq!(error(&ask(&trial, &half).await), is(400, "invalid_request"), "{half}");
    }
    let only_type = format!("grant_type=client_credentials&client_assertion_type={JWT}&client_id=release");
    assert_eq!(error(&ask(&trial, &only_type).await), is(401, "invalid_client"));
}

#[tokio::test]
async fn a_client_that_asks_without_end_is_slowed_down_before_anything_is_written() {
    let trial = with_keys(&[1]).await;
    for _ in 0..50 {
        assert_eq!(ask(&trial, &form(&assertion(&trial, 1, "release", &json!({})))).await.status(), 200);
    }
    let one_more = form(&assertion(&trial, 1, "release", &json!({})));
    assert_eq!(error(&ask(&trial, &one_more).await), is(429, "temporarily_unavailable"));
    trial.pass(1);
    assert_eq!(ask(&trial, &one_more).await.status(), 200, "it was not spent");
}

#[tokio::test]
async fn a_gateway_that_does_not_know_where_it_is_accepts_no_assertion() {
    let trial = with_keys(&[1]).await;
    let catalogue = std::sync::Arc::clone(&trial.catalogue);
    let nowhere =
        crate::Clients::load(trial.store.clone(), trial.clock.clone(), catalogue, crate::trial::keyring())
            .await
            .unwrap();
    let text = form(&assertion(&trial, 1, "release", &json!({})));
    let mut asked = headers(&[(header::HOST, "gateway.example")]);
    asked.insert("x-forwarded-proto", http::HeaderValue::from_static("https"));
    let mut record = audit::Record::default();
    let answer = nowhere
        .token(crate::trial::near(&asked), text.as_bytes(), |_| None, crate::trial::no_vending, &mut record)
        .await;
    assert_eq!(error(&answer), is(401, "invalid_client"));
}
