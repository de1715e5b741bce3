//! A platform made of `openidconnect`: its metadata, its keys and its ID tokens, which stand for a client's secret.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::Ed25519KeyPair;
use axum::Json;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{ClientId, RequestTokenError, TokenResponse as _, TokenUrl};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType, CoreRsaPrivateSigningKey,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AuthUrl, EmptyAdditionalProviderMetadata, IssuerUrl, JsonWebKey, JsonWebKeyId, JsonWebKeySetUrl,
    PrivateSigningKey, ResponseTypes,
};
use serde_json::{Value, json};

use super::World;

const WORKLOAD: &str = "repo:acme/app:ref:refs/heads/main";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A platform that vouches for its workloads.
struct Platform {
    issuer: String,
    rsa: CoreRsaPrivateSigningKey,
    ed25519: CoreEdDsaPrivateSigningKey,
}

impl Platform {
    async fn start() -> Self {
        let (rsa, ed25519) = (an_rsa_key("rsa-1"), an_ed25519_key("ed-1"));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let metadata = CoreProviderMetadata::new(
            IssuerUrl::new(issuer.clone()).unwrap(),
            AuthUrl::new(format!("{issuer}/authorize")).unwrap(),
            JsonWebKeySetUrl::new(format!("{issuer}/keys")).unwrap(),
            vec![ResponseTypes::new(vec![CoreResponseType::IdToken])],
            vec![CoreSubjectIdentifierType::Public],
            vec![CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256],
            EmptyAdditionalProviderMetadata {},
        );
        let keys = CoreJsonWebKeySet::new(vec![rsa.as_verification_key(), ed25519.as_verification_key()]);
        let (metadata, keys) = (json!(metadata), json!(keys));
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(async move || Json(metadata)))
            .route("/keys", get(async move || Json(keys)));
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { issuer, rsa, ed25519 }
    }

    /// What it says of the workload to a gateway there.
    fn claims(&self, gateway: &str) -> Value {
        let now = clock::Clock::system().unwrap().now().as_second();
        json!({ "iss": self.issuer, "sub": WORKLOAD, "aud": [gateway], "iat": now, "exp": now + 300 })
    }
}

/// An ID token with these claims.
fn minted<K>(claims: &Value, key: &K, algorithm: CoreJwsSigningAlgorithm) -> String
where
    K: PrivateSigningKey,
    K::VerificationKey: JsonWebKey<SigningAlgorithm = CoreJwsSigningAlgorithm>,
{
    let claims: CoreIdTokenClaims = serde_json::from_value(claims.clone()).unwrap();
    CoreIdToken::new(claims, key, algorithm, None, None).unwrap().to_string()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn an_rsa_key(kid: &str) -> CoreRsaPrivateSigningKey {
    let made = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let pkcs8: Pkcs8V1Der<'_> = made.as_der().unwrap();
    // The library reads PKCS#1, which is what PKCS#8 holds behind 26 bytes that are the same for all keys of this size.
    let pem = pem("RSA PRIVATE KEY", pkcs8.as_ref().get(26..).unwrap());
    CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new(kid.to_owned()))).unwrap()
}

fn an_ed25519_key(kid: &str) -> CoreEdDsaPrivateSigningKey {
    let made = Ed25519KeyPair::generate().unwrap();
    let pem = pem("PRIVATE KEY", made.to_pkcs8v1().unwrap().as_ref());
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(kid.to_owned()))).unwrap()
}

/// A gateway that knows the platform, and a client without a secret that is the workload.
async fn bound_to(platform: &Platform) -> World {
    let world = World::with(&format!("[oauth.issuers.forge]\nissuer = {:?}\n", platform.issuer)).await;
    let manifests = world.served.dir.path().join("manifests");
    std::fs::copy(manifests.join("robot.toml"), manifests.join("job.toml")).unwrap();
    let bind = format!("forge:sub={WORKLOAD}");
    let words = ["--owner", "tests", "--purpose", "builds", "--no-secret", "--bind", &bind];
    world.served.command(&[&["client", "register", "job"][..], &words].concat());
    world.served.command(&["apply"]);
    world
}

/// A token request in which this ID token stands for the secret.
async fn ask(world: &World, assertion: &str) -> Result<BasicTokenResponse, BasicErrorResponseType> {
    let client = BasicClient::new(ClientId::new("job".to_owned()))
        .set_token_uri(TokenUrl::new(world.told("token_endpoint")).unwrap());
    let request = client
        .exchange_client_credentials()
        .add_extra_param("client_assertion_type", ASSERTION)
        .add_extra_param("client_assertion", assertion);
    match request.request_async(&world.http).await {
        Ok(answer) => Ok(answer),
        Err(RequestTokenError::ServerResponse(said)) => Err(said.error().clone()),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_of_another_implementation_stands_for_a_secret_and_works_until_its_binding_is_gone() {
    let platform = Platform::start().await;
    let world = bound_to(&platform).await;
    let claims = platform.claims(&world.origin);
    let (rsa, ed25519) = (&platform.rsa, &platform.ed25519);
    let mut last = String::new();
    for assertion in [
        minted(&claims, rsa, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        minted(&claims, rsa, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512),
        minted(&claims, rsa, CoreJwsSigningAlgorithm::RsaSsaPssSha256),
        minted(&claims, rsa, CoreJwsSigningAlgorithm::RsaSsaPssSha384),
        minted(&claims, ed25519, CoreJwsSigningAlgorithm::EdDsa),
    ] {
        let answer = ask(&world, &assertion).await.unwrap();
        last.clone_from(answer.access_token().secret());
        assert_eq!(world.issue(&last).await.status, 200);
    }
    world.served.command(&["client", "describe", "job", "--no-bind", "--tls-sha256", &"A".repeat(43)]);
    assert_eq!(world.issue(&last).await.refusal(), Some("credential-invalid"), "at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_of_another_workload_gateway_platform_key_or_time_stands_for_nothing() {
    let platform = Platform::start().await;
    let world = bound_to(&platform).await;
    let algorithm = || CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let right = platform.claims(&world.origin);
    assert!(ask(&world, &minted(&right, &platform.rsa, algorithm())).await.is_ok());

    let mut wrong = Vec::new();
    let now = right["iat"].as_i64().unwrap();
    for (name, value) in [
        ("sub", json!("repo:acme/app:ref:refs/heads/other")),
        ("aud", json!(["https://other.example"])),
        ("aud", json!([format!("{}/", world.origin)])),
        ("iss", json!("https://forge.example")),
        ("exp", json!(now - 300)),
        ("iat", json!(now + 3_600)),
    ] {
        let mut claims = right.clone();
        claims[name] = value;
        wrong.push((name, minted(&claims, &platform.rsa, algorithm())));
    }
    wrong.push(("another key of that name", minted(&right, &an_rsa_key("rsa-1"), algorithm())));
    wrong.push(("an unpublished key", minted(&right, &an_rsa_key("rsa-2"), algorithm())));
    // RFC 8725 §2.1: the public key, which everybody knows, taken for a shared secret.
    let public = json!(platform.rsa.as_verification_key()).to_string();
    let shared = minted(&right, &CoreHmacKey::new(public), CoreJwsSigningAlgorithm::HmacSha256);
    wrong.push(("a shared secret", shared));
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", wrong[0].1.split('.').nth(1).unwrap());
    wrong.push(("no signature", unsigned));
    for (what, assertion) in wrong {
        let outcome = ask(&world, &assertion).await;
        assert_eq!(outcome.map(drop), Err(BasicErrorResponseType::InvalidClient), "{what}");
    }
}
