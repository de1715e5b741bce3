//! Rust's libraries for OAuth and OpenID Connect, unmodified, through every flow that they and the gateway both know.
//!
//! The gateway speaks TLS here, because both libraries refuse to revoke a token without. All they are told of it is what
//! its metadata says.

mod by_oauth2;
mod by_openidconnect;
mod identities;

use std::pin::Pin;

use bytes::Bytes;
use egress::{Egress, EgressError, RequestBody};
use http::{Request, header};
use oauth2::url::Url;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde_json::Value;

use super::browser::{Browser, location};
use super::harness::{PATIENCE, Running, Said, until};
use super::served::Served;

/// A program without a secret.
const DESK: &str = "desk";
/// Where both programs want browsers sent.
const BACK: &str = "http://127.0.0.1:49152/back";
const ISSUE: &str = "/rest/api/3/issue/REL-1";

/// A gateway with TLS, the client `robot` with a secret and the client `desk` without, and the way to it.
struct World {
    served: Served,
    _gateway: Running,
    http: Http,
    origin: String,
    metadata: Value,
}

/// How the libraries reach the gateway: what they want of an HTTP client, by the one that is in the tree already.
#[derive(Clone)]
struct Http(Egress);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = EgressError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, EgressError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        let request = request.map(|body| RequestBody::full(Bytes::from(body)));
        Box::pin(async {
            let (parts, body) = self.0.fetch(request, PATIENCE, 1 << 20).await?;
            Ok(HttpResponse::from_parts(parts, body.into()))
        })
    }
}

impl World {
    async fn start() -> Self {
        Self::with("").await
    }

    /// With more sections in its settings.
    async fn with(sections: &str) -> Self {
        let mut served = Served::prepare().await;
        let certificate = made_for_loopback(&served);
        let file = served.dir.path().join("ticketgate.toml");
        let settings = std::fs::read_to_string(&file).unwrap();
        let tls = "[tls]\ncert = \"tls.pem\"\nkey = \"tls.key\"\n";
        std::fs::write(&file, format!("development_login = true\n{settings}{tls}{sections}")).unwrap();
        let mut gateway = served.serve();
        let origin = until("gateway.json", &mut gateway, async || served.announced()).await;
        served.furnish();
        served.command(&["client", "describe", "robot", "--redirect-uri", BACK]);
        let manifests = served.dir.path().join("manifests");
        std::fs::copy(manifests.join("robot.toml"), manifests.join(format!("{DESK}.toml"))).unwrap();
        let words = ["--owner", "tests", "--purpose", "shows issues", "--public", "--redirect-uri", BACK];
        served.command(&[&["client", "register", DESK][..], &words].concat());
        served.command(&["apply"]);
        let settings = egress::Settings {
            roots: egress::Roots::WebPki,
            extra_ca_pem: vec![certificate],
            ..Default::default()
        };
        let http = Http(Egress::new(&settings).unwrap());
        let metadata = format!("{origin}/.well-known/oauth-authorization-server");
        let metadata = get(&http, &metadata, None).await.json();
        Self { served, _gateway: gateway, http, origin, metadata }
    }

    /// What the metadata says of something.
    fn told(&self, name: &str) -> String {
        self.metadata[name].as_str().unwrap_or_else(|| panic!("{name}: {}", self.metadata)).to_owned()
    }

    /// Somebody at a browser who has signed in.
    async fn person(&self) -> Browser {
        let mut browser = Browser::by(self.http.0.clone(), &self.origin);
        browser.sign_in("Rosa Release").await;
        browser
    }

    /// What comes back to the program when a person allows what it asks for with this URL.
    async fn allow(&self, url: &Url) -> Back {
        assert!(url.as_str().starts_with(&self.told("authorization_endpoint")), "{url}");
        Back::of(&self.person().await.decide(url.query().unwrap(), "allow").await)
    }

    /// What comes back at once, before anybody is asked.
    async fn refused_at_once(&self, url: &Url) -> Back {
        let path = url.as_str().strip_prefix(&self.origin).unwrap();
        Back::of(&self.person().await.get(path).await)
    }

    /// A call to Jira with this token.
    async fn issue(&self, token: &str) -> Said {
        let said = get(&self.http, &format!("{}{ISSUE}", self.origin), Some(token)).await;
        assert!(said.status != 200 || said.json()["key"] == "REL-1", "{said:?}");
        said
    }
}

/// Where a browser was sent, taken apart.
#[derive(Debug)]
struct Back(Url);

impl Back {
    fn of(said: &Said) -> Self {
        let to = location(said);
        assert!(to.starts_with(BACK), "{to}");
        Self(Url::parse(&to).unwrap())
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

async fn get(http: &Http, url: &str, token: Option<&str>) -> Said {
    let mut request = Request::get(url).header(header::ACCEPT, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(RequestBody::empty()).unwrap();
    let (parts, body) = http.0.fetch(request, PATIENCE, 1 << 20).await.unwrap();
    Said { status: parts.status, headers: parts.headers, body }
}

/// A certificate for 127.0.0.1, where the settings look for it.
fn made_for_loopback(served: &Served) -> std::path::PathBuf {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let certificate = served.dir.path().join("tls.pem");
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(served.dir.path().join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    certificate
}
