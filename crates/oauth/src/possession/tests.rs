use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderName, Method, header};
use serde_json::{Value, json};
use types::{Code, Refusal};

use crate::trial::{BACK, GATEWAY, Trial, VERIFIER, headers, json as body, key, signed};
use crate::{Approach, Caller, TurnedAway};

const FORM: &[u8] = b"grant_type=client_credentials";
const PROOF: HeaderName = HeaderName::from_static("dpop");
const ISSUE: &str = "/rest/api/3/issue/REL-1";

/// A proof by that key with these claims in place of the usual ones; `null` leaves one out.
fn proof(trial: &Trial, number: u8, changes: &Value) -> String {
    let jti = trial.clock.request_id().to_string();
    let mut claims =
        json!({ "jti": jti, "iat": trial.second(), "htm": "GET", "htu": format!("{GATEWAY}{ISSUE}") });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let mut jwk = key(number).public().to_json();
    jwk.as_object_mut().unwrap().retain(|name, _| matches!(name.as_str(), "kty" | "crv" | "x"));
    signed(number, &json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk }), &claims)
}

fn ath(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(crate::digest::plain(token.as_bytes()))
}

struct Bound {
    trial: Trial,
    secret: String,
}

impl Bound {
    async fn new() -> Self {
        let trial = Trial::new().await;
        let secret = trial.register("release", None).await;
        Self { trial, secret }
    }

    /// A token request with these proofs.
    async fn ask(&self, proofs: &[&str]) -> http::Response<bytes::Bytes> {
        let basic = crate::trial::basic("release", &self.secret);
        let mut sent = vec![(header::AUTHORIZATION, basic.as_str())];
        sent.extend(proofs.iter().map(|proof| (PROOF, *proof)));
        self.trial.ask(&headers(&sent), FORM).await
    }

    fn for_token(&self, number: u8, changes: &Value) -> String {
        let mut usual = json!({ "htm": "POST", "htu": format!("{GATEWAY}/oauth/token") });
        for (name, value) in changes.as_object().unwrap() {
            usual[name] = value.clone();
        }
        proof(&self.trial, number, &usual)
    }

    /// A token bound to that key.
    async fn token(&self, number: u8) -> String {
        let answer = self.ask(&[&self.for_token(number, &json!({}))]).await;
        assert_eq!(body(&answer)["token_type"], "DPoP");
        body(&answer)["access_token"].as_str().unwrap().to_owned()
    }

    async fn call(&self, authorization: &str, proofs: &[&str]) -> Result<Caller, TurnedAway> {
        let mut sent = vec![(header::AUTHORIZATION, authorization)];
        sent.extend(proofs.iter().map(|proof| (PROOF, *proof)));
        let headers = headers(&sent);
        let (method, path) = (&Method::GET, ISSUE);
        let near = crate::trial::near(&headers);
        self.trial.clients.authenticate(Approach { method, path, ..near }).await
    }

    async fn code(&self, authorization: &str, proofs: &[&str]) -> Code {
        self.call(authorization, proofs)
            .await
            .map_err(TurnedAway::refusal)
            .map_err(|r: Refusal| r.code())
            .unwrap_err()
    }
}

#[tokio::test]
async fn a_token_asked_for_with_a_proof_is_good_with_a_proof_of_that_key_alone() {
    let bound = Bound::new().await;
    let (token, trial) = (bound.token(1).await, &bound.trial);
    let with = |number, token: &str| proof(trial, number, &json!({ "ath": ath(token) }));
    let caller = bound.call(&format!("DPoP {token}"), &[&with(1, &token)]).await.unwrap();
    assert_eq!(caller.client().as_str(), "release");
    // Schemes are case-insensitive, and so is what the URL may have: another spelling of the same.
    let spelled = proof(
        trial,
        1,
        &json!({ "ath": ath(&token), "htu": format!("HTTPS://Gateway.Example:443{ISSUE}?x=1#y") }),
    );
    assert!(bound.call(&format!("dpop {token}"), &[&spelled]).await.is_ok());

    for authorization in [format!("Bearer {token}"), crate::trial::basic("release", &token)] {
        assert_eq!(bound.code(&authorization, &[]).await, Code::CredentialInvalid);
        assert_eq!(bound.code(&authorization, &[&with(1, &token)]).await, Code::CredentialInvalid);
    }
    assert_eq!(bound.code(&format!("DPoP {token}"), &[&with(2, &token)]).await, Code::CredentialInvalid);
}

