//! A JSON body, read with care: what is wrong is said by place and field, never by repeating what was sent.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The body of a control call.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is too large or broke off.",
                "Send at most 64 KiB.",
            )
        })?;
        let body: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(body).map(Self).map_err(|error| Problem::invalid(words(&error)))
    }
}

/// serde's own words quote the value that does not fit. Only those that name a field, and so quote no value, are kept.
fn words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column());
    let field = said.split_once(" at line ").map_or(said.as_str(), |(words, _)| words);
    if field.starts_with("missing field") {
        format!("The body is not what this call takes: {field}.")
    } else {
        format!("The body is not what this call takes, at {place}.")
    }
}
