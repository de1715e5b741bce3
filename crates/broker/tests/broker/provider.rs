//! A tiny HTTP server on loopback that answers as a test says.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// A request as the server saw it.
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

/// An answer.
pub(crate) type Said = Response<Full<Bytes>>;

type Rule = dyn Fn(&Asked) -> Said + Send + Sync;

pub(crate) struct Provider {
    pub(crate) origin: String,
    inner: Arc<Inner>,
}

struct Inner {
    rule: Mutex<Arc<Rule>>,
    requests: AtomicUsize,
    arrived: watch::Sender<usize>,
    /// Answers need a permit; a closed gate has none.
    gate: Semaphore,
}

const OPEN: usize = 1 << 20;

impl Provider {
    pub(crate) async fn start(rule: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            rule: Mutex::new(Arc::new(rule)),
            requests: AtomicUsize::new(0),
            arrived: watch::channel(0).0,
            gate: Semaphore::new(OPEN),
        });
        let serving = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let inner = Arc::clone(&serving);
                let service = service_fn(move |request| answer(Arc::clone(&inner), request));
                let http = hyper::server::conn::http1::Builder::new();
                tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { origin, inner }
    }

    pub(crate) fn answers(&self, rule: impl Fn(&Asked) -> Said + Send + Sync + 'static) {
        *self.inner.rule.lock().unwrap() = Arc::new(rule);
    }

    pub(crate) fn requests(&self) -> usize {
        self.inner.requests.load(Ordering::SeqCst)
    }

    /// From now on requests are taken and not answered.
    pub(crate) fn hold(&self) {
        self.inner.gate.forget_permits(OPEN);
    }

    pub(crate) fn release(&self) {
        self.inner.gate.add_permits(OPEN);
    }

    /// Until so many requests have arrived.
    pub(crate) async fn arrived(&self, count: usize) {
        self.inner.arrived.subscribe().wait_for(|arrived| *arrived >= count).await.unwrap();
    }
}

async fn answer(inner: Arc<Inner>, request: Request<Incoming>) -> Result<Said, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let authorization = parts.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let body = String::from_utf8(body.to_vec()).unwrap();
    let asked = Asked { path: parts.uri.path().to_owned(), authorization, body };
    let number = inner.requests.fetch_add(1, Ordering::SeqCst) + 1;
    inner.arrived.send_replace(number);
    let _open = inner.gate.acquire().await.unwrap();
    let rule = Arc::clone(&inner.rule.lock().unwrap());
    Ok(rule(&asked))
}

pub(crate) fn say(status: u16, body: impl Into<String>) -> Said {
    Response::builder().status(status).body(Full::new(Bytes::from(body.into()))).unwrap()
}

/// A token named after the client that asks.
pub(crate) fn token(asked: &Asked) -> Said {
    let asked: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(asked["grant_type"], "client_credentials");
    let (id, secret) = (asked["client_id"].as_str().unwrap(), asked["client_secret"].as_str().unwrap());
    assert_eq!(secret, format!("secret-of-{id}"));
    say(200, format!(r#"{{"access_token":"token-of-{id}","token_type":"Bearer","expires_in":3600}}"#))
}