#[tokio::test]
async fn a_proof_is_for_this_method_url_and_token_now_and_nothing_else() {
    let bound = Bound::new().await;
    let (token, other, trial) = (bound.token(1).await, bound.token(1).await, &bound.trial);
    let (now, ath) = (trial.second(), ath(&token));
    for changes in [
        json!({ "htm": "POST" }),
        json!({ "htm": "get" }),
        json!({ "htm": null }),
        json!({ "htu": format!("{GATEWAY}/rest/api/3/issue/REL-2") }),
        json!({ "htu": format!("https://evil.example{ISSUE}") }),
        json!({ "htu": format!("http://gateway.example{ISSUE}") }),
        json!({ "htu": ISSUE }),
        json!({ "htu": null }),
        json!({ "ath": null }),
        json!({ "ath": super::tests::ath(&other) }),
        json!({ "iat": now - 61 }),
        json!({ "iat": now + 31 }),
        json!({ "iat": null }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
    ] {
        let mut usual = json!({ "ath": ath });
        for (name, value) in changes.as_object().unwrap() {
            usual[name] = value.clone();
        }
        let wrong = proof(trial, 1, &usual);
        assert_eq!(bound.code(&format!("DPoP {token}"), &[&wrong]).await, Code::ProofInvalid, "{changes}");
    }
    let good = || proof(trial, 1, &json!({ "ath": ath }));
    let (one, two) = (good(), good());
    assert_eq!(bound.code(&format!("DPoP {token}"), &[&one, &two]).await, Code::ProofInvalid, "two proofs");
    assert_eq!(bound.code(&format!("DPoP {token}"), &[]).await, Code::ProofInvalid, "none");
    let long = "x".repeat(9 * 1_024);
    for junk in ["", "x", "a.b.c", &format!("{}x", good()), &long] {
        assert_eq!(bound.code(&format!("DPoP {token}"), &[junk]).await, Code::ProofInvalid, "{junk}");
    }
    let claims =
        json!({ "jti": "1", "iat": now, "htm": "GET", "htu": format!("{GATEWAY}{ISSUE}"), "ath": ath });
    let jwk = json!({ "kty": "oct", "k": "c2VjcmV0" });
    for header in [
        json!({ "typ": "dpop+jwt", "alg": "none", "jwk": key(1).public().to_json() }),
        json!({ "typ": "dpop+jwt", "alg": "HS256", "jwk": jwk }),
        json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": key(1).public().to_json() }),
        json!({ "typ": "JWT", "alg": "EdDSA", "jwk": key(1).public().to_json() }),
        json!({ "typ": "dpop+jwt", "alg": "EdDSA" }),
    ] {
        let wrong = signed(1, &header, &claims);
        assert_eq!(bound.code(&format!("DPoP {token}"), &[&wrong]).await, Code::ProofInvalid, "{header}");
    }
}

#[tokio::test]
async fn a_proof_is_good_once_wherever_it_was_used_first() {
    let bound = Bound::new().await;
    let token = bound.token(1).await;
    let once = proof(&bound.trial, 1, &json!({ "ath": ath(&token) }));
    assert!(bound.call(&format!("DPoP {token}"), &[&once]).await.is_ok());
    assert_eq!(bound.code(&format!("DPoP {token}"), &[&once]).await, Code::ProofInvalid);
    bound.trial.pass(60);
    assert_eq!(bound.code(&format!("DPoP {token}"), &[&once]).await, Code::ProofInvalid);
    let ahead = proof(&bound.trial, 1, &json!({ "ath": ath(&token), "iat": bound.trial.second() + 30 }));
    assert!(bound.call(&format!("DPoP {token}"), &[&ahead]).await.is_ok());
    for _ in 0..92 {
        bound.trial.pass(1);
        assert_eq!(bound.code(&format!("DPoP {token}"), &[&ahead]).await, Code::ProofInvalid);
    }
}

#[tokio::test]
async fn a_bad_proof_says_nothing_about_the_token_it_came_with() {
    let bound = Bound::new().await;
    let real = bound.token(1).await;
    let made_up = seal::token::mint(seal::Kind::AccessToken, [9; 32]).text.open().to_owned();
    let plain = bound.trial.access_token("release", &bound.secret).await;
    bound.trial.change("release", |row| row.paused = Some("reject".to_owned())).await;
    for token in [&real, &made_up, &plain] {
        let wrong = proof(&bound.trial, 1, &json!({ "ath": "x" }));
        assert_eq!(bound.code(&format!("DPoP {token}"), &[&wrong]).await, Code::ProofInvalid);
        let thief = proof(&bound.trial, 2, &json!({ "ath": ath(token) }));
        assert_eq!(bound.code(&format!("DPoP {token}"), &[&thief]).await, Code::CredentialInvalid);
    }
    assert_eq!(bound.code(&format!("Bearer {real}"), &[]).await, Code::CredentialInvalid, "not: paused");
    let holder = proof(&bound.trial, 1, &json!({ "ath": ath(&real) }));
    assert_eq!(bound.code(&format!("DPoP {real}"), &[&holder]).await, Code::ClientPaused);
}

#[tokio::test]
async fn a_token_that_is_not_bound_does_not_pass_for_one_that_is() {
    let bound = Bound::new().await;
    let token = bound.trial.access_token("release", &bound.secret).await;
    let with = proof(&bound.trial, 1, &json!({ "ath": ath(&token) }));
    assert_eq!(bound.code(&format!("DPoP {token}"), &[&with]).await, Code::CredentialInvalid);
    assert!(bound.call(&format!("Bearer {token}"), &[&with]).await.is_ok(), "a header nobody asked for");
}

#[tokio::test]
async fn a_token_request_with_a_bad_proof_gets_no_token_of_any_kind() {
    let bound = Bound::new().await;
    let now = bound.trial.second();
    let once = bound.for_token(1, &json!({}));
    assert_eq!(bound.ask(&[&once]).await.status(), 200);
    let two = [bound.for_token(1, &json!({})), bound.for_token(1, &json!({}))];
    let mut wrong = vec![vec![once.as_str()], two.iter().map(String::as_str).collect(), vec!["x"], vec![""]];
    let made: Vec<_> = [
        json!({ "htm": "GET" }),
        json!({ "htu": format!("{GATEWAY}/oauth/revoke") }),
        json!({ "iat": now - 61 }),
        json!({ "iat": now + 31 }),
    ]
    .into_iter()
    .map(|changes| bound.for_token(1, &changes))
    .collect();
    wrong.extend(made.iter().map(|proof| vec![proof.as_str()]));
    for proofs in wrong {
        let answer = bound.ask(&proofs).await;
        assert_eq!(answer.status(), 400, "{proofs:?}");
        assert_eq!(body(&answer)["error"], "invalid_dpop_proof", "{proofs:?}");
    }
}

#[tokio::test]
async fn a_client_whose_tokens_have_to_be_bound_gets_and_uses_no_others() {
    let bound = Bound::new().await;
    let before = bound.trial.access_token("release", &bound.secret).await;
    bound.trial.change("release", |row| row.profile = json!({ "bound_tokens": true }).to_string()).await;
    let without = bound.ask(&[]).await;
    assert_eq!((without.status().as_u16(), body(&without)["error"].as_str()), (400, Some("invalid_request")));
    assert_eq!(bound.code(&format!("Bearer {before}"), &[]).await, Code::CredentialInvalid);
    let basic = crate::trial::basic("release", &bound.secret);
    assert_eq!(
        bound.code(&basic, &[]).await,
        Code::CredentialInvalid,
        "the secret itself is not bound either"
    );
    let token = bound.token(1).await;
    let with = proof(&bound.trial, 1, &json!({ "ath": ath(&token) }));
    assert!(bound.call(&format!("DPoP {token}"), &[&with]).await.is_ok());
}

#[tokio::test]
async fn a_restart_does_not_loosen_a_token_from_its_key() {
    let mut bound = Bound::new().await;
    let token = bound.token(1).await;
    bound.trial.restart().await;
    assert_eq!(bound.code(&format!("Bearer {token}"), &[]).await, Code::CredentialInvalid);
    let with = proof(&bound.trial, 1, &json!({ "ath": ath(&token) }));
    assert!(bound.call(&format!("DPoP {token}"), &[&with]).await.is_ok());
}

#[tokio::test]
async fn who_only_names_a_public_client_uses_up_none_of_its_proofs() {
    let bound = Bound::new().await;
    bound.trial.register_for_users("app", true).await;
    let ask = async |code: &str, proof: &str| {
        let form = format!(
            "grant_type=authorization_code&client_id=app&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}"
        );
        let answer = bound.trial.ask(&headers(&[(PROOF, proof)]), form.as_bytes()).await;
        body(&answer)["error"].as_str().map(str::to_owned)
    };
    let proof = bound.for_token(1, &json!({}));
    assert_eq!(ask("tgc_made-up", &proof).await.as_deref(), Some("invalid_grant"));
    assert_eq!(ask(&bound.trial.code("app").await, &proof).await, None, "it is still unused");
    let again = bound.trial.code("app").await;
    assert_eq!(ask(&again, &proof).await.as_deref(), Some("invalid_dpop_proof"), "now it is not");
    assert_eq!(ask(&again, &bound.for_token(1, &json!({}))).await, None, "and that has cost no code");
}

#[tokio::test]
async fn a_public_clients_refresh_token_is_good_with_its_key_only() {
    let bound = Bound::new().await;
    bound.trial.register_for_users("app", true).await;
    let ask = async |form: String, proof: Option<u8>| {
        let proof = proof.map(|number| bound.for_token(number, &json!({})));
        let sent: Vec<_> = proof.iter().map(|proof| (PROOF, proof.as_str())).collect();
        body(&bound.trial.ask(&headers(&sent), format!("client_id=app&{form}").as_bytes()).await)
    };
    let code = bound.trial.code("app").await;
    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}");
    let refresh = |answer: &Value| {
        format!("grant_type=refresh_token&refresh_token={}", answer["refresh_token"].as_str().unwrap())
    };
    let first = refresh(&ask(form, Some(1)).await);
    for thief in [None, Some(2)] {
        assert_eq!(ask(first.clone(), thief).await["error"], "invalid_grant");
    }
    let second = refresh(&ask(first, Some(1)).await);
    assert_eq!(ask(second.clone(), Some(2)).await["error"], "invalid_grant", "so is the next one");
    assert_eq!(ask(second, Some(1)).await["token_type"], "DPoP", "and thieves have ended nothing");
}
