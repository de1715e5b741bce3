use super::*;
use crate::trial::{BACK, CHALLENGE, ISSUER, Trial, ask, parameter};

async fn furnished() -> Trial {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    trial
}

/// Where the client is told, and what.
async fn sent(trial: &Trial, query: &str) -> (String, String) {
    match trial.asked(query).await.unwrap_err() {
        NotAsked::Send(redirect) => {
            let location = redirect.location().to_str().unwrap().to_owned();
            assert_eq!(parameter(&redirect, "iss").as_deref(), Some(ISSUER), "{location}");
            assert!(parameter(&redirect, "code").is_none());
            (parameter(&redirect, "error").unwrap(), location)
        }
        other => panic!("{query}: {other:?}"),
    }
}

async fn told(trial: &Trial, query: &str) -> &'static str {
    match trial.asked(query).await.unwrap_err() {
        NotAsked::Tell(words) => words,
        other => panic!("{query}: {other:?}"),
    }
}

#[tokio::test]
async fn a_request_in_order_says_who_asks_for_what() {
    let trial = furnished().await;
    let request = trial.asked(&ask("app")).await.unwrap();
    assert_eq!((request.client().as_str(), request.owner(), request.purpose()), ("app", "owner", "test"));
    assert_eq!(*request.scopes(), trial.scopes("read:jira-work write:jira-work"));
    let less = trial.asked(&format!("{}&scope=read:jira-work+offline_access", ask("app"))).await.unwrap();
    assert_eq!(*less.scopes(), trial.scopes("read:jira-work"));
}

#[tokio::test]
async fn what_it_does_not_know_and_hints_about_people_are_ignored() {
    let trial = furnished().await;
    let query = format!("{}&prompt=none&login_hint=admin%40example.com&max_age=0&audience=x", ask("app"));
    assert!(trial.asked(&query).await.is_ok());
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let trial = furnished().await;
    let secret = trial.register("without", None).await;
    assert!(!secret.is_empty());
    for (from, to) in [
        (BACK, "https://evil.example/back"),
        (BACK, "https://client.example/back/"),
        (BACK, "https://client.example/back%23x"),
        (BACK, "https://x@client.example/back"),
        (BACK, "//client.example/back"),
        (BACK, "javascript:alert(1)"),
        (BACK, ""),
        ("client_id=app", "client_id=nobody"),
        ("client_id=app", "client_id=without"),
        ("client_id=app", "client_id=%00"),
        ("state=xyz", "state=xyz&redirect_uri=https://evil.example/back"),
        ("state=xyz", "state=xyz&client_id=other"),
        ("state=xyz", "state=%ff"),
    ] {
        let query = ask("app").replace(from, to);
        assert_ne!(query, ask("app"));
        assert!(!told(&trial, &query).await.is_empty(), "{query}");
    }
    let long = format!("{}&x={}", ask("app"), "x".repeat(LONGEST));
    assert!(!told(&trial, &long).await.is_empty());
}

#[tokio::test]
async fn pkce_with_s256_is_wanted_from_everyone() {
    let trial = furnished().await;
    trial.register_for_users("server", false).await;
    let challenge = format!("code_challenge={CHALLENGE}");
    for client in ["app", "server"] {
        for (from, to) in [
            (format!("&{challenge}"), String::new()),
            ("&code_challenge_method=S256".to_owned(), String::new()),
            ("=S256".to_owned(), "=plain".to_owned()),
            ("=S256".to_owned(), "=s256".to_owned()),
            (challenge.clone(), "code_challenge=short".to_owned()),
            (challenge.clone(), format!("{challenge}=")),
        ] {
            let (error, location) = sent(&trial, &ask(client).replace(&from, &to)).await;
            assert_eq!(error, "invalid_request", "{location}");
            assert!(
                location.starts_with("https://client.example/back?error=") && location.contains("state=xyz")
            );
        }
    }
}

#[tokio::test]
async fn a_client_is_told_what_is_wrong_with_its_request() {
    let trial = furnished().await;
    for (from, to, error) in [
        ("response_type=code", "response_type=token", "unsupported_response_type"),
        ("response_type=code&", "", "invalid_request"),
        ("state=xyz", "state=xyz&response_mode=fragment", "invalid_request"),
        ("state=xyz", "state=xyz&request=eyJ", "request_not_supported"),
        ("state=xyz", "state=xyz&request_uri=urn:x", "request_uri_not_supported"),
        ("state=xyz", "state=xyz&scope=read:nonsense", "invalid_scope"),
        ("state=xyz", "state=xyz&scope=manage:jira-configuration", "invalid_scope"),
        ("state=xyz", "state=%22%3E%3Cscript%3E%0d%0aX:y", "invalid_request"),
    ] {
        assert_eq!(sent(&trial, &ask("app").replace(from, to)).await.0, error);
    }
    let none = trial.clients.authorization_request(&ask("app"), ISSUER, |_| None).await;
    assert!(
        matches!(none, Err(NotAsked::Send(redirect)) if parameter(&redirect, "error").unwrap() == "invalid_scope")
    );
}

