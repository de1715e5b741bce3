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
pub(crate) enum Verdict {
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

/// The same of an older date.
#[derive(Deserialize)]
struct Messages {
    #[serde(rename = "errorMessages")]
    messages: Vec<String>,
}

/// The longest "not installed" that is read, in bytes; Atlassian's gateway writes seventy.
const LONGEST_FORBIDDEN: usize = 1_024;

/// What the gateway says of an app that was taken off a site, or never was on it.
const NOT_INSTALLED: &str = "app is not installed on this instance";

/// Whether a 403 may be the gateway's word about the app: small, JSON, and without what the products put on their answers.
pub(super) fn may_be_the_gateways(parts: &Parts) -> bool {
    let length = parts.headers.get(http::header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.is_some_and(|length| length <= LONGEST_FORBIDDEN)
        && !parts.headers.contains_key("x-arequestid")
        && headers::is_json(&parts.headers)
}

/// Reads a 403 that [`may_be_the_gateways`], and gives its body back. Whether it says that the app is not installed.
pub(super) async fn not_installed(body: Arrived, within: Duration) -> Result<(bool, Arrived), Refusal> {
    let Arrived::Passing(body) = body else { return Ok((false, body)) };
    let bytes = whole(body, within).await?;
    Ok((says_not_installed(&bytes), Arrived::Read(bytes)))
}

fn says_not_installed(body: &[u8]) -> bool {
    if let Ok(error) = serde_json::from_slice::<GatewayError>(body) {
        return error.code == 403 && error.message.contains(NOT_INSTALLED);
    }
    serde_json::from_slice::<Messages>(body)
        .is_ok_and(|said| said.messages.iter().any(|message| message.contains(NOT_INSTALLED)))
}

async fn whole(body: hyper::body::Incoming, within: Duration) -> Result<Bytes, Refusal> {
    match tokio::time::timeout(within, Limited::new(body, LONGEST).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(_)) => Err(Code::UpstreamBrokeOff.into()),
        Err(_) => Err(Code::UpstreamTimeout.into()),
    }
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
        let bytes = whole(body, within).await?;
        Ok((Self::of(parts, &bytes), Arrived::Read(bytes)))
    }

    /// The same of an answer that has been read.
    pub(crate) fn of(parts: &Parts, body: &[u8]) -> Self {
        let error =
            serde_json::from_slice::<GatewayError>(body).ok().filter(|_| headers::is_json(&parts.headers));
        let Some(error) = error else { return Self::Product };
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
