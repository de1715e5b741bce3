//! Calls of people in their own name: with a token of their own, with a session, for a program they allowed something.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use broker::people::grant_of;
use broker::{Material, NewGrant};
use egress::RequestBody;
use http::Request;
use http::response::Parts as Head;
use seal::proof;
use types::Secret;

use crate::upstream::{Seen, json, scripted};
use crate::world::{Wish, World, refusal};

const ISSUE: &str = "/rest/api/3/issue/REL-1";
const ROSA: &str = "5b10ac8d82e05b22cc7d0001";
const DAN: &str = "5b10ac8d82e05b22cc7d0002";

/// A gateway that holds what two people gave it: an API token each, in the place of what they consented to.
async fn world() -> (World, Seen) {
    let (upstream, seen) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::with(upstream, Wish { people: true, ..Wish::default() }).await;
    for (account, token) in [(ROSA, "of-rosa"), (DAN, "of-dan")] {
        let material = Material::ApiToken {
            email: "person@example.com".into(),
            token: Secret::new(token.into()),
            scoped: true,
        };
        let sites = vec!["acme".parse().unwrap()];
        world.broker.put(NewGrant { name: grant_of(account).unwrap(), sites, material }).await.unwrap();
    }
    (world, seen)
}

async fn token(world: &World, account: &str) -> String {
    let new = world.clients.new_personal_token((account, "Somebody"), "laptop", 90).await.unwrap();
    world.clients.keep_personal_token(new).await.unwrap().open().to_owned()
}

/// What Atlassian is shown for a person.
fn upstream_of(token: &str) -> String {
    format!("authorization: Basic {}", STANDARD.encode(format!("person@example.com:{token}")))
}

