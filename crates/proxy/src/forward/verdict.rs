use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use types::{Code, Refusal};

use super::Arrived;
use crate::headers;

/// The longest "unauthorized" that is read, in bytes; Atlassian's gateway writes fifty.
const LONGEST: usize = 64 * 1024;

/// Whose "unauthorized" a 401 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The gateway in front of the products does not take the credential: `{"code":401,"message":"Unauthorized"}`.
    Credential,
    /// It takes the credential, which lacks a scope: `{"code":401,"message":"Unauthorized; scope does not match"}`.
    /// Never an expiry: fetching a new token would change nothing, for ever.
    Scope,
    /// The product itself has something to say, in its own shape: that is an answer like any other.
    Product,
}

/// How Atlassian's API gateway writes its own errors.
#[derive(Deserialize)]
struct GatewayError {
    code: u16,
    message: String,
}

impl Verdict {
    /// Reads the body as far as that is needed, and gives it back.
    pub(super) async fn read(
        parts: &Parts,
        body: Arrived,
        within: Duration,
    ) -> Result<(Self, Arrived), Refusal> {
        let body = match body {
            Arrived::Passing(body) if headers::is_json(&parts.headers) => body,
            other => return Ok((Self::Product, other)),
        };
        let read = tokio::time::timeout(within, Limited::new(body, LONGEST).collect()).await;
        let bytes = match read {
            Ok(Ok(whole)) => whole.to_bytes(),
            Ok(Err(_)) => return Err(Code::UpstreamBrokeOff.into()),
            Err(_) => return Err(Code::UpstreamTimeout.into()),
        };
        Ok((Self::of(&bytes), Arrived::Read(bytes)))
    }

    fn of(body: &Bytes) -> Self {
        let Ok(error) = serde_json::from_slice::<GatewayError>(body) else { return Self::Product };
        if error.code != 401 {
            Self::Product
        } else if error.message.contains("scope does not match") {
            Self::Scope
        } else {
            Self::Credential
        }
    }
}

#[cfg(test)]
mod tests;
