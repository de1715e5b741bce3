//! The token endpoint's answers: RFC 6749 §5.1 and §5.2.

use std::time::Duration;

use audit::{Record, Text};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use types::{GrantName, Refusal, Secret, SiteName};

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
        let description = "The client did not prove itself.".to_owned();
        Self { error: "invalid_client", status: StatusCode::UNAUTHORIZED, description, account: None }
    }

    /// The client proved itself, and its proof of possession does not hold (RFC 9449 §5).
    pub(crate) fn proof(description: impl std::fmt::Display) -> Self {
        Self::bad("invalid_dpop_proof", format!("The DPoP proof was not accepted: {description}."))
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

    /// RFC 8707 §2: the resource is none this client can have tokens for.
    pub(crate) fn target() -> Self {
        Self::bad("invalid_target", "This client has no site by that name or URL.")
    }

    /// Atlassian's token is not to be had now.
    pub(crate) fn upstream(refusal: &Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.entry().status).unwrap_or(StatusCode::BAD_GATEWAY);
        let description = format!("{} {}", refusal.entry().what, refusal.detail()).trim_end().to_owned();
        if status.is_server_error() {
            return Self { error: "temporarily_unavailable", status, description, account: None };
        }
        Self::bad("invalid_request", description)
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
    /// What it is, where the request asked for one thing in exchange for another (RFC 8693 §2.2.1).
    pub(crate) issued_type: Option<&'static str>,
    /// How it has to be sent (RFC 6749 §7.1).
    pub(crate) token_type: &'static str,
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

/// Atlassian's own token, as whoever keeps it hands it out.
#[derive(Debug)]
pub struct Vended {
    /// Its text.
    pub token: Secret,
    /// How long it still lives.
    pub life: Duration,
    /// The grant it belongs to, for the record.
    pub grant: GrantName,
}

/// What a flow came to.
pub(crate) enum Granted {
    /// One of the gateway's own tokens.
    Issued(Issued),
    /// Atlassian's own, for this site: to be had from whoever keeps it.
    Upstream(SiteName),
}

impl From<Vended> for Issued {
    fn from(vended: Vended) -> Self {
        Self {
            text: vended.token,
            // No part of Atlassian's token is shown anywhere.
            hint: format!("upstream token of {}", vended.grant),
            life: vended.life,
            scope: None,
            issued_type: Some(crate::UPSTREAM_TOKEN),
            token_type: "Bearer",
            refresh: None,
            account: None,
        }
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
    issued_token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

#[derive(Serialize)]
struct No<'a> {
    error: &'static str,
    error_description: &'a str,
}

/// The answer of an endpoint that gives no token: JSON, nothing at all for `null`, or the error; noted in the record.
pub(crate) fn respond_json(outcome: &Result<Value, TokenError>, record: &mut Record) -> Response<Bytes> {
    let (status, body) = match outcome {
        Ok(Value::Null) => (StatusCode::OK, Ok(Vec::new())),
        Ok(said) => (StatusCode::OK, serde_json::to_vec(said)),
        Err(no) => refused(no),
    };
    record.status = Some(status.as_u16());
    if let Err(no) = outcome {
        record.refusal = Some(Text::fixed(no.error()));
    }
    answered(status, body)
}

fn refused(no: &TokenError) -> (StatusCode, serde_json::Result<Vec<u8>>) {
    let text = no.description.replace(['"', '\\'], "'");
    (no.status, serde_json::to_vec(&No { error: no.error, error_description: &text }))
}

pub(crate) fn respond(outcome: &Result<Issued, TokenError>) -> Response<Bytes> {
    let (status, body) = match outcome {
        Ok(issued) => {
            let token = Token {
                access_token: issued.text.open(),
                token_type: issued.token_type,
                expires_in: issued.life.as_secs(),
                scope: issued.scope.as_deref(),
                issued_token_type: issued.issued_type,
                refresh_token: issued.refresh.as_ref().map(Secret::open),
            };
            (StatusCode::OK, serde_json::to_vec(&token))
        }
        Err(no) => refused(no),
    };
    answered(status, body)
}

fn answered(status: StatusCode, body: serde_json::Result<Vec<u8>>) -> Response<Bytes> {
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
