use http::StatusCode;

use super::*;
use crate::trial::{Trial, basic, headers, json};

async fn error(answer: Response<Bytes>) -> (u16, String) {
    let body = json(&answer);
    let description = body["error_description"].as_str().unwrap();
    let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    assert!(!description.is_empty() && description.chars().all(allowed), "RFC 6749 §5.2: {description}");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), body["error"].as_str().unwrap().to_owned())
}

fn is(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

#[tokio::test]
async fn a_token_comes_with_type_life_and_scope_and_is_not_cached() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let answer = trial.token("release", &secret, "grant_type=client_credentials").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["pragma"], "no-cache");
    let body = json(&answer);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3_600);
    assert_eq!(body["scope"], "read:jira-work write:jira-work");
    assert!(body["access_token"].as_str().unwrap().starts_with("tga_"));
    assert!(body.get("refresh_token").is_none(), "RFC 6749 §4.4.3");
}

#[tokio::test]
async fn id_and_secret_may_come_in_the_body() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let form = format!("grant_type=client_credentials&client_id=release&client_secret={secret}");
    let answer = trial.ask(&headers(&[]), form.as_bytes()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(json(&answer).get("scope").is_none(), "without a manifest nobody can say");
}

#[tokio::test]
async fn id_and_secret_are_form_encoded_inside_basic() {
    let trial = Trial::new().await;
    let secret = trial.register("release-2", None).await;
    let encoded = secret.replace("tgs_", "tgs%5F");
    let answer = trial.token("release%2D2", &encoded, "grant_type=client_credentials").await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn both_ways_at_once_are_refused_but_repeating_the_id_is_not() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let ask = async |form: String| trial.token("release", &secret, &form).await;
    let base = "grant_type=client_credentials";
    let both = ask(format!("{base}&client_secret={secret}")).await;
    assert_eq!(error(both).await, is(400, "invalid_request"));
    let other = ask(format!("{base}&client_id=analytics")).await;
    assert_eq!(error(other).await, is(400, "invalid_request"));
    assert_eq!(ask(format!("{base}&client_id=release")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn whoever_does_not_prove_to_be_a_client_hears_one_answer() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let other = trial.register("analytics", None).await;
    let token = trial.access_token("release", &secret).await;
    let mut bodies = Vec::new();
    for (id, word) in [
        ("release", "wrong"),
        ("release", other.as_str()),
        ("release", token.as_str()),
        ("nobody", secret.as_str()),
        ("", secret.as_str()),
        ("", ""),
    ] {
        let basic = trial.token(id, word, "grant_type=client_credentials").await;
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={word}");
        let post = trial.ask(&headers(&[]), form.as_bytes()).await;
        for answer in [basic, post] {
            assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic realm="));
            bodies.push(answer.body().clone());
            assert_eq!(error(answer).await, is(401, "invalid_client"), "{id}");
        }
    }
    let bearer = headers(&[(header::AUTHORIZATION, &format!("Bearer {token}"))]);
    bodies.push(trial.ask(&bearer, b"grant_type=client_credentials").await.into_body());
    assert!(bodies.iter().all(|body| body == &bodies[0]));
}

#[tokio::test]
async fn a_request_that_is_not_a_plain_form_is_refused_with_a_hint() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let json_body =
        format!(r#"{{"grant_type":"client_credentials","client_id":"release","client_secret":"{secret}"}}"#);
    let mut as_json = headers(&[]);
    as_json.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    let answer = trial.ask(&as_json, json_body.as_bytes()).await;
    assert!(json(&answer)["error_description"].as_str().unwrap().contains("reads no JSON"));
    assert_eq!(error(answer).await, is(400, "invalid_request"));
    let twice = "grant_type=client_credentials&grant_type=client_credentials";
    assert_eq!(error(trial.token("release", &secret, twice).await).await, is(400, "invalid_request"));
    assert_eq!(error(trial.token("release", &secret, "").await).await, is(400, "invalid_request"));
    let code = "grant_type=password&username=x&password=y";
    assert_eq!(error(trial.token("release", &secret, code).await).await, is(400, "unsupported_grant_type"));
    let form_header = headers(&[
        (header::AUTHORIZATION, &basic("release", &secret)),
        (header::AUTHORIZATION, &basic("release", &secret)),
    ]);
    let two = trial.ask(&form_header, b"grant_type=client_credentials").await;
    assert_eq!(error(two).await, is(400, "invalid_request"));
}

#[tokio::test]
async fn scopes_narrow_a_token_and_never_widen_it() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let ask = async |scope: &str| {
        let form = format!("grant_type=client_credentials&scope={}", scope.replace(' ', "+"));
        trial.token("release", &secret, &form).await
    };
    let narrowed = ask("read:jira-work").await;
    assert_eq!(json(&narrowed)["scope"], "read:jira-work");
    let token = json(&narrowed)["access_token"].as_str().unwrap().to_owned();
    let caller = trial.authenticate(&format!("Bearer {token}")).await.unwrap();
    assert_eq!(caller.scopes(), Some(&trial.scopes("read:jira-work")));

    let unknown = ask("read:jira-wrok").await;
    assert!(json(&unknown)["error_description"].as_str().unwrap().contains("read:jira-work"));
    assert_eq!(error(unknown).await, is(400, "invalid_scope"));
    let wider = ask("read:jira-work manage:jira-configuration").await;
    let said = json(&wider)["error_description"].as_str().unwrap().to_owned();
    assert!(said.contains("manage:jira-configuration") && !said.contains("read:jira-work"), "{said}");
    assert_eq!(error(wider).await, is(400, "invalid_scope"));
    let odd = ask("read:\"\\%0a").await;
    assert_eq!(error(odd).await, is(400, "invalid_scope"));
}

#[tokio::test]
async fn a_narrowed_token_needs_a_manifest_to_be_narrower_than() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let form = format!(
        "grant_type=client_credentials&client_id=release&client_secret={secret}&scope=read:jira-work"
    );
    let answer = trial.ask(&headers(&[]), form.as_bytes()).await;
    assert_eq!(error(answer).await, is(400, "invalid_scope"));
}

