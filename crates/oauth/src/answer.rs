//! The token endpoint's answers: RFC 6749 §5.1 and §5.2.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use types::Secret;

use crate::challenge::TOKEN_ENDPOINT_CHALLENGE;

/// A "no" of the token endpoint. Descriptions name what is wrong with the request, never what is wrong with a
/// credential, and use no character RFC 6749 §5.2 forbids (quotes and backslashes).
#[derive(Debug)]
pub(crate) struct TokenError {
    error: &'static str,
    status: StatusCode,
    description: String,
    /// The user it is about, for the record.
    account: Option<String>,
}

impl TokenError {
    fn bad(error: &'static str, description: impl Into<String>) -> Self {
        Self { error, status: StatusCode::BAD_REQUEST, description: description.into(), account: None }
    }

    /// The request is not well-formed.
    pub(crate) fn request(description: impl Into<String>) -> Self {
        Self::bad("invalid_request", description)
    }

    /// The client did not prove itself: one text, whatever was wrong.
    pub(crate) fn client() -> Self {
        let description = "The client id and secret were not accepted.".to_owned();
        Self { error: "invalid_client", status: StatusCode::UNAUTHORIZED, description, account: None }
    }

    /// The client proved itself and may not have tokens.
    pub(crate) fn unauthorized(description: impl Into<String>) -> Self {
        Self::bad("unauthorized_client", description)
    }

    pub(crate) fn grant_type() -> Self {
        Self::bad(
            "unsupported_grant_type",
            "This gateway has no such grant_type; its metadata lists those it has.",
        )
    }

    /// A code or refresh token is not good: one text for each, whatever was wrong.
    pub(crate) fn grant(description: impl Into<String>) -> Self {
        Self::bad("invalid_grant", description)
    }

    pub(crate) fn scope(description: impl Into<String>) -> Self {
        Self::bad("invalid_scope", description)
    }

    /// The store or the generator failed. Not in RFC 6749's list for this endpoint, but a client that reads it knows
    /// what to do.
    pub(crate) fn temporarily() -> Self {
        Self {
            error: "temporarily_unavailable",
            status: StatusCode::SERVICE_UNAVAILABLE,
            description: "The token could not be kept. Try again.".to_owned(),
            account: None,
        }
    }

    /// The client has had more tokens in a short time than any program needs.
    pub(crate) fn too_fast() -> Self {
        Self {
            error: "temporarily_unavailable",
            status: StatusCode::TOO_MANY_REQUESTS,
            description: "This client asks for tokens too often. Use one until it expires.".to_owned(),
            account: None,
        }
    }

    /// The word for programs, and for the record.
    pub(crate) const fn error(&self) -> &'static str {
        self.error
    }

    /// The words for people.
    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    /// The same, about something of a user's.
    pub(crate) fn of(self, account: String) -> Self {
        Self { account: Some(account), ..self }
    }

    /// The user it is about.
    pub(crate) fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }
}

/// A token just issued.
pub(crate) struct Issued {
    pub(crate) text: Secret,
    /// How records show it.
    pub(crate) hint: String,
    pub(crate) life: Duration,
    /// The scopes it stands for, separated by spaces; `None` when nobody can say yet.
    pub(crate) scope: Option<String>,
    /// What the next one is fetched with, where a user allowed that.
    pub(crate) refresh: Option<Secret>,
    /// That user.
    pub(crate) account: Option<String>,
}

impl Issued {
    pub(crate) fn with_refresh_token(self, refresh: Secret, account: String) -> Self {
        Self { refresh: Some(refresh), account: Some(account), ..self }
    }
}

#[derive(Serialize)]
struct Token<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

#[derive(Serialize)]
struct No<'a> {
    error: &'static str,
    error_description: &'a str,
}

pub(crate) fn respond(outcome: &Result<Issued, TokenError>) -> Response<Bytes> {
    let (status, body) = match outcome {
        Ok(issued) => {
            let token = Token {
                access_token: issued.text.open(),
                token_type: "Bearer",
                expires_in: issued.life.as_secs(),
                scope: issued.scope.as_deref(),
                refresh_token: issued.refresh.as_ref().map(Secret::open),
            };
            (StatusCode::OK, serde_json::to_vec(&token))
        }
        Err(no) => {
            let text = no.description.replace(['"', '\\'], "'");
            (no.status, serde_json::to_vec(&No { error: no.error, error_description: &text }))
        }
    };
    let mut response = Response::new(Bytes::from(body.unwrap_or_default()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, TOKEN_ENDPOINT_CHALLENGE.clone());
    }
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
