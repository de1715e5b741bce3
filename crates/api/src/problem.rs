//! Errors of the control API, as RFC 9457 wants them.

use axum::Json;
use axum::response::{IntoResponse, Response};
use control::{ControlError, Kind};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use types::{Code, REFUSAL_HEADER};

/// An answer of `application/problem+json`.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    advice: String,
    diagnostics: Vec<Value>,
    /// The line of the table of refusals, when it is one of those.
    refusal: Option<Code>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), advice: advice.into(), diagnostics: Vec::new(), refusal: None }
    }

    /// As the table of refusals has it.
    pub(crate) fn refusal(code: Code) -> Self {
        let entry = code.entry();
        let status = StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { refusal: Some(code), ..Self::new(status, entry.what, entry.advice) }
    }

    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail, "Correct the request.")
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Self {
        let status = match error.kind() {
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Missing => StatusCode::NOT_FOUND,
            Kind::Duplicate | Kind::Conflict => StatusCode::CONFLICT,
            Kind::Stale => StatusCode::PRECONDITION_FAILED,
            Kind::NotCompiled => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { diagnostics: error.diagnostics().to_vec(), ..Self::new(status, error.what(), error.advice()) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "advice": self.advice,
        });
        if let (false, Some(body)) = (self.diagnostics.is_empty(), body.as_object_mut()) {
            body.insert("diagnostics".to_owned(), Value::Array(self.diagnostics));
        }
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(code) = self.refusal {
            headers.insert(REFUSAL_HEADER, HeaderValue::from_static(code.entry().name));
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"ticketgate operators\""),
            );
        }
        response
    }
}
