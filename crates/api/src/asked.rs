//! What a call asks for, read with care: what is wrong is said by place and field, never by repeating what was sent.

use std::fmt::Display;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;
use types::Code;

use crate::problem::Problem;

/// The body of a control call.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|_| too_large())?;
        read(&bytes).map(Self)
    }
}

/// What a body says.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let body: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    // serde would fill the fields of a struct from a list, too, by their order, which nobody should come to rely on.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Problem::invalid("The body is not a JSON object."));
    }
    parse(body).map_err(|error| Problem::invalid(words(&error)))
}

/// As serde reads it; failing that, with `60.0` taken for 60. To JSON Schema these are the same integer, and programs in
/// languages with one kind of number write either.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(body).or_else(|error| {
        let Ok(mut value) = serde_json::from_slice::<Value>(body) else { return Err(error) };
        if whole_numbers(&mut value) { T::deserialize(value).map_err(|_| error) } else { Err(error) }
    })
}

/// Writes numbers without a fraction as integers; whether there was one.
fn whole_numbers(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().fold(false, |found, item| whole_numbers(item) | found),
        Value::Object(fields) => fields.values_mut().fold(false, |found, field| whole_numbers(field) | found),
        Value::Number(number) => {
            // Beyond 2^53 a number of this kind says nothing about units.
            let whole = number.as_f64().filter(|it| number.is_f64() && it.fract() == 0.0 && it.abs() < 9e15);
            let Some(whole) = whole.and_then(|whole| format!("{whole:.0}").parse::<i64>().ok()) else {
                return false;
            };
            *number = whole.into();
            true
        }
        _ => false,
    }
}

/// A body that is longer than any call takes, or that broke off.
pub(crate) fn too_large() -> Problem {
    Problem::new(
        Code::BodyTooLarge,
        "The body is too large or broke off.",
        "Send at most 64 KiB; manifests, 16 MiB.",
    )
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

#[cfg(test)]
mod tests;
