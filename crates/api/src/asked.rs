//! What a call asks for, read with care: what is wrong is said by place and field, never by repeating what was sent.

use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;
use types::Code;

use crate::problem::Problem;

/// The body of a control call.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| too_large())?;
        let body: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(body).map(Self).map_err(|error| Problem::invalid(words(&error)))
    }
}

/// A body that is longer than any call takes, or that broke off.
pub(crate) fn too_large() -> Problem {
    Problem::new(Code::BodyTooLarge, "The body is too large or broke off.", "Send at most 64 KiB.")
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

/// The one name in a path, such as that of a client.
#[derive(Debug)]
pub(crate) struct Named<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr<Err: Display> + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unreadable = |_| Problem::invalid("The path does not hold a name that can be read.");
        let Path(name) = Path::<String>::from_request_parts(parts, state).await.map_err(unreadable)?;
        name.parse().map(Self).map_err(|error: T::Err| Problem::invalid(format!("{error}.")))
    }
}

/// The parameters behind the question mark.
#[derive(Debug)]
pub(crate) struct Narrowed<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Narrowed<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(asked)| Self(asked)).map_err(|refused| Problem::invalid(refused.body_text()))
    }
}
