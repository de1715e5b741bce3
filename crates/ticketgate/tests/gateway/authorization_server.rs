//! The authorization server from outside: what RFC 8414 metadata promises is there and works.

use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Method, Request, header};
use serde_json::Value;

use super::browser::Browser;
use super::harness::{Demo, PATIENCE, Said, basic, call, printed};

async fn post(url: &str, authorization: &str, form: String) -> Said {
    let request = Request::post(url)
        .header(header::AUTHORIZATION, authorization)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(RequestBody::full(Bytes::from(form)))
        .unwrap();
    let egress =
        Egress::new(&egress::Settings { roots: egress::Roots::WebPki, ..Default::default() }).unwrap();
    let (parts, body) = egress.fetch(request, PATIENCE, 1 << 20).await.unwrap();
    Said { status: parts.status, headers: parts.headers, body }
}

struct Server {
    demo: Demo,
    metadata: Value,
    authorization: String,
}

impl Server {
    async fn start() -> Self {
        let demo = Demo::start().await;
        let url = format!("{}/.well-known/oauth-authorization-server", demo.gateway());
        let metadata = call(&url, Method::GET, None, None).await.json();
        let authorization = basic("data-analytics", &demo.secret("data-analytics"));
        Self { demo, metadata, authorization }
    }

    fn endpoint(&self, name: &str) -> String {
        self.metadata[name].as_str().unwrap_or_else(|| panic!("{name}: {}", self.metadata)).to_owned()
    }

    async fn token(&self, form: &str) -> Value {
        let form = format!("grant_type=client_credentials&{form}");
        post(&self.endpoint("token_endpoint"), &self.authorization, form).await.json()
    }

    async fn get(&self, token: &str, path: &str) -> Said {
        let authorization = format!("Bearer {token}");
        call(&format!("{}{path}", self.demo.gateway()), Method::GET, Some(&authorization), None).await
    }
}

/// What `iss` a JWT has, unverified.
fn issuer_of(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["iss"].clone()
}

#[tokio::test]
async fn a_token_names_the_issuer_of_the_metadata_by_either_name_of_this_machine_and_by_no_other() {
    let server = Server::start().await;
    let described =
        server.demo.command(&["client", "describe", "data-analytics", "--token-form", "jwt-es256"]);
    assert!(described.status.success(), "{}", printed(&described));
    let mut program = Browser::at(&server.demo.gateway());
    let gateway = server.demo.gateway();
    let (_, port) = gateway.rsplit_once(':').unwrap();
    let ask = [("authorization", server.authorization.as_str())];
    let form = "grant_type=client_credentials";
    for name in ["localhost", "127.0.0.1", "[::1]"] {
        let host = format!("{name}:{port}");
        let host = ("host", host.as_str());
        let told = program.send(Method::GET, "/.well-known/oauth-authorization-server", &[host], "").await;
        assert_eq!(told.json()["issuer"], format!("http://{}", host.1));
        let said = program.send(Method::POST, "/oauth/token", &[host, ask[0]], form).await;
        let token = said.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(issuer_of(&token), told.json()["issuer"], "{name}");
    }
    for host in ["evil.example", "evil.example:8080", "192.0.2.1", "localhost:1"] {
        let host = ("host", host);
        for page in ["oauth-authorization-server", "oauth-protected-resource"] {
            let said = program.send(Method::GET, &format!("/.well-known/{page}"), &[host], "").await;
            assert_eq!(said.refusal(), Some("request-unreadable"), "{host:?}");
            assert!(
                !said.text().contains("evil") && said.text().contains("public_origin"),
                "{}",
                said.text()
            );
        }
        let said = program.send(Method::POST, "/oauth/token", &[host, ask[0]], form).await;
        assert_eq!((said.status.as_u16(), &said.json()["error"]), (400, &"invalid_request".into()));
        let said = program
            .send(
                Method::POST,
                "/oauth/token",
                &[host, ask[0]],
                &format!("{form}&resource=http://{}/sites/demo", host.1),
            )
            .await;
        assert!(said.json().get("access_token").is_none());
    }
}

#[tokio::test]
async fn an_opaque_token_which_names_no_issuer_is_had_by_any_name() {
    let server = Server::start().await;
    let mut program = Browser::at(&server.demo.gateway());
    let headers = [("authorization", server.authorization.as_str()), ("host", "gateway.internal:8080")];
    let form = "grant_type=client_credentials";
    let said = program.send(Method::POST, "/oauth/token", &headers, form).await.json();
    let token = said["access_token"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&token, "/rest/api/3/issue/REL-1").await.status, 200);
    let told =
        program.send(Method::POST, "/oauth/introspect", &headers, &format!("token={token}")).await.json();
    assert_eq!((&told["active"], told.get("iss")), (&true.into(), None), "it has no name to tell");
    for resource in ["http://gateway.internal:8080/sites/demo", "/sites/demo", "/"] {
        let at = format!("{form}&resource={resource}");
        let said = program.send(Method::POST, "/oauth/token", &headers, &at).await.json();
        assert_eq!(said["error"], "invalid_target", "{resource}");
    }
}

