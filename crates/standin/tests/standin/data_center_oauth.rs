use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::asking::{Asking, CALLBACK, form, parameter};
use crate::knock::{Answer, As, House, bearer};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn post(house: &House, path: &str, fields: &[(&str, &str)]) -> Answer {
    let kind = As::default().with("content-type", "application/x-www-form-urlencoded");
    house.send(Method::POST, path, &kind, Bytes::from(form(fields))).await.unwrap()
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

struct Link<'a> {
    app: Asking<'a>,
    at: &'static str,
}

impl<'a> Link<'a> {
    fn jira(house: &'a House) -> Self {
        Self { app: Asking::new(house, "jira-data-center"), at: "/dc/jira/rest/oauth2/latest" }
    }

    async fn code(&self, scope: &str, more: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("client_id", self.app.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "s"),
            ("standin_as", "rosa"),
        ];
        fields.extend_from_slice(more);
        let path = format!("{}/authorize?{}", self.at, form(&fields));
        parameter(&self.app.house.get(&path, &As::default()).await, "code").unwrap()
    }

    async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("client_id", self.app.id.as_str()), ("client_secret", self.app.secret.as_str())];
        all.extend_from_slice(fields);
        post(self.app.house, &format!("{}/token", self.at), &all).await
    }

    async fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields =
            vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
        fields.extend_from_slice(more);
        self.token(&fields).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("redirect_uri", CALLBACK)];
        self.token(&fields).await
    }

    async fn status(&self, path: &str, token: &str) -> u16 {
        self.app.house.get(path, &bearer(token)).await.status.as_u16()
    }
}

const MYSELF: &str = "/dc/jira/rest/api/2/myself";

#[tokio::test]
async fn a_code_becomes_tokens_that_act_as_the_user() {
    let house = House::start().await;
    let link = Link::jira(&house);
    let answer = link.redeem(&link.code("WRITE", &[]).await, &[]).await;
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("bearer"), &json!(7200)));
    let who = house.get(MYSELF, &bearer(text(&tokens, "access_token"))).await;
    assert_eq!((who.header("x-ausername"), &who.json()["name"]), ("rosa", &json!("rosa")));
    house.wait(7200).await;
    assert_eq!(link.status(MYSELF, text(&tokens, "access_token")).await, 401);
}

#[tokio::test]
async fn a_refresh_ends_the_old_tokens_at_once_and_a_repeat_is_refused() {
    let house = House::start().await;
    let link = Link::jira(&house);
    let old = link.redeem(&link.code("WRITE", &[]).await, &[]).await.json();
    let new = link.refresh(text(&old, "refresh_token")).await.json();
    assert_eq!(link.status(MYSELF, text(&old, "access_token")).await, 401);
    assert_eq!(link.status(MYSELF, text(&new, "access_token")).await, 200);
    let again = link.refresh(text(&old, "refresh_token")).await;
    assert_eq!((again.status.as_u16(), again.json()), (400, json!({"error": "invalid_grant"})));
    assert_eq!(link.status(MYSELF, text(&new, "access_token")).await, 200, "nobody is punished for it");
}

#[tokio::test]
async fn a_refresh_wants_the_redirect_address_and_the_secret() {
    let house = House::start().await;
    let mut link = Link::jira(&house);
    let tokens = link.redeem(&link.code("READ", &[]).await, &[]).await.json();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    let bare = link.token(&fields).await;
    assert_eq!((bare.status.as_u16(), bare.json()), (400, json!({"error": "invalid_grant"})));
    let secret = std::mem::replace(&mut link.app.secret, "no".to_owned());
    assert_eq!(link.refresh(text(&tokens, "refresh_token")).await.status, 401);
    link.app.secret = secret;
    assert_eq!(link.refresh(text(&tokens, "refresh_token")).await.status, 200);
    let path = format!("{}/token", link.at);
    assert_eq!(house.post(&path, &As::default(), &json!({})).await.status, 415, "forms only");
}