#[tokio::test]
async fn a_state_comes_back_as_it_was_sent_and_breaks_nothing() {
    let trial = furnished().await;
    let state = "a b&c=d#e\"<x>%25";
    let encoded = "a+b%26c%3Dd%23e%22%3Cx%3E%2525";
    let request = trial.asked(&ask("app").replace("xyz", encoded)).await.unwrap();
    let redirect = request.deny();
    assert_eq!(parameter(&redirect, "state").as_deref(), Some(state));
    assert_eq!(parameter(&redirect, "error").as_deref(), Some("access_denied"));
    let location = redirect.location().to_str().unwrap().to_owned();
    assert!(!location.contains(['"', '<', '#', ' ']), "{location}");
    assert_eq!(parameter(&redirect, "iss").as_deref(), Some(ISSUER));
}

#[tokio::test]
async fn an_address_with_a_query_keeps_it_and_a_port_on_loopback_too() {
    let trial = furnished().await;
    let asked = ask("app").replace(BACK, "http://127.0.0.1:50123/back");
    let location = trial.asked(&asked).await.unwrap().deny().location();
    assert!(location.to_str().unwrap().starts_with("http://127.0.0.1:50123/back?error="));
    trial
        .change("app", |row| {
            row.profile = r#"{"public":true,"redirect_uris":["https://client.example/?a=1"]}"#.to_owned()
        })
        .await;
    let asked = ask("app").replace(BACK, "https://client.example/?a=1");
    let location = trial.asked(&asked).await.unwrap().deny().location();
    assert!(location.to_str().unwrap().starts_with("https://client.example/?a=1&error="));
}

#[tokio::test]
async fn nobody_is_asked_for_a_client_that_is_paused_expired_or_gone() {
    let trial = furnished().await;
    trial.change("app", |row| row.paused = Some("reject".to_owned())).await;
    assert_eq!(sent(&trial, &ask("app")).await.0, "unauthorized_client");
    let now = trial.clock.now();
    trial.change("app", |row| (row.paused, row.expires_at) = (None, Some(now))).await;
    assert_eq!(sent(&trial, &ask("app")).await.0, "unauthorized_client");
    trial.change("app", |row| row.state = crate::REVOKED.to_owned()).await;
    assert!(!told(&trial, &ask("app")).await.is_empty(), "its addresses are nobody's any more");
}

#[tokio::test]
async fn a_redirect_does_not_show_its_code() {
    let trial = furnished().await;
    let request = trial.asked(&ask("app")).await.unwrap();
    let redirect = trial.clients.allow(&request, "5b10").await.unwrap();
    assert_eq!(format!("{redirect:?}"), "redirect to the client");
    assert!(redirect.location().is_sensitive());
    assert!(parameter(&redirect, "code").unwrap().starts_with("tgc_"));
}

fn names(request: &AuthorizationRequest) -> Vec<&str> {
    request.sites().iter().map(SiteName::as_str).collect()
}

#[tokio::test]
async fn a_resource_narrows_what_is_asked_for_to_its_site() {
    let trial = furnished().await;
    let with = |resources: &[&str]| {
        resources.iter().fold(ask("app"), |query, resource| format!("{query}&resource={resource}"))
    };
    for (resources, sites) in [
        (&[][..], &["demo", "other"][..]),
        (&[""], &["demo", "other"]),
        (&["https://gateway.example"], &["demo", "other"]),
        (&["https://gateway.example/"], &["demo", "other"]),
        (&["https://gateway.example/sites/demo"], &["demo"]),
        (&["https%3A%2F%2Fgateway.example%2Fsites%2Fother"], &["other"]),
        (&["https://gateway.example/ex/jira/11111111-2222-4333-8444-666666666666"], &["other"]),
        (&["https://other.atlassian.example"], &["other"]),
        (&["https://gateway.example/sites/other", "https://demo.atlassian.example"], &["demo", "other"]),
        (&["https://gateway.example/sites/other", "https://gateway.example"], &["demo", "other"]),
    ] {
        assert_eq!(names(&trial.asked(&with(resources)).await.unwrap()), sites, "{resources:?}");
    }
}

#[tokio::test]
async fn a_resource_that_is_none_of_the_clients_is_no_target_whatever_stands_beside_it() {
    let trial = furnished().await;
    let good = "https://gateway.example/sites/demo";
    for resource in [
        "https://elsewhere.example",
        "https://gateway.example/sites/third",
        "https://gateway.example/sites/demo%23part",
        "https://gateway.example/sites/demo?x=y",
        "https://gateway.example.evil.example/sites/demo",
        "/sites/demo",
        "demo",
        "%20",
    ] {
        for query in [
            format!("{}&resource={resource}", ask("app")),
            format!("{}&resource={good}&resource={resource}", ask("app")),
            format!("{}&resource=https://gateway.example&resource={resource}", ask("app")),
        ] {
            let (error, location) = sent(&trial, &query).await;
            assert_eq!(error, "invalid_target", "{query}");
            assert!(location.contains("state=xyz"), "{location}");
        }
    }
}
