//! What this crate's tests stand on: a directory over a store in memory, with a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use catalogue::{Catalogue, ScopeSet};
use clock::{Clock, Hands};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use jiff::Timestamp;
use jose::{Fresh, SigningKey};
use serde_json::Value;
use store::Store;
use types::{ClientId, Deployment, Refusal, Site};

use crate::{
    Allowance, Approach, AuthorizationRequest, Caller, Clients, NewClient, NotAsked, Outside, Profile,
    RedirectUri, Settings, Whence,
};

pub(crate) struct Trial {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) hands: Hands,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) clients: Clients,
}

pub(crate) fn client(name: &str) -> ClientId {
    name.parse().unwrap()
}

pub(crate) fn new_client(name: &str, expires_at: Option<Timestamp>) -> NewClient {
    NewClient {
        id: client(name),
        owner: "owner".to_owned(),
        contact: String::new(),
        purpose: "test".to_owned(),
        expires_at,
        profile: Profile::default(),
    }
}

/// The gateway as these tests' clients know it.
pub(crate) const GATEWAY: &str = "https://gateway.example";

pub(crate) fn keyring() -> Arc<seal::Keyring> {
    Arc::new(seal::Keyring::new(seal::RootKey::from_bytes(zeroize::Zeroizing::new([7; 32])), Vec::new()))
}

/// A manifest with these scopes, for the sites `demo` and `other`.
pub(crate) fn allowance(scopes: ScopeSet) -> Allowance {
    let site = |name: &str, id: &str| {
        Arc::new(Site {
            name: name.parse().unwrap(),
            deployment: Deployment::Cloud {
                cloud_id: id.parse().unwrap(),
                origin: format!("https://{name}.atlassian.example"),
                api_origin: "https://api.atlassian.example".to_owned(),
            },
        })
    };
    let sites = vec![
        site("demo", "11111111-2222-4333-8444-555555555555"),
        site("other", "11111111-2222-4333-8444-666666666666"),
    ];
    Allowance { scopes, sites, vends: false }
}

pub(crate) async fn no_vending(_: &ClientId, _: &types::SiteName) -> Result<crate::Vended, Refusal> {
    Err(types::Code::Internal.into())
}

/// One of several private keys.
pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::ed25519(Fresh::from_bytes([number; 64])).unwrap()
}

/// A token with any header and any claims, signed by that key whatever the header says.
pub(crate) fn signed(number: u8, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let pair = Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes())))
}

/// From this machine.
pub(crate) fn near(headers: &HeaderMap) -> Approach<'_> {
    Approach {
        headers,
        whence: Whence::direct(std::net::Ipv4Addr::LOCALHOST.into()),
        method: &Method::POST,
        origin: GATEWAY,
        path: "/oauth/token",
        authority: None,
        certificate: None,
    }
}

