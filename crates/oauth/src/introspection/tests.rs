use http::{HeaderMap, header};

use super::*;
use crate::trial::{Trial, basic, headers, json, near};

struct Office {
    trial: Trial,
    headers: HeaderMap,
    secret: String,
}

impl Office {
    async fn new() -> Self {
        let trial = Trial::new().await;
        let secret = trial.register("release", None).await;
        let headers = headers(&[(header::AUTHORIZATION, &basic("release", &secret))]);
        Self { trial, headers, secret }
    }

    async fn introspect(&self, token: &str) -> Value {
        let body = format!("token={token}");
        let approach = near(&self.headers);
        let answer = self.trial.clients.introspect(approach, body.as_bytes(), &mut Record::default()).await;
        assert_eq!(answer.status(), 200);
        json(&answer)
    }

    async fn revoke(&self, token: &str) -> Response<Bytes> {
        let body = format!("token={token}&token_type_hint=access_token");
        self.trial.clients.revoke_token(near(&self.headers), body.as_bytes(), &mut Record::default()).await
    }
}

#[tokio::test]
async fn a_living_token_is_described_to_its_own_client() {
    let office = Office::new().await;
    let form =
        "grant_type=client_credentials&scope=read:jira-work&resource=https://gateway.example/sites/other";
    let answer = office.trial.token("release", &office.secret, form).await;
    let said = office.introspect(json(&answer)["access_token"].as_str().unwrap()).await;
    assert_eq!(
        (&said["active"], &said["client_id"], &said["sub"]),
        (&true.into(), &"release".into(), &"release".into())
    );
    assert_eq!((&said["scope"], &said["token_type"]), (&"read:jira-work".into(), &"Bearer".into()));
    assert_eq!(said["aud"], serde_json::json!(["https://gateway.example/sites/other"]));
    assert_eq!(said["exp"], office.trial.clock.now().as_second() + 3_600);
}

#[tokio::test]
async fn about_any_other_text_a_client_hears_only_that_it_is_not_active() {
    let office = Office::new().await;
    let other = office.trial.register("analytics", None).await;
    let foreign = office.trial.access_token("analytics", &other).await;
    let own = office.trial.access_token("release", &office.secret).await;
    office.trial.pass(3_600);
    let made_up = token::mint(Kind::AccessToken, [3; 32]).text.open().to_owned();
    for token in [foreign.as_str(), own.as_str(), &made_up, &office.secret, "x", "eyJ.a.b"] {
        assert_eq!(office.introspect(token).await, serde_json::json!({ "active": false }));
    }
}

#[tokio::test]
async fn nobody_introspects_or_revokes_without_proving_to_be_a_client() {
    let office = Office::new().await;
    let nobody = headers(&[]);
    for answer in [
        office.trial.clients.introspect(near(&nobody), b"token=x", &mut Record::default()).await,
        office.trial.clients.revoke_token(near(&nobody), b"token=x", &mut Record::default()).await,
    ] {
        assert_eq!(answer.status(), 401);
        assert_eq!(json(&answer)["error"], "invalid_client");
    }
}

#[tokio::test]
async fn a_revoked_token_is_dead_at_once_and_after_a_restart() {
    let mut office = Office::new().await;
    let token = office.trial.access_token("release", &office.secret).await;
    let answer = office.revoke(&token).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0));
    for _ in 0..2 {
        assert!(office.trial.authenticate(&format!("Bearer {token}")).await.is_err());
        office.trial.restart().await;
    }
}

#[tokio::test]
async fn anothers_token_is_not_revoked_and_the_answer_does_not_say_so() {
    let office = Office::new().await;
    let other = office.trial.register("analytics", None).await;
    let foreign = office.trial.access_token("analytics", &other).await;
    assert_eq!(office.revoke(&foreign).await.status(), 200);
    assert!(office.trial.authenticate(&format!("Bearer {foreign}")).await.is_ok());
    assert_eq!(office.revoke("nonsense").await.status(), 200);
    assert_eq!(
        office.trial.clients.revoke_token(near(&office.headers), b"", &mut Record::default()).await.status(),
        400
    );
}

#[tokio::test]
async fn a_revoked_refresh_token_ends_what_the_user_allowed_but_only_for_its_own_client() {
    let office = Office::new().await;
    let secret = office.trial.register_for_users("app", false).await;
    let code = office.trial.code("app").await;
    let said = json(&office.trial.redeem("app", &secret, &code).await);
    let text = |name: &str| said[name].as_str().unwrap().to_owned();
    let (access, refresh) = (format!("Bearer {}", text("access_token")), text("refresh_token"));
    assert_eq!(office.revoke(&refresh).await.status(), 200, "another client's");
    assert!(office.trial.authenticate(&access).await.is_ok());
    let own = headers(&[(header::AUTHORIZATION, &basic("app", &secret))]);
    let body = format!("token={refresh}&token_type_hint=refresh_token");
    let answer = office.trial.clients.revoke_token(near(&own), body.as_bytes(), &mut Record::default()).await;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0));
    assert!(office.trial.authenticate(&access).await.is_err());
    assert_eq!(office.trial.refresh("app", &secret, &refresh).await.status(), 400);
}

#[tokio::test]
async fn a_jwt_is_accepted_until_it_is_revoked_although_its_signature_stays_good() {
    let mut office = Office::new().await;
    office.trial.change("release", |row| row.profile = r#"{"token_form":"jwt"}"#.to_owned()).await;
    let token = office.trial.access_token("release", &office.secret).await;
    assert_eq!(token.matches('.').count(), 2);
    let bearer = format!("Bearer {token}");
    for _ in 0..2 {
        let caller = office.trial.authenticate(&bearer).await.unwrap();
        assert_eq!(caller.client().as_str(), "release");
        assert!(caller.credential().starts_with("jwt_") && caller.credential().len() < 12);
        assert_eq!(office.introspect(&token).await["active"], true);
        office.trial.restart().await;
    }
    let mut forged = token.clone();
    forged.replace_range(token.len() - 6..token.len() - 5, if token.ends_with('A') { "B" } else { "A" });
    assert!(office.trial.authenticate(&format!("Bearer {forged}")).await.is_err());
    assert_eq!(office.revoke(&token).await.status(), 200);
    assert!(office.trial.authenticate(&bearer).await.is_err());
    office.trial.restart().await;
    assert!(office.trial.authenticate(&bearer).await.is_err());
}
