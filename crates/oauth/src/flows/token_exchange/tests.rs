use audit::Record;
use catalogue::ScopeSet;
use http::header;
use serde_json::Value;
use types::{ClientId, Refusal, Secret};

use super::*;
use crate::Vended;
use crate::trial::{GATEWAY, Trial, allowance, basic, client, headers, json, near};

const EXCHANGE: &str = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=urn:ietf:params:oauth:token-type:access_token";

/// Exchanges as a client whose manifest has these scopes.
async fn exchange(
    trial: &Trial,
    (name, secret): (&str, &str),
    scopes: ScopeSet,
    vends: bool,
    form: &str,
) -> Value {
    let headers = headers(&[(header::AUTHORIZATION, &basic(name, secret))]);
    let allowed = Allowance { vends, ..allowance(scopes) };
    let vend = async |_: &ClientId, site: &SiteName| -> Result<Vended, Refusal> {
        let token = Secret::new(format!("upstream for {site}"));
        Ok(Vended { token, life: std::time::Duration::from_secs(1_234), grant: "robot".parse().unwrap() })
    };
    let form = format!("{EXCHANGE}&{form}");
    let mut record = Record::default();
    let answer =
        trial.clients.token(near(&headers), form.as_bytes(), |_| Some(allowed), vend, &mut record).await;
    assert!(!format!("{record:?}").contains("upstream for"), "{record:?}");
    json(&answer)
}