#[tokio::test]
async fn a_challenge_that_was_sent_has_to_be_answered() {
    let house = House::start().await;
    let link = Link::jira(&house);
    for (method, challenge) in [("S256", CHALLENGE), ("sha256", CHALLENGE), ("plain", VERIFIER)] {
        let more = [("code_challenge", challenge), ("code_challenge_method", method)];
        let wrong = "0000000000000000000000000000000000000000000";
        for (verifier, status) in [(wrong, 400), (VERIFIER, 200)] {
            let code = link.code("READ", &more).await;
            let answer = link.redeem(&code, &[("code_verifier", verifier)]).await;
            assert_eq!(answer.status, status, "{method} {verifier}");
        }
        assert_eq!(link.redeem(&link.code("READ", &more).await, &[]).await.status, 400, "{method}");
    }
}

#[tokio::test]
async fn read_does_not_write_and_one_products_token_is_not_the_others() {
    let house = House::start().await;
    let link = Link::jira(&house);
    let read = link.redeem(&link.code("READ", &[]).await, &[]).await.json();
    let admin = link.redeem(&link.code("ADMIN", &[]).await, &[]).await.json();
    let (read, admin) = (text(&read, "access_token"), text(&admin, "access_token"));
    let edit = json!({"body": "x"});
    let path = "/dc/jira/rest/api/2/issue/DC-1/comment";
    assert_eq!(house.post(path, &bearer(read), &edit).await.status, 403);
    assert_eq!(house.post(path, &bearer(admin), &edit).await.status, 201);
    let search =
        house.post("/dc/jira/rest/api/2/search", &bearer(read), &json!({"jql": "project = DC"})).await;
    assert_eq!(search.status, 200);
    assert_eq!(link.status("/dc/confluence/rest/api/space", read).await, 401);
    assert_eq!(link.status(&house.ex("/rest/api/3/myself"), read).await, 401, "nor Cloud's");
    let cloud = Asking::new(&house, "people").tokens("rosa").await;
    assert_eq!(link.status(MYSELF, &cloud.access).await, 401);
    let grant = json!({"as": "rosa", "app": "confluence-data-center", "scopes": "READ"});
    let tokens = house.post("/standin/oauth/grants", &As::default(), &grant).await.json();
    assert_eq!(link.status("/dc/confluence/rest/api/space", text(&tokens, "access_token")).await, 200);
}

#[tokio::test]
async fn a_revoked_token_takes_its_companion_along() {
    let house = House::start().await;
    let link = Link::jira(&house);
    for which in ["access_token", "refresh_token"] {
        let tokens = link.redeem(&link.code("READ", &[]).await, &[]).await.json();
        let fields = [
            ("client_id", link.app.id.as_str()),
            ("client_secret", link.app.secret.as_str()),
            ("token", text(&tokens, which)),
        ];
        assert_eq!(post(&house, &format!("{}/revoke", link.at), &fields).await.status, 200);
        assert_eq!(link.status(MYSELF, text(&tokens, "access_token")).await, 401);
        assert_eq!(link.refresh(text(&tokens, "refresh_token")).await.status, 400);
    }
}

#[tokio::test]
async fn a_code_lives_for_seconds_and_two_consents_live_side_by_side() {
    let house = House::start().await;
    let link = Link::jira(&house);
    let code = link.code("READ", &[]).await;
    house.wait(10).await;
    assert_eq!(link.redeem(&code, &[]).await.json(), json!({"error": "invalid_grant"}));
    let one = link.redeem(&link.code("WRITE", &[]).await, &[]).await.json();
    let two = link.redeem(&link.code("READ", &[]).await, &[]).await.json();
    for tokens in [&one, &two] {
        assert_eq!(link.status(MYSELF, text(tokens, "access_token")).await, 200);
    }
    let path = "/dc/jira/rest/api/2/issue/DC-1/comment";
    let answer = house.post(path, &bearer(text(&one, "access_token")), &json!({"body": "x"})).await;
    assert_eq!(answer.status, 201);
}