impl Trial {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self::among(settings, Outside::default()).await
    }

    pub(crate) async fn among(settings: Settings, outside: Outside) -> Self {
        let store = Store::in_memory().await.unwrap();
        let (clock, hands) = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
        let catalogue = Arc::new(Catalogue::builtin().unwrap());
        let loaded = Clients::load_among(
            store.clone(),
            clock.clone(),
            Arc::clone(&catalogue),
            settings,
            keyring(),
            outside,
        );
        let clients = loaded.await.unwrap();
        clients.reached_at(GATEWAY);
        Self { store, clock, hands, catalogue, clients }
    }

    /// The same store seen by a process that has just started.
    pub(crate) async fn restart(&mut self) {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        self.clients = Clients::load(store, clock, Arc::clone(&self.catalogue), keyring()).await.unwrap();
        self.clients.reached_at(GATEWAY);
    }

    /// Registers a client; the answer is its secret.
    pub(crate) async fn register(&self, name: &str, expires_at: Option<Timestamp>) -> String {
        let new = new_client(name, expires_at);
        self.clients.register(new).await.unwrap().secret.open().to_owned()
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.hands.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn scopes(&self, names: &str) -> ScopeSet {
        self.catalogue.scope_set(names.split(' ')).unwrap()
    }

    /// Asks for a token with Basic, as a client whose manifest has `read:jira-work` and `write:jira-work`.
    pub(crate) async fn token(&self, name: &str, secret: &str, form: &str) -> Response<bytes::Bytes> {
        self.token_recorded(name, secret, form).await.0
    }

    /// The same, with what was noted of it.
    pub(crate) async fn token_recorded(
        &self,
        name: &str,
        secret: &str,
        form: &str,
    ) -> (Response<bytes::Bytes>, audit::Record) {
        let headers = headers(&[(header::AUTHORIZATION, &basic(name, secret))]);
        let allowed = allowance(self.scopes("read:jira-work write:jira-work"));
        let mut record = audit::Record::default();
        let answer = self
            .clients
            .token(near(&headers), form.as_bytes(), |_| Some(allowed), no_vending, &mut record)
            .await;
        (answer, record)
    }

    /// Asks for a token with these headers, as a client without a manifest.
    pub(crate) async fn ask(&self, headers: &HeaderMap, form: &[u8]) -> Response<bytes::Bytes> {
        let mut record = audit::Record::default();
        self.clients.token(near(headers), form, |_| None, no_vending, &mut record).await
    }

    /// Registers a client that acts for users, at `https://client.example/back` and on loopback; the answer is its secret,
    /// empty for one that has none.
    pub(crate) async fn register_for_users(&self, name: &str, public: bool) -> String {
        let uri = |text: &str| RedirectUri::parse(text).unwrap();
        let redirect_uris = vec![uri(BACK), uri("http://127.0.0.1/back")];
        let profile = Profile { public, redirect_uris, ..Profile::default() };
        let new = NewClient { profile, ..new_client(name, None) };
        if public {
            self.clients.register_without_secret(new).await.unwrap();
            return String::new();
        }
        self.clients.register(new).await.unwrap().secret.open().to_owned()
    }

    /// An authorization request of a client whose manifest has `read:jira-work` and `write:jira-work`.
    pub(crate) async fn asked(&self, query: &str) -> Result<AuthorizationRequest, NotAsked> {
        let allowed = allowance(self.scopes("read:jira-work write:jira-work"));
        self.clients.authorization_request(query, ISSUER, |_| Some(allowed)).await
    }

    /// A code that Rosa gave a client, for the site `demo`.
    pub(crate) async fn code(&self, name: &str) -> String {
        self.code_for(&format!("{}&resource={GATEWAY}/sites/demo", ask(name))).await
    }

    /// A code that Rosa gave for a request.
    pub(crate) async fn code_for(&self, query: &str) -> String {
        let request = self.asked(query).await.unwrap();
        let redirect = self.clients.allow(&request, ROSA).await.unwrap();
        parameter(&redirect, "code").unwrap()
    }

    /// Redeems a code as a client without a secret, or with one.
    pub(crate) async fn redeem(&self, name: &str, secret: &str, code: &str) -> Response<bytes::Bytes> {
        let form =
            format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}");
        self.token_of(name, secret, &form).await
    }

    /// Exchanges a refresh token in the same way.
    pub(crate) async fn refresh(&self, name: &str, secret: &str, token: &str) -> Response<bytes::Bytes> {
        self.token_of(name, secret, &format!("grant_type=refresh_token&refresh_token={token}")).await
    }

    pub(crate) async fn token_of(&self, name: &str, secret: &str, form: &str) -> Response<bytes::Bytes> {
        if !secret.is_empty() {
            return self.token(name, secret, form).await;
        }
        let allowed = allowance(self.scopes("read:jira-work write:jira-work"));
        let (headers, form) = (headers(&[]), format!("{form}&client_id={name}"));
        let mut record = audit::Record::default();
        self.clients.token(near(&headers), form.as_bytes(), |_| Some(allowed), no_vending, &mut record).await
    }

    /// A token for everything.
    pub(crate) async fn access_token(&self, name: &str, secret: &str) -> String {
        let answer = self.token(name, secret, "grant_type=client_credentials").await;
        json(&answer)["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn authenticate(&self, authorization: &str) -> Result<Caller, Refusal> {
        let headers = headers(&[(header::AUTHORIZATION, authorization)]);
        self.clients.authenticate(near(&headers)).await.map_err(crate::TurnedAway::refusal)
    }

    /// Lets a client prove itself by these, as an operator would.
    pub(crate) async fn prove_by(&self, name: &str, proves_by: Value) {
        let proves_by = serde_json::from_value(proves_by).unwrap();
        self.change(name, |row| row.profile = Profile { proves_by, ..Profile::default() }.text()).await;
    }

    /// Seconds of Unix time.
    pub(crate) fn second(&self) -> i64 {
        self.clock.now().as_second()
    }

    /// Changes a client's row as an operator would.
    pub(crate) async fn change(&self, name: &str, change: impl FnOnce(&mut store::ClientRow)) {
        let mut row = self.store.clients().get(&client(name)).await.unwrap().unwrap();
        change(&mut row);
        self.clients.replace(&row).await.unwrap();
    }
}

pub(crate) const ISSUER: &str = "https://gateway.example";
pub(crate) const BACK: &str = "https://client.example/back";
pub(crate) const ROSA: &str = "5b10ac8d82e05b22cc7d0001";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The query of an authorization request in which everything is right.
pub(crate) fn ask(client: &str) -> String {
    format!(
        "response_type=code&client_id={client}&redirect_uri={BACK}&state=xyz&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

/// A parameter of the address a browser is sent to, decoded.
pub(crate) fn parameter(redirect: &crate::Redirect, name: &str) -> Option<String> {
    let location = redirect.location().to_str().unwrap().to_owned();
    let (_, query) = location.split_once('?').unwrap();
    let form = crate::form::Form::parse(query.as_bytes()).unwrap();
    form.get(name).map(str::to_owned)
}

pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Headers of a form request, and these.
pub(crate) fn headers(more: &[(HeaderName, &str)]) -> HeaderMap {
    let form = (header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut headers = HeaderMap::from_iter([form]);
    for (name, value) in more {
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

pub(crate) fn json(answer: &Response<bytes::Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}

/// Begins something and leaves before it is done, as a caller does who hangs up.
pub(crate) async fn begin_and_leave(work: impl Future) {
    let mut work = Box::pin(work);
    let first = std::future::poll_fn(|context| std::task::Poll::Ready(work.as_mut().poll(context))).await;
    assert!(first.is_pending(), "it was done at once");
}
