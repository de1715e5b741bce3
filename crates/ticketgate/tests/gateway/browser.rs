//! A browser, as far as the pages need one: it keeps cookies, sends forms, and does not follow redirects by itself.

use std::collections::BTreeMap;

use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Method, Request, header};
use serde_json::json;

use super::harness::{Demo, PATIENCE, Said};

/// Where the programs of these tests want browsers sent.
pub(crate) const BACK: &str = "https://client.example/back";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// A program without a secret.
pub(crate) const APP: &str = "desk-app";

pub(crate) struct Browser {
    pub(crate) origin: String,
    pub(crate) cookies: BTreeMap<String, String>,
    egress: Egress,
}

impl Browser {
    pub(crate) fn at(origin: &str) -> Self {
        let settings = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
        Self::by(Egress::new(&settings).unwrap(), origin)
    }

    /// One that goes this way, and trusts whom it trusts.
    pub(crate) fn by(egress: Egress, origin: &str) -> Self {
        Self { origin: origin.to_owned(), cookies: BTreeMap::new(), egress }
    }

    /// Looks at a page.
    pub(crate) async fn get(&mut self, path: &str) -> Said {
        self.send(Method::GET, path, &[], "").await
    }

    /// Sends a form as a page of the gateway would.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Said {
        let origin = self.origin.clone();
        self.send(Method::POST, path, &[("origin", &origin)], &form(fields)).await
    }

    /// Sends anything.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Said {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.origin));
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = RequestBody::full(Bytes::from(body.to_owned()));
        let (parts, body) = self.egress.fetch(request.body(body).unwrap(), PATIENCE, 4 << 20).await.unwrap();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                _ => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        Said { status: parts.status, headers: parts.headers, body }
    }

    /// Signs in as one of the stand-in's people, by what they are called.
    pub(crate) async fn sign_in(&mut self, name: &str) -> Said {
        let page = self.get("/auth/login").await.text();
        let (before, _) = page.split_once(&format!("<span>{name}</span>")).unwrap();
        let (_, account) = before.rsplit_once("value=\"").unwrap();
        let account = account.split('"').next().unwrap();
        let proof = field(&page, "proof");
        self.post("/auth/login", &[("proof", &proof), ("request", ""), ("account", account)]).await
    }

    /// Decides about a request on the page that is shown for it.
    pub(crate) async fn decide(&mut self, query: &str, decision: &str) -> Said {
        let page = self.get(&format!("/oauth/authorize?{query}")).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let page = page.text();
        let (request, proof) = (field(&page, "request"), field(&page, "proof"));
        assert_eq!(request, query);
        let fields = [("request", request.as_str()), ("proof", &proof), ("decision", decision)];
        self.post("/oauth/authorize", &fields).await
    }

    /// The tokens of a request that is allowed, for a program without a secret.
    pub(crate) async fn tokens(&mut self, client: &str) -> serde_json::Value {
        let back = self.decide(&ask(client), "allow").await;
        let code = parameter(&back, "code").unwrap();
        let said = redeem(self, client, &code).await;
        assert_eq!(said.status, 200, "{}", said.text());
        said.json()
    }
}

/// Redeems a code as a program without a secret.
pub(crate) async fn redeem(browser: &Browser, client: &str, code: &str) -> Said {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    // A program of its own, without the browser's cookies.
    Browser::at(&browser.origin).send(Method::POST, "/oauth/token", &[], &form(&fields)).await
}

/// Exchanges a refresh token in the same way.
pub(crate) async fn refresh(browser: &Browser, client: &str, token: &str) -> Said {
    let fields = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)];
    Browser::at(&browser.origin).send(Method::POST, "/oauth/token", &[], &form(&fields)).await
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

/// The query of an authorization request in which everything is right.
pub(crate) fn ask(client: &str) -> String {
    format!(
        "response_type=code&client_id={client}&redirect_uri={BACK}&state=s-1&scope=read:jira-work+write:jira-work\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

/// A hidden field's value.
pub(crate) fn field(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap().replace("&#38;", "&").replace("&#x27;", "'").replace("&#39;", "'")
}

/// Where an answer leads.
pub(crate) fn location(said: &Said) -> String {
    assert_eq!(said.status, 303, "{}", said.text());
    said.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// A parameter of the address an answer leads to.
pub(crate) fn parameter(said: &Said, name: &str) -> Option<String> {
    let location = location(said);
    let (_, query) = location.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).next()
}

/// A demo with a program without a secret that can read and write issues for users.
pub(crate) async fn furnished() -> (Demo, Browser) {
    let demo = Demo::start().await;
    register(&demo, APP, "A desk for your issues").await;
    let browser = Browser::at(&demo.gateway());
    (demo, browser)
}

/// Registers a program without a secret, and publishes a manifest for it.
pub(crate) async fn register(demo: &Demo, client: &str, purpose: &str) {
    register_at(demo, client, purpose, "\"demo\"").await;
}

/// The same for these sites, as a manifest lists them.
pub(crate) async fn register_at(demo: &Demo, client: &str, purpose: &str, sites: &str) {
    let manifest = "owner = \"team-desk@example.com\"\npurpose = \"Shows and changes issues\"\nsites = [SITES]\n\
                    grant = \"demo-service-account\"\nscopes = [\"read:jira-work\", \"write:jira-work\"]\n\
                    [operations]\neffects = [\"read\"]\nids = [\"editIssue\", \"jira:addComment\"]\n";
    std::fs::write(demo.data().join(format!("manifests/{client}.toml")), manifest.replace("SITES", sites))
        .unwrap();
    let asked = json!({
        "client": client, "owner": "team-desk@example.com", "purpose": purpose, "public": true, "redirect_uris": [BACK],
    });
    let made = demo.operate(Method::POST, "/api/v1/clients", Some(asked)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(made.json().get("client_secret").is_none(), "a public client has none");
    let published = demo.operate(Method::POST, "/api/v1/manifests/publish", None).await;
    assert_eq!(published.status, 200, "{}", published.text());
}
