//! What an application of people does: send them to the consent page, redeem the code, refresh.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use url::Url;

use crate::knock::{Answer, As, House, bearer};

pub(crate) const CALLBACK: &str = "http://127.0.0.1:7777/oauth/callback?of=test";

/// A query or form of these fields.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A parameter of the address that a redirect names.
pub(crate) fn parameter(answer: &Answer, name: &str) -> Option<String> {
    let location = Url::parse(answer.header("location")).unwrap();
    location.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned())
}

/// An application and the stand-in it talks to.
pub(crate) struct Asking<'a> {
    pub(crate) house: &'a House,
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) scope: String,
}

impl<'a> Asking<'a> {
    /// A seeded application that asks for reading, writing and refresh tokens.
    pub(crate) fn new(house: &'a House, app: &str) -> Self {
        let app = house.facts.app(app).unwrap();
        let (id, secret) = (app.client_id.clone(), app.client_secret.open().to_owned());
        let scope = match app.kind {
            "cloud" => {
                "read:jira-work write:jira-work read:jira-user read:page:confluence read:me offline_access"
            }
            _ => "WRITE",
        };
        Self { house, id, secret, scope: scope.to_owned() }
    }

    pub(crate) fn with_scope(mut self, scope: &str) -> Self {
        scope.clone_into(&mut self.scope);
        self
    }

    /// The parameters of the consent page.
    pub(crate) fn question(&self) -> Vec<(&str, &str)> {
        vec![
            ("audience", "api.atlassian.com"),
            ("client_id", &self.id),
            ("scope", &self.scope),
            ("redirect_uri", CALLBACK),
            ("state", "s&t=1"),
            ("response_type", "code"),
            ("prompt", "consent"),
        ]
    }

    /// Opens the consent page with these further parameters.
    pub(crate) async fn authorize(&self, more: &[(&str, &str)]) -> Answer {
        let mut fields = self.question();
        fields.extend_from_slice(more);
        self.house.get(&format!("/authorize?{}", form(&fields)), &As::default()).await
    }

    /// A code of this person.
    pub(crate) async fn code(&self, who: &str) -> String {
        parameter(&self.authorize(&[("standin_as", who)]).await, "code").unwrap()
    }

    /// Redeems a code.
    pub(crate) async fn redeem(&self, code: &str) -> Answer {
        let body = json!({
            "grant_type": "authorization_code", "client_id": self.id, "client_secret": self.secret, "code": code,
            "redirect_uri": CALLBACK,
        });
        self.house.post("/oauth/token", &As::default(), &body).await
    }

    /// A consent, carried through to its tokens.
    pub(crate) async fn tokens(&self, who: &str) -> Tokens {
        Tokens::of(&self.redeem(&self.code(who).await).await)
    }

    /// What a refresh sends.
    pub(crate) fn refresh_body(&self, refresh_token: &str) -> Value {
        json!({
            "grant_type": "refresh_token", "client_id": self.id, "client_secret": self.secret,
            "refresh_token": refresh_token,
        })
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Answer {
        self.house.post("/oauth/token", &As::default(), &self.refresh_body(refresh_token)).await
    }

    /// A refresh whose answer may get lost.
    pub(crate) async fn try_refresh(&self, refresh_token: &str) -> Option<Answer> {
        let json = As::default().with("content-type", "application/json");
        let body = Bytes::from(self.refresh_body(refresh_token).to_string());
        self.house.send(Method::POST, "/oauth/token", &json, body).await.ok()
    }

    /// The tokens of a refresh that has to work.
    pub(crate) async fn refreshed(&self, refresh_token: &str) -> Tokens {
        Tokens::of(&self.refresh(refresh_token).await)
    }
}

/// A pair.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) scope: String,
}

impl Tokens {
    pub(crate) fn of(answer: &Answer) -> Self {
        let body = answer.json();
        let text =
            |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name}: {answer:?}")).to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token"), scope: text("scope") }
    }

    pub(crate) fn bearer(&self) -> As {
        bearer(&self.access)
    }
}

impl House {
    /// Whether an access token opens Jira of the first site.
    pub(crate) async fn admits(&self, tokens: &Tokens) -> bool {
        self.get(&self.ex("/rest/api/3/myself"), &tokens.bearer()).await.status == 200
    }

    /// Lets the world grow older.
    pub(crate) async fn wait(&self, seconds: i64) {
        self.post("/standin/clock", &As::default(), &json!({"advance_seconds": seconds})).await;
    }
}
