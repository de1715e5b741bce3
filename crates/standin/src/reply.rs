//! What a handler gives back, and the shapes Atlassian's refusals come in.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// A whole answer, before trace headers and compression are added.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Boxed, so that a refusal travels cheaply through `?`.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) body: Bytes,
}

/// What every handler returns: both sides are sent the same way, `Err` only means that the work stopped early.
pub(crate) type Answer = Result<Reply, Reply>;

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=utf-8");

impl Reply {
    /// An answer with these bytes and this content type.
    pub(crate) fn bytes(status: StatusCode, kind: HeaderValue, body: impl Into<Bytes>) -> Self {
        let mut headers = Box::new(HeaderMap::new());
        headers.insert(CONTENT_TYPE, kind);
        Self { status, headers, body: body.into() }
    }

    /// A JSON answer with a status.
    pub(crate) fn with(status: StatusCode, body: &Value) -> Self {
        Self::bytes(status, JSON, body.to_string())
    }

    /// 200 with JSON.
    #[allow(clippy::needless_pass_by_value, reason = "handlers end with `Reply::json(json!(...))`")]
    pub(crate) fn json(body: Value) -> Self {
        Self::with(StatusCode::OK, &body)
    }

    /// 201 with JSON.
    #[allow(clippy::needless_pass_by_value, reason = "handlers end with `Reply::created(json!(...))`")]
    pub(crate) fn created(body: Value) -> Self {
        Self::with(StatusCode::CREATED, &body)
    }

    /// 204.
    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Box::default(), body: Bytes::new() }
    }

    /// A page of HTML, as the edge and Tomcat send them.
    pub(crate) fn html(status: StatusCode) -> Self {
        let reason = status.canonical_reason().unwrap_or("Error");
        let code = status.as_u16();
        let page = format!(
            "<!doctype html><html lang=\"en\"><head><title>HTTP Status {code} – {reason}</title></head>\
             <body><h1>HTTP Status {code} – {reason}</h1></body></html>"
        );
        Self::bytes(status, HTML, page)
    }

    /// The same answer with one more header; a value that no header can carry is left out.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(HeaderName::from_static(name), value);
        }
        self
    }

    /// Jira's refusal: `{"errorMessages":[sentence],"errors":{}}`.
    pub(crate) fn jira(status: StatusCode, sentence: impl AsRef<str>) -> Self {
        Self::with(status, &json!({"errorMessages": [sentence.as_ref()], "errors": {}}))
    }

    /// Jira's refusal of single fields: `{"errorMessages":[],"errors":{field: sentence}}`.
    pub(crate) fn jira_field(status: StatusCode, field: &str, sentence: impl AsRef<str>) -> Self {
        Self::with(status, &json!({"errorMessages": [], "errors": {field: sentence.as_ref()}}))
    }

    /// Jira's 400 with a sentence.
    pub(crate) fn bad(sentence: impl AsRef<str>) -> Self {
        Self::jira(StatusCode::BAD_REQUEST, sentence)
    }

    /// Jira's answer for an issue that is not there, or not for these eyes.
    pub(crate) fn no_issue() -> Self {
        let sentence = "Issue does not exist or you do not have permission to see it.";
        Self::jira(StatusCode::NOT_FOUND, sentence)
    }

    /// Jira's 404 with a sentence.
    pub(crate) fn missing(sentence: impl AsRef<str>) -> Self {
        Self::jira(StatusCode::NOT_FOUND, sentence)
    }

    /// Jira's 403 with a sentence: the thing is visible, the action is not allowed.
    pub(crate) fn denied(sentence: impl AsRef<str>) -> Self {
        Self::jira(StatusCode::FORBIDDEN, sentence)
    }

    /// The API gateway's refusal: `{"code":...,"message":...}`.
    pub(crate) fn gateway(status: StatusCode, message: &str) -> Self {
        Self::with(status, &json!({"code": status.as_u16(), "message": message}))
    }
}
