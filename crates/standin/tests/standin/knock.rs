//! A client small enough to see everything: one connection per request, headers as given, answers read to their end.

use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use standin::{Facts, Settings, Standin};

/// A running stand-in and what is known about it.
pub(crate) struct House {
    pub(crate) standin: Standin,
    pub(crate) facts: Facts,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The first error message, however Jira wrapped it.
    pub(crate) fn complaint(&self) -> String {
        let body = self.json();
        let first = body["errorMessages"][0].as_str().map(str::to_owned);
        first
            .or_else(|| body["errors"].as_object()?.values().next()?.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// Who knocks, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct As(pub(crate) Vec<(&'static str, String)>);

impl As {
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, value.to_owned()));
        self
    }
}

pub(crate) fn basic(user: &str, password: &str) -> As {
    let blob = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    As::default().with("authorization", &format!("Basic {blob}"))
}

pub(crate) fn bearer(token: &str) -> As {
    As::default().with("authorization", &format!("Bearer {token}"))
}

impl House {
    /// Starts one at a standing clock: 22 November 2026, noon.
    pub(crate) async fn start() -> Self {
        let (clock, _) = clock::Clock::manual("2026-11-22T12:00:00Z".parse().unwrap());
        let standin = Standin::start(Settings::new(clock)).await.unwrap();
        let facts = standin.demo_facts();
        Self { standin, facts }
    }

    /// A person at the site host.
    pub(crate) fn user(&self, name: &str) -> As {
        let user = self.facts.user(name).unwrap();
        basic(&user.email, user.api_token.open())
    }

    /// The path of the first site behind the API gateway.
    pub(crate) fn ex(&self, path: &str) -> String {
        format!("/ex/jira/{}{path}", self.facts.sites[0].cloud_id)
    }

    pub(crate) async fn token(&self, service_account: &str) -> As {
        let app = self.facts.service_account(service_account).unwrap();
        let body = serde_json::json!({
            "grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.client_secret.open(),
        });
        let answer = self.post("/oauth/token", &As::default(), &body).await;
        bearer(answer.json()["access_token"].as_str().unwrap())
    }

    pub(crate) async fn get(&self, path: &str, who: &As) -> Answer {
        self.send(Method::GET, path, who, Bytes::new()).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, who: &As, body: &Value) -> Answer {
        self.send_json(Method::POST, path, who, body).await
    }

    pub(crate) async fn put(&self, path: &str, who: &As, body: &Value) -> Answer {
        self.send_json(Method::PUT, path, who, body).await
    }

    pub(crate) async fn delete(&self, path: &str, who: &As) -> Answer {
        self.send(Method::DELETE, path, who, Bytes::new()).await.unwrap()
    }

    async fn send_json(&self, method: Method, path: &str, who: &As, body: &Value) -> Answer {
        let who = who.clone().with("content-type", "application/json");
        self.send(method, path, &who, body.to_string().into()).await.unwrap()
    }

    /// Sends; an error is a connection that broke.
    #[allow(clippy::disallowed_methods, reason = "a test knocks at a loopback door")]
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        who: &As,
        body: Bytes,
    ) -> Result<Answer, hyper::Error> {
        let stream = tokio::net::TcpStream::connect(self.standin.address()).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1");
        for (name, value) in &who.0 {
            request = request.header(*name, value);
        }
        let response = sender.send_request(request.body(Full::new(body)).unwrap()).await;
        let answer = match response {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                body.collect().await.map(|body| Answer {
                    status: parts.status,
                    headers: parts.headers,
                    body: body.to_bytes(),
                })
            }
            Err(error) => Err(error),
        };
        driver.abort();
        answer
    }
}