#[tokio::test]
async fn a_jwt_of_ours_verifies_with_the_published_keys_and_works_until_it_is_revoked() {
    let server = Server::start().await;
    let described =
        server.demo.command(&["client", "describe", "data-analytics", "--token-form", "jwt-es256"]);
    assert!(described.status.success(), "{}", printed(&described));
    let answer = server.token("scope=read:jira-work").await;
    let token = answer["access_token"].as_str().unwrap().to_owned();

    let keys = call(&server.endpoint("jwks_uri"), Method::GET, None, None).await.text();
    let keys = jose::JwkSet::parse(&keys).unwrap();
    let issuer = server.endpoint("issuer");
    let expected = jose::Expected::new(issuer.clone(), [issuer.clone()]).of_type("at+jwt").with_id();
    let now = jiff::Timestamp::from_second(i64::try_from(unix_seconds()).unwrap()).unwrap();
    let verified = jose::Unverified::parse(&token).unwrap().verify(&keys, &expected, now).unwrap();
    assert_eq!(verified.subject(), Some("data-analytics"));
    assert_eq!(verified.claim(&["scope"]).and_then(Value::as_str), Some("read:jira-work"));

    let path = "/rest/api/3/issue/REL-1";
    assert_eq!(server.get(&token, path).await.status, 200);
    let form = format!("token={token}");
    let said =
        post(&server.endpoint("introspection_endpoint"), &server.authorization, form.clone()).await.json();
    assert_eq!((&said["active"], &said["iss"]), (&true.into(), &issuer.into()));
    let revoked = post(&server.endpoint("revocation_endpoint"), &server.authorization, form).await;
    assert_eq!(revoked.status, 200);
    assert_eq!(server.get(&token, path).await.refusal(), Some("credential-invalid"));
}

fn unix_seconds() -> u64 {
    let clock = clock::Clock::system().unwrap();
    u64::try_from(clock.now().as_second()).unwrap()
}

#[tokio::test]
async fn a_token_for_one_site_reaches_no_other() {
    let server = Server::start().await;
    let resource = format!("{}/sites/demo", server.endpoint("issuer"));
    let answer = server.token(&format!("resource={resource}")).await;
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(server.get(token, "/rest/api/3/issue/REL-1").await.status, 200);
    let nowhere = server.token("resource=https://elsewhere.example").await;
    assert_eq!(nowhere["error"], "invalid_target");
}

#[tokio::test]
async fn a_backend_has_atlassians_own_token_once_its_manifest_says_so_and_the_record_shows_it() {
    let server = Server::start().await;
    let own = server.token("").await["access_token"].as_str().unwrap().to_owned();
    let form = format!(
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token={own}\
         &subject_token_type=urn:ietf:params:oauth:token-type:access_token\
         &requested_token_type=urn:ticketgate:params:oauth:token-type:upstream-access-token"
    );
    let url = server.endpoint("token_endpoint");
    let refused = post(&url, &server.authorization, form.clone()).await;
    assert_eq!(refused.json()["error"], "unauthorized_client");

    let manifest = server.demo.data().join("manifests/data-analytics.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replacen("[operations]", "vending = true\n[operations]", 1)).unwrap();
    let applied = server.demo.command(&["apply"]);
    assert!(applied.status.success(), "{}", printed(&applied));
    let vended = post(&url, &server.authorization, form).await.json();
    let token = vended["access_token"].as_str().unwrap_or_else(|| panic!("{vended}")).to_owned();
    let left = vended["expires_in"].as_u64().unwrap();
    assert!((1..=3_600).contains(&left), "{left}");

    let cloud_id = server.demo.ready["sites"][0]["cloud_id"].as_str().unwrap();
    let direct = format!("{}/ex/jira/{cloud_id}/rest/api/3/issue/REL-1", server.demo.standin());
    let said = call(&direct, Method::GET, Some(&format!("Bearer {token}")), None).await;
    assert_eq!(said.status, 200, "{said:?}");

    let records = server.demo.records("client=data-analytics&kind=token", 4).await;
    let shown: Vec<_> = records.iter().map(|record| record["issued"].as_str().unwrap_or_default()).collect();
    let [.., last] = shown.as_slice() else { panic!("{records:?}") };
    assert_eq!(*last, "upstream token of demo-service-account", "{shown:?}");
    assert_eq!(records[records.len() - 1]["site"], "demo");
    assert!(!serde_json::to_string(&records).unwrap().contains(&token));
}
