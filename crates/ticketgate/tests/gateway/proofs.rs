//! Clients without a secret, from the command line to the call.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Method, Request};
use serde_json::{Value, json};

use super::harness::{Demo, PATIENCE, Said, call, printed};

const JWT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
const MANIFEST: &str = "owner = \"team a\"\npurpose = \"nightly checks\"\nsite = \"demo\"\ngrant = \"demo-service-account\"\n\
                        scopes = [\"read:jira-work\"]\n[operations]\nids = [\"jira:getIssue\"]\n";

struct Key(Ed25519KeyPair);

impl Key {
    fn new(number: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap())
    }

    fn jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.0.public_key()) })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(self.0.sign(text.as_bytes())))
    }
}

fn now() -> i64 {
    clock::Clock::system().unwrap().now().as_second()
}

fn unique() -> String {
    clock::Clock::system().unwrap().request_id().to_string()
}

async fn send(method: Method, url: &str, headers: &[(&str, &str)], body: String) -> Said {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let settings = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
    let request = request.body(RequestBody::full(Bytes::from(body))).unwrap();
    let (parts, body) = Egress::new(&settings).unwrap().fetch(request, PATIENCE, 1 << 20).await.unwrap();
    Said { status: parts.status, headers: parts.headers, body }
}

/// A token by an assertion of this key, with a proof of possession when one is given.
async fn token(demo: &Demo, key: &Key, proof: Option<&str>) -> Said {
    let (origin, now) = (demo.gateway(), now());
    let claims = json!({
        "iss": "nightly", "sub": "nightly", "aud": origin, "iat": now, "exp": now + 60, "jti": unique(),
    });
    let assertion = key.sign(&json!({ "alg": "EdDSA" }), &claims);
    let form =
        format!("grant_type=client_credentials&client_assertion_type={JWT}&client_assertion={assertion}");
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
    headers.extend(proof.map(|proof| ("dpop", proof)));
    send(Method::POST, &format!("{origin}/oauth/token"), &headers, form).await
}

fn json_of(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", printed(output)))
}

/// A demo with a client that has this key and no secret.
async fn demo(key: &Key) -> Demo {
    let demo = Demo::start().await;
    let file = demo.dir.path().join("jwks.json");
    std::fs::write(&file, json!({ "keys": [key.jwk()] }).to_string()).unwrap();
    std::fs::write(demo.data().join("manifests/nightly.toml"), MANIFEST).unwrap();
    assert!(demo.command(&["apply"]).status.success());
    let made = demo.command(&[
        "client",
        "register",
        "nightly",
        "--no-secret",
        "--jwks",
        file.to_str().unwrap(),
        "--json",
    ]);
    assert!(made.status.success(), "{}", printed(&made));
    let made = json_of(&made);
    assert!(made.get("client_secret").is_none(), "{made}");
    assert_eq!(made["client"]["secrets"], json!([]));
    demo
}

