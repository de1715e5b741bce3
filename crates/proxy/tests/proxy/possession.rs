//! Tokens that are bound to a key, through a whole gateway.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use egress::RequestBody;
use http::{HeaderMap, HeaderValue, Method, Request};
use oauth::Approach;
use serde_json::{Value, json};

use crate::upstream::{json as answer, scripted};
use crate::world::{World, refusal};

const ISSUE: &str = "/rest/api/3/issue/REL-1";

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A proof for a request, and for a token when it carries one.
fn proof(method: &str, url: &str, token: Option<&str>, jti: &str) -> String {
    let key = Ed25519KeyPair::from_seed_unchecked(&[5; 32]).unwrap();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key.public_key()) });
    let now = clock::Clock::system().unwrap().now().as_second();
    let mut claims = json!({ "jti": jti, "htm": method, "htu": url, "iat": now });
    if let Some(token) = token {
        claims["ath"] = URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes())).into();
    }
    let text =
        format!("{}.{}", part(&json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk })), part(&claims));
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(key.sign(text.as_bytes())))
}

async fn bound_token(world: &World) -> String {
    let origin = format!("http://{}", world.address);
    let basic = format!("Basic {}", STANDARD.encode(format!("robot:{}", world.secret.open())));
    let headers: HeaderMap = [
        ("authorization", basic),
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ("dpop", proof("POST", &format!("{origin}/oauth/token"), None, "token")),
    ]
    .into_iter()
    .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(&value).unwrap()))
    .collect();
    let approach = Approach {
        headers: &headers,
        whence: oauth::Whence::direct(std::net::Ipv4Addr::LOCALHOST.into()),
        method: &Method::POST,
        origin: &origin,
        path: "/oauth/token",
        authority: None,
        certificate: None,
    };
    let mut record = audit::Record::default();
    let answer = world
        .clients
        .token(approach, b"grant_type=client_credentials", |_| None, crate::world::no_vending, &mut record)
        .await;
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn a_bound_token_reaches_jira_with_a_proof_for_this_very_request_and_the_proof_stays_here() {
    let (upstream, seen) = scripted(|_| answer("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    let token = bound_token(&world).await;
    let url = format!("http://{}{ISSUE}", world.address);
    let send = async |scheme: &str, proof: Option<&str>| {
        let mut request = Request::get(format!("{url}?fields=summary"))
            .header("authorization", format!("{scheme} {token}"));
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        world.send(request.body(RequestBody::empty()).unwrap()).await.0
    };
    let challenges = |head: &http::response::Parts| {
        let all = head.headers.get_all("www-authenticate").iter();
        all.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>().join("; ")
    };

    let as_bearer = send("Bearer", None).await;
    assert_eq!(refusal(&as_bearer), (http::StatusCode::UNAUTHORIZED, "credential-invalid"));
    assert!(challenges(&as_bearer).contains("DPoP realm=\"ticketgate\", error=\"invalid_token\""));

    let elsewhere =
        proof("GET", &format!("http://{}/rest/api/3/issue/REL-2", world.address), Some(&token), "1");
    let refused = send("DPoP", Some(&elsewhere)).await;
    assert_eq!(refusal(&refused), (http::StatusCode::UNAUTHORIZED, "proof-invalid"));
    assert!(challenges(&refused).starts_with("DPoP realm=\"ticketgate\", error=\"invalid_dpop_proof\""));
    assert!(seen.all().is_empty(), "nothing has reached Jira yet");

    let good = proof("GET", &url, Some(&token), "2");
    assert_eq!(send("DPoP", Some(&good)).await.status, 200);
    assert_eq!(refusal(&send("DPoP", Some(&good)).await).1, "proof-invalid", "once");
    let sent = seen.all().concat();
    assert!(!sent.to_ascii_lowercase().contains("dpop") && !sent.contains(&token), "{sent}");
}