#[tokio::test]
async fn a_token_is_exchanged_for_a_narrower_one_that_does_not_outlive_it() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    trial.pass(3_000);
    let scopes = trial.scopes("read:jira-work write:jira-work");
    let form = format!("subject_token={token}&scope=read:jira-work&audience=other");
    let said = exchange(&trial, ("release", &secret), scopes, false, &form).await;
    assert_eq!(said["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert_eq!((&said["scope"], &said["expires_in"]), (&"read:jira-work".into(), &600.into()));
    let narrow = said["access_token"].as_str().unwrap().to_owned();
    let caller = trial.authenticate(&format!("Bearer {narrow}")).await.unwrap();
    assert_eq!(caller.sites(), ["other".parse().unwrap()]);

    let wider = format!("subject_token={narrow}&scope=write:jira-work");
    assert_eq!(exchange(&trial, ("release", &secret), scopes, false, &wider).await["error"], "invalid_scope");
    let elsewhere = format!("subject_token={narrow}&audience=demo");
    assert_eq!(
        exchange(&trial, ("release", &secret), scopes, false, &elsewhere).await["error"],
        "invalid_target"
    );
}

#[tokio::test]
async fn another_clients_token_is_not_exchanged() {
    let trial = Trial::new().await;
    let (secret, other) = (trial.register("release", None).await, trial.register("analytics", None).await);
    let foreign = trial.access_token("analytics", &other).await;
    let form = format!("subject_token={foreign}");
    let scopes = trial.scopes("read:jira-work");
    let said = exchange(&trial, ("release", &secret), scopes, true, &form).await;
    assert_eq!(said["error"], "unauthorized_client");
    trial.change("release", |row| row.profile = r#"{"exchanges":["analytics"]}"#.to_owned()).await;
    let said = exchange(&trial, ("release", &secret), scopes, true, &form).await;
    assert_eq!(said["error"], "unauthorized_client", "only users' tokens are exchanged for others");
}

/// A user's token of `portal`, as its consent would have issued it.
async fn users_token(trial: &Trial, secret: &str) -> String {
    let found = token(secret);
    let origin = trial.clients.secret(&found).unwrap();
    let narrowing = Narrowing {
        scopes: Some(trial.scopes("read:jira-work read:jira-user")),
        account: Some("5b10a2844c20165700ede21g".into()),
        ..Narrowing::default()
    };
    let terms = Terms {
        narrowing,
        scope: Some("read:jira-work read:jira-user".to_owned()),
        issuer: GATEWAY,
        not_after: None,
        actor: None,
    };
    trial.clients.issue(&Asker::bearer(origin), terms).await.unwrap().text.open().to_owned()
}

fn token(secret: &str) -> seal::Digest {
    seal::token::parse(secret).unwrap().digest
}

#[tokio::test]
async fn a_client_acts_for_the_users_of_a_client_it_may_exchange_and_within_both() {
    let trial = Trial::new().await;
    let (portal, worker) = (trial.register("portal", None).await, trial.register("worker", None).await);
    let subject = users_token(&trial, &portal).await;
    let form = format!("subject_token={subject}");
    let scopes = trial.scopes("read:jira-work write:jira-work");
    assert_eq!(
        exchange(&trial, ("worker", &worker), scopes, false, &form).await["error"],
        "unauthorized_client"
    );
    trial.change("worker", |row| row.profile = r#"{"exchanges":["portal"]}"#.to_owned()).await;
    let said = exchange(&trial, ("worker", &worker), scopes, false, &form).await;
    assert_eq!(said["scope"], "read:jira-work", "what both have");
    let caller =
        trial.authenticate(&format!("Bearer {}", said["access_token"].as_str().unwrap())).await.unwrap();
    assert_eq!((caller.client(), caller.account()), (&client("worker"), Some("5b10a2844c20165700ede21g")));
    let upstream = format!("{form}&requested_token_type={UPSTREAM_TOKEN}");
    let said = exchange(&trial, ("worker", &worker), scopes, true, &upstream).await;
    assert_eq!(said["error"], "invalid_request", "nobody's upstream token is had through another client");
}

#[tokio::test]
async fn the_upstream_token_is_had_only_where_the_manifest_says_so() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    let form = format!("subject_token={token}&requested_token_type={UPSTREAM_TOKEN}");
    let scopes = trial.scopes("read:jira-work");
    let said = exchange(&trial, ("release", &secret), scopes, false, &form).await;
    assert_eq!(said["error"], "unauthorized_client");
    let said = exchange(&trial, ("release", &secret), scopes, true, &form).await;
    assert_eq!((&said["access_token"], &said["expires_in"]), (&"upstream for demo".into(), &1_234.into()));
    assert_eq!(said["issued_token_type"], UPSTREAM_TOKEN);
    let other = format!("{form}&resource={GATEWAY}/ex/jira/11111111-2222-4333-8444-666666666666");
    let said = exchange(&trial, ("release", &secret), scopes, true, &other).await;
    assert_eq!(said["access_token"], "upstream for other");
}

#[tokio::test]
async fn what_is_no_living_token_of_ours_is_not_exchanged() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let token = trial.access_token("release", &secret).await;
    let scopes = trial.scopes("read:jira-work");
    trial.pass(3_600);
    for form in [
        format!("subject_token={token}"),
        format!("subject_token={secret}"),
        "subject_token=eyJhbGciOiJub25lIn0.e30.".to_owned(),
        String::new(),
        format!("subject_token={token}&actor_token={token}"),
    ] {
        let said = exchange(&trial, ("release", &secret), scopes, true, &form).await;
        assert_eq!(said["error"], "invalid_request", "{form}");
    }
}

#[tokio::test]
async fn resources_are_urls_of_the_gateway_or_of_the_site_and_anything_else_is_no_target() {
    let trial = Trial::new().await;
    let secret = trial.register("release", None).await;
    let sites = async |form: &str| {
        let form = format!("grant_type=client_credentials&{form}");
        let said = json(&trial.token("release", &secret, &form).await);
        match said["access_token"].as_str() {
            Some(token) => {
                let caller = trial.authenticate(&format!("Bearer {token}")).await.unwrap();
                caller.sites().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            None => said["error"].as_str().unwrap().to_owned(),
        }
    };
    assert_eq!(sites("resource=https://gateway.example/").await, "");
    assert_eq!(sites("resource=https://gateway.example/sites/demo").await, "demo");
    assert_eq!(sites("resource=https://demo.atlassian.example").await, "demo");
    assert_eq!(
        sites("resource=https://demo.atlassian.example&resource=https://gateway.example/sites/other").await,
        "demo other"
    );
    for wrong in [
        "https://gateway.example/sites/nowhere",
        "https://gateway.example.evil.example/sites/demo",
        "https://gateway.example/sites/demo/../other",
        "https://elsewhere.example",
        "demo",
    ] {
        assert_eq!(sites(&format!("resource={wrong}")).await, "invalid_target", "{wrong}");
    }
}
