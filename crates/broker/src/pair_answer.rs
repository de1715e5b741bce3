//! What a token endpoint's answer to a code or a refresh token means.
//!
//! Pure. Two rules keep a family alive. Only an OAuth error that speaks of this very token, under a status that fits it, says
//! that it is over. And whatever else is wrong with an answer, a refresh token in it is kept: the one that was
//! sent is used up.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use types::Secret;

use crate::family::pair::Pair;
use crate::token_answer::{bearer, life, quoted, retry_after};

/// How long an access token is taken to live when the answer does not say.
const UNSAID: Duration = Duration::from_secs(300);

/// No access token is believed to live longer than this.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// The longest refresh token that is taken, in bytes.
const LONGEST_TOKEN: usize = 16 * 1_024;

/// How many scopes are read at most; Atlassian's console warns at fifty.
const MOST_SCOPES: usize = 1_000;

/// What the endpoint said.
#[derive(Debug)]
pub(crate) enum PairAnswer {
    /// Tokens. What is odd about them, if anything.
    Pair(Pair, Option<&'static str>),
    /// This code or refresh token is not good, and never will be.
    Refused,
    /// The app itself is not known by its id and secret: for its operators to mend, and no word about the token.
    AppRefused(&'static str),
    /// Neither: why, and when the endpoint wants to be asked again.
    Unavailable { why: String, after: Option<Duration> },
}

#[derive(Deserialize)]
struct Body {
    access_token: Option<Secret>,
    refresh_token: Option<Secret>,
    token_type: Option<String>,
    expires_in: Option<serde_json::Value>,
    scope: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Reads an answer to what was asked at `asked_at`. `sent` is the refresh token that was sent: where the answer has none, it stays
/// the one to use (RFC 6749 §6; seen at Atlassian).
pub(crate) fn read(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    (asked_at, sent): (Timestamp, Option<&Secret>),
) -> PairAnswer {
    let unavailable = |why: String| PairAnswer::Unavailable { why, after: retry_after(headers) };
    let Ok(body) = serde_json::from_slice::<Body>(body) else {
        return unavailable(format!("it answered {status} with something that is not the JSON of a token"));
    };
    if let Some(error) = &body.error {
        return refused(status, error, body.error_description.as_deref().unwrap_or_default())
            .unwrap_or_else(unavailable);
    }
    if status != StatusCode::OK {
        return unavailable(format!("it answered {status}"));
    }
    let given = body.refresh_token.filter(|token| fits(token.open()));
    let Some(refresh) = given.or_else(|| sent.cloned()) else {
        return unavailable("its answer holds no refresh_token".to_owned());
    };
    let (access, life, odd) = access(body.access_token, body.token_type, body.expires_in);
    if access.is_none() && sent.is_some_and(|sent| sent.open() == refresh.open()) {
        return unavailable(odd.unwrap_or("its answer holds nothing of use").to_owned());
    }
    let scopes = body.scope.unwrap_or_default();
    let scopes = scopes.split_whitespace().take(MOST_SCOPES).map(str::to_owned).collect();
    PairAnswer::Pair(Pair { access, refresh, life, scopes, asked_at, spent_at: None }, odd)
}

type Access = (Option<Secret>, Duration, Option<&'static str>);

/// The access token as far as it is of use.
fn access(token: Option<Secret>, kind: Option<String>, expires_in: Option<serde_json::Value>) -> Access {
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return (None, Duration::ZERO, Some("its answer is a token of another type than Bearer"));
    }
    let Some(token) = token.filter(|token| bearer(token).is_some()) else {
        return (None, Duration::ZERO, Some("its answer holds no access_token a request can carry"));
    };
    let life = match expires_in {
        None => Some(UNSAID),
        Some(given) => life(&given),
    };
    match life {
        Some(life) => (Some(token), life.min(LONGEST_LIFE), None),
        None => (None, Duration::ZERO, Some("its answer holds a token that has already expired")),
    }
}

/// A status an endpoint refuses a token with. An error under 200 says that something else is wrong.
fn refused(status: StatusCode, error: &str, description: &str) -> Result<PairAnswer, String> {
    let said = format!("it answered {status} with the error {}", quoted(error));
    if !matches!(status.as_u16(), 400 | 401 | 403) {
        return Err(said);
    }
    // "refresh_token is invalid", under an error that otherwise speaks of the app: what Atlassian answers in practice.
    let of_the_token = description.to_ascii_lowercase().contains("refresh_token");
    match error {
        "invalid_grant" => Ok(PairAnswer::Refused),
        "unauthorized_client" if of_the_token => Ok(PairAnswer::Refused),
        "unauthorized_client" => Ok(PairAnswer::AppRefused("unauthorized_client")),
        "invalid_client" => Ok(PairAnswer::AppRefused("invalid_client")),
        // What Atlassian answers to a wrong secret.
        "access_denied" => Ok(PairAnswer::AppRefused("access_denied")),
        _ => Err(said),
    }
}

fn fits(token: &str) -> bool {
    (1..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