async fn send(world: &World, method: &str, headers: &[(&str, &str)]) -> Head {
    let mut request = Request::builder().method(method).uri(format!("http://{}{ISSUE}", world.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if method == "GET" { RequestBody::empty() } else { RequestBody::full("{}") };
    world.send(request.body(body).unwrap()).await.0
}

async fn bearer(world: &World, token: &str) -> Head {
    send(world, "GET", &[("authorization", &format!("Bearer {token}"))]).await
}

/// The cookie of a session, and what its pages prove themselves with.
async fn signed_in(world: &World, account: &str) -> (String, String) {
    let cookie = world.sessions.open(account, "Somebody").await.unwrap();
    let session = world.sessions.of(cookie.open()).await.unwrap().unwrap();
    (format!("theme=dark; ticketgate={}", cookie.open()), proof::form(session.digest(), oauth::CALL))
}

#[tokio::test]
async fn each_person_goes_out_as_themselves_and_never_as_another() {
    let (world, seen) = world().await;
    let (rosas, dans) = (token(&world, ROSA).await, token(&world, DAN).await);
    for (token, own) in [(&rosas, "of-rosa"), (&dans, "of-dan"), (&rosas, "of-rosa"), (&dans, "of-dan")] {
        let before = seen.all().len();
        assert_eq!(bearer(&world, token).await.status, 200);
        let sent = seen.all().split_off(before);
        assert_eq!(sent.len(), 1);
        assert!(sent[0].contains(&upstream_of(own)), "{sent:?}");
        assert!(!sent[0].contains("tgu_"));
    }
    let records = world.records().await;
    let users: Vec<_> = records.iter().map(|it| it.user.as_ref().unwrap().as_str().to_owned()).collect();
    assert_eq!(users, [ROSA, DAN, ROSA, DAN]);
    for record in &records {
        assert_eq!(record.client.as_ref().unwrap().as_str(), "people");
        assert_eq!(
            record.grant.as_ref().unwrap(),
            &grant_of(record.user.as_ref().unwrap().as_str()).unwrap()
        );
        assert!(record.credential.as_ref().unwrap().as_str().starts_with("tgu_\u{2026}"));
        let whole = format!("{record:?}");
        assert!(!whole.contains(&rosas) && !whole.contains(&dans));
    }
}

#[tokio::test]
async fn libraries_that_want_a_user_name_may_send_any() {
    let (world, seen) = world().await;
    let token = token(&world, ROSA).await;
    for user in ["rosa@example.com", "me", "", "Rosa Release", "\u{e4}"] {
        let basic = format!("Basic {}", STANDARD.encode(format!("{user}:{token}")));
        assert_eq!(send(&world, "GET", &[("authorization", &basic)]).await.status, 200, "{user:?}");
    }
    assert!(seen.all().iter().all(|text| text.contains(&upstream_of("of-rosa"))));
}

#[tokio::test]
async fn an_ended_token_is_refused_with_the_next_call() {
    let (world, seen) = world().await;
    let token = token(&world, ROSA).await;
    assert_eq!(bearer(&world, &token).await.status, 200);
    world.clients.end_personal_tokens_of(ROSA).await.unwrap();
    assert_eq!(refusal(&bearer(&world, &token).await), (401.try_into().unwrap(), "credential-invalid"));
    assert_eq!(seen.all().len(), 1);
}

#[tokio::test]
async fn a_page_of_the_gateway_calls_with_the_session_and_atlassian_sees_nothing_of_it() {
    let (world, seen) = world().await;
    let (cookie, csrf) = signed_in(&world, ROSA).await;
    let own = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(send(&world, "GET", &own).await.status, 200);
    let proved =
        [&own[..], &[("x-ticketgate-csrf", csrf.as_str()), ("content-type", "application/json")]].concat();
    assert_eq!(send(&world, "PUT", &proved).await.status, 200);
    let all = seen.all();
    assert_eq!(all.len(), 2);
    for text in &all {
        assert!(text.contains(&upstream_of("of-rosa")), "{text}");
        let lower = text.to_ascii_lowercase();
        for trace in ["cookie", "tgw_", "theme", "csrf", "sec-fetch", &csrf.to_ascii_lowercase()] {
            assert!(!lower.contains(trace), "{trace}: {text}");
        }
    }
    let records = world.records().await;
    assert!(records.iter().all(|it| it.user.as_ref().unwrap().as_str() == ROSA));
    assert!(records.iter().all(|it| it.credential.as_ref().unwrap().as_str().starts_with("tgw_\u{2026}")));
    assert!(!format!("{records:?}").contains(&csrf));
}

#[tokio::test]
async fn nothing_of_another_page_is_sent_on_with_the_session() {
    let (world, seen) = world().await;
    let (cookie, csrf) = signed_in(&world, ROSA).await;
    let own = format!("http://{}", world.address);
    let with = |more: &[(&'static str, &str)]| -> Vec<(String, String)> {
        let mut all = vec![("cookie".to_owned(), cookie.clone())];
        all.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        all
    };
    let tries = [
        ("GET", with(&[])),
        ("GET", with(&[("sec-fetch-site", "cross-site")])),
        ("GET", with(&[("sec-fetch-site", "same-site")])),
        ("GET", with(&[("sec-fetch-site", "none")])),
        ("GET", with(&[("origin", "https://evil.example")])),
        ("GET", with(&[("sec-fetch-site", "same-origin"), ("host", "evil.example")])),
        ("GET", with(&[("origin", "http://evil.example"), ("host", "evil.example")])),
        ("PUT", with(&[("sec-fetch-site", "same-origin")])),
        ("PUT", with(&[("sec-fetch-site", "same-origin"), ("x-ticketgate-csrf", "guess")])),
        ("PUT", with(&[("origin", &own)])),
        ("PUT", with(&[("sec-fetch-site", "cross-site"), ("x-ticketgate-csrf", &csrf)])),
        ("POST", with(&[("origin", "null"), ("sec-fetch-site", "cross-site"), ("x-ticketgate-csrf", &csrf)])),
    ];
    for (method, headers) in &tries {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let head = send(&world, method, &headers).await;
        assert_eq!(refusal(&head), (403.try_into().unwrap(), "cross-site-request"), "{method} {headers:?}");
    }
    assert!(seen.all().is_empty());
}

#[tokio::test]
async fn a_credential_wins_over_the_cookie() {
    let (world, seen) = world().await;
    let (cookie, _) = signed_in(&world, ROSA).await;
    let own = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let robots = [&own[..], &[("authorization", world.authorization.as_str())]].concat();
    assert_eq!(send(&world, "GET", &robots).await.status, 200);
    assert!(!seen.all()[0].contains(&upstream_of("of-rosa")));
    let wrong = [&own[..], &[("authorization", "Bearer nonsense")]].concat();
    assert_eq!(refusal(&send(&world, "GET", &wrong).await), (401.try_into().unwrap(), "credential-invalid"));
}

#[tokio::test]
async fn who_signs_out_is_signed_out_here_too() {
    let (world, seen) = world().await;
    let (cookie, _) = signed_in(&world, ROSA).await;
    let own = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(send(&world, "GET", &own).await.status, 200);
    let text = cookie.rsplit_once('=').unwrap().1;
    let session = world.sessions.of(text).await.unwrap().unwrap();
    world.sessions.close(&session).await.unwrap();
    assert_eq!(refusal(&send(&world, "GET", &own).await), (401.try_into().unwrap(), "credential-invalid"));
    assert_eq!(seen.all().len(), 1);
}

#[tokio::test]
async fn somebody_without_a_connection_hears_in_jiras_shape_where_to_sign_in() {
    let (world, seen) = world().await;
    let token = token(&world, "5b10ac8d82e05b22cc7d0009").await;
    let request = Request::get(format!("http://{}{ISSUE}", world.address))
        .header("authorization", format!("Bearer {token}"))
        .body(RequestBody::empty());
    let (head, body) = world.send(request.unwrap()).await;
    assert_eq!(refusal(&head), (502.try_into().unwrap(), "reconnect-required"));
    let said: serde_json::Value = serde_json::from_str(&body).unwrap();
    let words = said["errorMessages"].to_string();
    assert!(
        words.contains("has not signed in with Atlassian") && words.contains("Sign in at the gateway again")
    );
    assert!(seen.all().is_empty());
}

#[tokio::test]
async fn where_nobody_signs_in_neither_tokens_nor_sessions_are_credentials() {
    let (upstream, seen) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    let token = token(&world, ROSA).await;
    assert_eq!(refusal(&bearer(&world, &token).await), (401.try_into().unwrap(), "credential-invalid"));
    let (cookie, _) = signed_in(&world, ROSA).await;
    let own = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(refusal(&send(&world, "GET", &own).await), (401.try_into().unwrap(), "credential-missing"));
    assert!(seen.all().is_empty());
}