#[tokio::test]
async fn an_expired_client_gets_no_token_and_hears_why() {
    let trial = Trial::new().await;
    let end = trial.clock.now().checked_add(std::time::Duration::from_secs(600)).unwrap();
    let secret = trial.register("release", Some(end)).await;
    let soon = trial.token("release", &secret, "grant_type=client_credentials").await;
    assert_eq!(json(&soon)["expires_in"], 600, "not longer than the client");
    trial.pass(600);
    let late = trial.token("release", &secret, "grant_type=client_credentials").await;
    assert_eq!(error(late).await, is(400, "unauthorized_client"));
}

#[tokio::test]
async fn a_store_that_fails_is_a_temporary_no_and_no_token() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    trial.store.close().await;
    let answer = trial.token("release", &secret, "grant_type=client_credentials").await;
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(error(answer).await, is(503, "temporarily_unavailable"));
}

#[tokio::test]
async fn the_record_says_who_got_which_token_or_why_not() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let ask = async |secret: &str, form: &str| trial.token_recorded("release", secret, form).await;
    let (answer, record) = ask(&secret, "grant_type=client_credentials&scope=read:jira-work").await;
    let token = json(&answer)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(record.client.unwrap().as_str(), "release");
    assert!(record.credential.unwrap().as_str().starts_with("tgs_…"));
    let issued = record.issued.unwrap();
    assert!(token.ends_with(issued.as_str().strip_prefix("tga_…").unwrap()), "{issued}");
    assert_eq!(*record.scopes, [Text::fixed("read:jira-work")]);
    assert_eq!((record.status, record.refusal), (Some(200), None));

    let (_, record) = ask(&secret, "grant_type=client_credentials&scope=manage:jira-project").await;
    assert_eq!(record.client.unwrap().as_str(), "release");
    assert_eq!((record.status, record.refusal), (Some(400), Some("invalid_scope".into())));
    assert_eq!(record.issued, None);

    let (_, record) = ask("wrong", "grant_type=client_credentials").await;
    assert_eq!((record.client, record.credential), (None, None), "nobody proved to be it");
    assert_eq!((record.status, record.refusal), (Some(401), Some("invalid_client".into())));
}

#[tokio::test]
async fn a_client_that_asks_without_end_is_slowed_down_and_others_are_not() {
    let trial = Trial::new().await;
    let (fast, other) = (trial.register("fast", None).await, trial.register("other", None).await);
    let form = "grant_type=client_credentials";
    for _ in 0..50 {
        assert_eq!(trial.token("fast", &fast, form).await.status(), StatusCode::OK);
    }
    let slowed = trial.token("fast", &fast, form).await;
    assert_eq!(slowed.headers()["retry-after"], "1");
    assert_eq!(error(slowed).await, is(429, "temporarily_unavailable"));
    assert_eq!(trial.token("other", &other, form).await.status(), StatusCode::OK);
    trial.pass(1);
    for _ in 0..10 {
        assert_eq!(trial.token("fast", &fast, form).await.status(), StatusCode::OK);
    }
    assert_eq!(trial.token("fast", &fast, form).await.status(), StatusCode::TOO_MANY_REQUESTS);
}
