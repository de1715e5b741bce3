//! One small HTTP client for everything: the stand-in, the control API, and the calls of the trial.

use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use egress::{Egress, EgressError, RequestBody};
use http::{HeaderValue, Method, Request, StatusCode, header};
use serde_json::Value;

/// How long steering may take.
const STEERING: Duration = Duration::from_secs(30);

/// The largest answer.
const LONGEST: usize = 64 << 20;

/// What came back.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    /// Of `Ticketgate-Refusal`.
    pub(crate) refusal: Option<String>,
    pub(crate) body: Bytes,
}

/// Connections are kept.
#[derive(Clone, Debug)]
pub(crate) struct Http(Egress);

impl Http {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let settings =
            egress::Settings { roots: egress::Roots::WebPki, max_idle_per_host: 256, ..Default::default() };
        Ok(Self(Egress::new(&settings)?))
    }

    /// A call with an `Authorization`.
    pub(crate) async fn get(
        &self,
        url: &str,
        authorization: &HeaderValue,
        within: Duration,
    ) -> Result<Said, EgressError> {
        let mut request = Request::new(RequestBody::empty());
        *request.uri_mut() = url.parse().unwrap_or_default();
        request.headers_mut().insert(header::AUTHORIZATION, authorization.clone());
        self.send(request, within).await
    }

    /// Any request.
    pub(crate) async fn send(
        &self,
        request: Request<RequestBody>,
        within: Duration,
    ) -> Result<Said, EgressError> {
        let (parts, body) = self.0.fetch(request, within, LONGEST).await?;
        let refusal = parts.headers.get("ticketgate-refusal").and_then(|value| value.to_str().ok());
        Ok(Said { status: parts.status, refusal: refusal.map(str::to_owned), body })
    }

    /// JSON there and back, for steering: anything but success is an error.
    pub(crate) async fn steer(
        &self,
        method: Method,
        url: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut request =
            Request::builder().method(method).uri(url).header(header::ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            None => RequestBody::empty(),
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                RequestBody::full(body.to_string())
            }
        };
        let said = self.send(request.body(body)?, STEERING).await.with_context(|| url.to_owned())?;
        let words = String::from_utf8_lossy(&said.body);
        ensure!(said.status.is_success(), "{url}: {}: {words}", said.status);
        if said.body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&said.body)?) }
    }
}
