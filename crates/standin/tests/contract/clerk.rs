//! Makes requests, compares every answer with the document, and reports all that does not fit at the end.

use std::collections::BTreeMap;

use base64::Engine as _;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use standin::{Settings, Standin};

use crate::deviations::is_known;
use crate::document::{Document, Expected};
use crate::schema::prepared;

/// A journey through one family of routes.
pub(crate) struct Clerk {
    pub(crate) standin: Standin,
    document: Document,
    /// The Authorization header.
    pub(crate) credential: String,
    validators: BTreeMap<String, jsonschema::Validator>,
    compared: usize,
    complaints: Vec<String>,
}

impl Clerk {
    /// Starts a stand-in beside a document; `None` where the document is absent.
    pub(crate) async fn open(name: &'static str, prefix: &'static str) -> Option<Self> {
        let document = Document::open(name, prefix)?;
        let clock = clock::Clock::system().expect("the machine has randomness");
        let standin = Standin::start(Settings::new(clock)).await.expect("a free port");
        let credential = basic(&standin, "admin");
        Some(Self {
            standin,
            document,
            credential,
            validators: BTreeMap::new(),
            compared: 0,
            complaints: Vec::new(),
        })
    }

    /// Goes on as somebody else of the Cloud site.
    pub(crate) fn become_user(&mut self, name: &str) {
        self.credential = basic(&self.standin, name);
    }

    /// Goes on as somebody of the Data Center.
    pub(crate) fn become_data_center_user(&mut self, name: &str) {
        let facts = self.standin.demo_facts();
        let token = facts.user(name).expect("a known user").personal_access_token.clone();
        self.credential = format!("Bearer {}", token.open());
    }

    /// `GET`, which has to answer with this status.
    pub(crate) async fn get(&mut self, path: &str, status: u16) -> Value {
        self.send(Method::GET, path, None, status).await
    }

    /// `DELETE`
    pub(crate) async fn delete(&mut self, path: &str, status: u16) -> Value {
        self.send(Method::DELETE, path, None, status).await
    }

    /// `POST`
    pub(crate) async fn post(&mut self, path: &str, body: Value, status: u16) -> Value {
        self.send(Method::POST, path, Some(body), status).await
    }

    /// `PUT`
    pub(crate) async fn put(&mut self, path: &str, body: Value, status: u16) -> Value {
        self.send(Method::PUT, path, Some(body), status).await
    }

    /// `DELETE` with a body, as one route has it.
    pub(crate) async fn send_delete(&mut self, path: &str, body: Value, status: u16) -> Value {
        self.send(Method::DELETE, path, Some(body), status).await
    }

    /// An upload of one small file.
    pub(crate) async fn upload(&mut self, path: &str, status: u16) -> Value {
        let body = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"note.txt\"\r\n\
            Content-Type: text/plain\r\n\r\nhello\r\n--cut--\r\n";
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("content-type", "multipart/form-data; boundary=cut")
            .header("x-atlassian-token", "no-check");
        self.judge(request, Bytes::from_static(body.as_bytes()), status).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<Value>, status: u16) -> Value {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.judge(request, Bytes::from(body), status).await
    }

    async fn judge(&mut self, request: http::request::Builder, body: Bytes, wanted: u16) -> Value {
        let request = request.header("host", self.standin.address().to_string());
        let request =
            request.header("authorization", &self.credential).body(Full::new(body)).expect("a request");
        let (method, path) = (request.method().to_string(), request.uri().to_string());
        let (parts, bytes) = exchange(&self.standin, request).await;
        let status = parts.status.as_u16();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let what = format!("{method} {path} -> {status}");
        if status != wanted {
            let text = String::from_utf8_lossy(&bytes).chars().take(300).collect::<String>();
            self.complaints.push(format!("{what}, wanted {wanted}: {text}"));
            return body;
        }
        self.compare(&what, &method, &path, status, &body);
        body
    }

    fn compare(&mut self, what: &str, method: &str, path: &str, status: u16, body: &Value) {
        if !self.document.covers(path) {
            return;
        }
        let template = self.document.template(method, path).map(str::to_owned);
        let place = format!("{method} {}", template.as_deref().unwrap_or(path));
        self.compared += 1;
        let schema = match self.document.expected(method, template.as_deref(), status) {
            Expected::Schema(schema) => schema,
            Expected::AnyBody => return,
            Expected::UnknownOperation => {
                return self.complain(&place, what, "the document has no such operation");
            }
            Expected::UnknownStatus => return self.complain(&place, what, "the document has no such status"),
        };
        let validator = self.validators.entry(format!("{place} {status}")).or_insert_with(|| {
            let schema = prepared(&self.document.root, schema, self.document.complete);
            jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .build(&schema)
                .unwrap_or_else(|error| panic!("{place}: the document's schema cannot be used: {error}"))
        });
        let faults: Vec<_> = validator
            .iter_errors(body)
            .map(|error| format!("at {}: {}", error.instance_path(), short(&error.to_string())))
            .collect();
        for fault in faults {
            self.complain(&place, what, &fault);
        }
    }

    fn complain(&mut self, place: &str, what: &str, fault: &str) {
        if !is_known(self.document.name, place, fault) {
            self.complaints.push(format!("{what}: {fault}"));
        }
    }

    /// Ends the journey: nothing may have been complained about, and something must have been compared.
    pub(crate) async fn close(self) {
        let Self { standin, document, compared, complaints, .. } = self;
        standin.stop().await;
        println!("{}: {compared} answers compared", document.name);
        assert!(compared > 0, "{}: nothing was compared", document.name);
        assert!(complaints.is_empty(), "{}:\n{}", document.name, complaints.join("\n"));
    }
}

/// Beginning and end of a long complaint: the middle is the whole answer.
fn short(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 600 {
        return text.to_owned();
    }
    let (start, end) = (letters.iter().take(400), letters.iter().skip(letters.len() - 160));
    format!("{}...{}", start.collect::<String>(), end.collect::<String>())
}

/// The Authorization header of a person at the Cloud site.
pub(crate) fn basic(standin: &Standin, name: &str) -> String {
    let facts = standin.demo_facts();
    let user = facts.user(name).expect("a known user");
    let pair = format!("{}:{}", user.email, user.api_token.open());
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// Sends one request over a connection of its own.
pub(crate) async fn exchange(
    standin: &Standin,
    request: Request<Full<Bytes>>,
) -> (http::response::Parts, Bytes) {
    #[allow(
        clippy::disallowed_methods,
        reason = "the test talks to its own stand-in on the loopback interface"
    )]
    let stream = tokio::net::TcpStream::connect(standin.address()).await.expect("the stand-in listens");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    (parts, body.collect().await.expect("a whole body").to_bytes())
}

/// The text at a pointer; fails with the whole value where there is none.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => panic!("nothing at {pointer} of {value}"),
    }
}
