//! Errors of the control API, as RFC 9457 wants them. Each is a line of the table of refusals.

use axum::Json;
use axum::response::{IntoResponse, Response};
use control::{ControlError, Kind};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use types::{Code, REFUSAL_HEADER, Retry};

/// An answer of `application/problem+json`.
#[derive(Debug)]
pub(crate) struct Problem {
    code: Code,
    detail: String,
    advice: String,
    diagnostics: Vec<Value>,
}

impl Problem {
    /// A refusal with words that fit better than the table's.
    pub(crate) fn new(code: Code, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), advice: advice.into(), diagnostics: Vec::new() }
    }

    /// As the table of refusals has it.
    pub(crate) fn refusal(code: Code) -> Self {
        let entry = code.entry();
        Self::new(code, entry.what, entry.advice)
    }

    /// A request that cannot be read.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Code::RequestUnreadable, detail, "Correct the request.")
    }
}

/// Which line of the table a change that was not made is.
const fn code(kind: Kind) -> Code {
    match kind {
        Kind::Invalid => Code::RequestUnfit,
        Kind::Missing => Code::NoSuchThing,
        Kind::Duplicate => Code::ExistsAlready,
        Kind::Conflict => Code::ConflictsWithState,
        Kind::Stale => Code::ChangedMeanwhile,
        Kind::NotCompiled => Code::ManifestsNotCompiled,
        Kind::NeedsApproval => Code::ApprovalRequired,
        Kind::NotEntitled => Code::ApprovalNotEntitled,
        Kind::KeyReused => Code::IdempotencyKeyReused,
        Kind::UnderWay => Code::IdempotencyKeyInUse,
        Kind::OutcomeUnknown => Code::OutcomeUnknown,
        Kind::AnswerNotKept => Code::AnswerNotKept,
        Kind::TooManyKeys => Code::TooManyIdempotencyKeys,
        Kind::Unavailable => Code::ChangeNotKept,
        Kind::Failed => Code::Internal,
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Self {
        let diagnostics = error.diagnostics().to_vec();
        Self { diagnostics, ..Self::new(code(error.kind()), error.what(), error.advice()) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let entry = self.code.entry();
        let status = StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = json!({
            // As the data plane writes it, so that one reader understands both.
            "type": format!("urn:ticketgate:refusal:{}", entry.name),
            "title": entry.what,
            "status": status.as_u16(),
            "detail": self.detail,
            "advice": self.advice,
            "retry": match entry.retry {
                Retry::No => "no",
                Retry::Safe => "safe",
                Retry::Ambiguous => "ambiguous",
            },
        });
        if let (false, Some(body)) = (self.diagnostics.is_empty(), body.as_object_mut()) {
            body.insert("diagnostics".to_owned(), Value::Array(self.diagnostics));
        }
        let mut response = (status, Json(body)).into_response();
        // For whoever counts refusals, without reading the header back.
        response.extensions_mut().insert(self.code);
        let headers = response.headers_mut();
        headers.insert(REFUSAL_HEADER, HeaderValue::from_static(entry.name));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"ticketgate operators\""),
            );
        }
        response
    }
}