#[tokio::test]
async fn a_client_registered_with_a_key_and_no_secret_calls_until_its_key_is_taken_away() {
    let key = Key::new(1);
    let demo = demo(&key).await;
    let answer = token(&demo, &key, None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let bearer = format!("Bearer {}", answer.json()["access_token"].as_str().unwrap());
    let url = format!("{}/rest/api/3/issue/REL-1", demo.gateway());
    let get = async || call(&url, Method::GET, Some(&bearer), None).await;
    assert_eq!(get().await.status, 200);
    assert_eq!(token(&demo, &Key::new(2), None).await.status, 401);

    let shown = printed(&demo.command(&["client", "show", "nightly"]));
    assert!(shown.contains("keys        without kid"), "{shown}");
    let gone = demo.command(&["client", "describe", "nightly", "--no-jwks"]);
    assert!(gone.status.success(), "{}", printed(&gone));
    assert_eq!(get().await.refusal(), Some("credential-invalid"), "at once");
    let records = demo.records("kind=change&limit=100", 2).await;
    let mut changes = records.iter().map(|record| &record["change"]);
    let change = changes.find(|change| change["action"] == "client describe").unwrap();
    assert!(change["before"].as_str().unwrap().contains("Ed25519"), "{change}");
    assert!(!change["after"].as_str().unwrap().contains("Ed25519"), "{change}");
}

#[tokio::test]
async fn a_client_whose_tokens_have_to_be_bound_calls_with_proofs() {
    let key = Key::new(1);
    let demo = demo(&key).await;
    let described = demo.command(&["client", "describe", "nightly", "--bound-tokens"]);
    assert!(described.status.success(), "{}", printed(&described));
    assert_eq!(token(&demo, &key, None).await.json()["error"], "invalid_request");

    let holder = Key::new(7);
    let proof = |method: &str, url: &str, more: Value| {
        let mut claims = json!({ "jti": unique(), "htm": method, "htu": url, "iat": now() });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        holder.sign(&json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": holder.jwk() }), &claims)
    };
    let for_token = proof("POST", &format!("{}/oauth/token", demo.gateway()), json!({}));
    let answer = token(&demo, &key, Some(&for_token)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["token_type"].as_str()),
        (200, Some("DPoP")),
        "{answer:?}"
    );
    let bound = answer.json()["access_token"].as_str().unwrap().to_owned();
    let url = format!("{}/rest/api/3/issue/REL-1", demo.gateway());
    let ath = URL_SAFE_NO_PAD.encode(digest(&SHA256, bound.as_bytes()));
    let authorization = format!("DPoP {bound}");
    let for_call = proof("GET", &url, json!({ "ath": ath }));
    let sent = [("authorization", authorization.as_str()), ("dpop", for_call.as_str())];
    assert_eq!(send(Method::GET, &url, &sent, String::new()).await.status, 200);
    assert_eq!(send(Method::GET, &url, &sent, String::new()).await.refusal(), Some("proof-invalid"));
    let bearer = call(&url, Method::GET, Some(&format!("Bearer {bound}")), None).await;
    assert_eq!(bearer.refusal(), Some("credential-invalid"));
}

#[tokio::test]
async fn ways_of_proving_that_cannot_work_are_refused_when_they_are_written_down() {
    let demo = Demo::start().await;
    let refused = |args: &[&str], said: &str| {
        let output = demo.command(args);
        assert!(
            !output.status.success() && printed(&output).contains(said),
            "{args:?}: {}",
            printed(&output)
        );
    };
    let describe =
        |option: &'static str, value: &'static str| ["client", "describe", "data-analytics", option, value];
    refused(&describe("--bind", "nowhere:sub=x"), "nowhere");
    refused(&describe("--jwks", "ftp://keys"), "cannot be read");
    refused(&describe("--jwks", "https://user:word@keys.example/"), "jwks_uri");
    refused(&describe("--tls-sha256", "abc"), "43 characters");
    let register = ["client", "register", "fresh", "--owner", "a", "--purpose", "b", "--no-secret"];
    refused(&register, "nothing to prove itself with");
    let file = demo.dir.path().join("private.json");
    std::fs::write(&file, r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA","d":"c2VjcmV0LXBhcnQ"}]}"#)
        .unwrap();
    refused(&["client", "describe", "data-analytics", "--jwks", file.to_str().unwrap()], "private parts");
    let records = demo.records("kind=change", 1).await;
    assert!(
        !json!(records).to_string().contains("c2VjcmV0LXBhcnQ"),
        "a private key that was sent is not written down"
    );
}

#[tokio::test]
async fn metadata_says_what_there_is() {
    let demo = Demo::start().await;
    let url = format!("{}/.well-known/oauth-authorization-server", demo.gateway());
    let said = call(&url, Method::GET, None, None).await.json();
    let methods = said["token_endpoint_auth_methods_supported"].as_array().unwrap();
    assert!(
        methods.contains(&json!("private_key_jwt")) && !methods.contains(&json!("tls_client_auth")),
        "{said}"
    );
    assert!(said["dpop_signing_alg_values_supported"].as_array().unwrap().contains(&json!("ES256")));
    assert_eq!(said["tls_client_certificate_bound_access_tokens"], false);
}
