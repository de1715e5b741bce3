//! `POST /oauth/token`, `/oauth/introspect`, `/oauth/revoke`: the endpoints are `oauth`'s; these are their addresses, and where
//! their records are kept.

use std::sync::Arc;

use audit::{Ended, Record};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, Uri};
use oauth::{Allowance, Approach, Certificate, Whence};
use serde_json::Value;
use types::{ClientId, Code, SiteName};

use crate::problem::Problem;
use crate::{Parts, Shared, origin};

/// A request to the authorization server.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Put among the extensions by whoever accepted the connection.
    whence: Option<Whence>,
    /// The same.
    certificate: Option<Arc<Certificate>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let (whence, certificate) = (parts.extensions.get().copied(), parts.extensions.get().cloned());
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await;
        let body = body.map_err(axum::response::IntoResponse::into_response)?;
        Ok(Self { whence, certificate, method, uri, headers, body })
    }
}

impl Sent {
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether the body says that it is JSON.
    pub(crate) fn is_json(&self) -> bool {
        let kind = self.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
    }
}

/// No answer without a record: its place is taken first.
pub(crate) async fn recorded<B: Into<Body>>(
    parts: &Parts,
    sent: &Sent,
    answer: impl AsyncFnOnce(Approach<'_>, &mut Record) -> http::Response<B>,
) -> Response {
    let Ok(mut open) = parts.recorder.open_token().await else {
        return Problem::new(
            Code::RecordUnavailable,
            "Nothing is said to clients here while records cannot be kept.",
            "Try again in a moment.",
        )
        .into_response();
    };
    let record = open.record_mut();
    record.peer = sent.whence.as_ref().map(Whence::address);
    // A request that calls the gateway by no name of its own is answered as one to a gateway without a name: no resource or proof of
    // possession can be for that, and no JWT is signed as that.
    let origin = origin::of(parts, &sent.headers, &sent.uri).unwrap_or_default();
    let approach = Approach {
        headers: &sent.headers,
        whence: sent.whence.unwrap_or(Whence::unknown()),
        method: &sent.method,
        origin: &origin,
        path: sent.uri.path(),
        authority: None,
        certificate: sent.certificate.as_deref(),
    };
    let answer = answer(approach, record).await;
    let ended = if answer.status().is_success() { Ended::Complete } else { Ended::Refused };
    let _written = open.close(ended);
    answer.map(Into::into)
}

pub(crate) async fn issue(State(parts): Shared, sent: Sent) -> Response {
    let (rulebook, now) = (parts.rulebook.load_full(), parts.control.now());
    let allowed = |client: &ClientId| {
        let manifest = rulebook.manifest_at(client, None, now)?;
        Some(Allowance {
            scopes: *manifest.scopes(),
            sites: manifest.sites().to_vec(),
            vends: manifest.vends(),
        })
    };
    recorded(&parts, &sent, async |approach, record| {
        let vend = async |client: &ClientId, site: &SiteName| parts.control.vend(client, site).await;
        parts.tokens.token(approach, &sent.body, allowed, vend, record).await
    })
    .await
}

pub(crate) async fn introspect(State(parts): Shared, sent: Sent) -> Response {
    recorded(&parts, &sent, async |approach, record| {
        parts.tokens.introspect(approach, &sent.body, record).await
    })
    .await
}

pub(crate) async fn revoke(State(parts): Shared, sent: Sent) -> Response {
    recorded(&parts, &sent, async |approach, record| {
        parts.tokens.revoke_token(approach, &sent.body, record).await
    })
    .await
}

/// RFC 7517: the keys JWT access tokens are signed with.
pub(crate) async fn keys(State(parts): Shared) -> Json<Value> {
    Json(parts.tokens.published_keys())
}
