//! What a token endpoint's answer means (RFC 6749 §5), whatever it looks like.
//!
//! Pure. The rule that keeps a grant alive: only an OAuth error that speaks of the credential itself, under a status
//! that fits it, is a rejection. Everything else (5xx, HTML, half an answer, silence) may be gone in a minute.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use types::Secret;

/// The longest answer that is read, in bytes. Access tokens of several kilobytes exist.
pub(crate) const LONGEST: usize = 64 * 1_024;

/// The longest access token that is taken, in bytes: what still fits a request head everywhere.
const LONGEST_TOKEN: usize = 16 * 1_024;

/// How long a token is taken to live when the answer does not say (`expires_in` is only recommended).
const UNSAID: Duration = Duration::from_secs(300);

/// No token is believed to live longer than this, whatever the answer says.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// What the endpoint said.
#[derive(Debug)]
pub(crate) enum TokenAnswer {
    /// A token, ready to be sent, and how long it lives from the moment it was asked for.
    Token { authorization: HeaderValue, life: Duration },
    /// The credential is refused: the OAuth error, which is one of [`REJECTIONS`].
    Rejected(&'static str),
    /// No token this time: why, and when the endpoint wants to be asked again.
    Unavailable { why: String, after: Option<Duration> },
}

/// The errors that speak of the credential itself. `access_denied` is what Atlassian answers to a wrong secret.
const REJECTIONS: [&str; 4] = ["invalid_client", "unauthorized_client", "invalid_grant", "access_denied"];

#[derive(Deserialize)]
struct Body {
    access_token: Option<Secret>,
    token_type: Option<String>,
    expires_in: Option<serde_json::Value>,
    error: Option<String>,
}

/// Reads an answer.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> TokenAnswer {
    let parsed: Option<Body> = serde_json::from_slice(body).ok();
    let error = parsed.as_ref().and_then(|body| body.error.as_deref());
    if let Some(error) = error {
        return refused(status, headers, error);
    }
    if status != StatusCode::OK {
        return unavailable(format!("it answered {status}"), headers);
    }
    match parsed {
        Some(body) => taken(body).unwrap_or_else(|why| unavailable(why.to_owned(), headers)),
        None => unavailable("its answer is not the JSON of a token".to_owned(), headers),
    }
}

fn refused(status: StatusCode, headers: &HeaderMap, error: &str) -> TokenAnswer {
    let fits = matches!(status.as_u16(), 200 | 400 | 401 | 403);
    match REJECTIONS.into_iter().find(|known| *known == error) {
        Some(known) if fits => TokenAnswer::Rejected(known),
        _ => unavailable(format!("it answered {status} with the error {}", quoted(error)), headers),
    }
}

fn taken(body: Body) -> Result<TokenAnswer, &'static str> {
    if body.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("its answer is a token of another type than Bearer");
    }
    let token = body.access_token.ok_or("its answer holds no access_token")?;
    let life = match body.expires_in {
        None => UNSAID,
        Some(given) => life(&given).ok_or("its answer holds a token that has already expired")?,
    };
    let authorization = bearer(&token).ok_or("its answer holds an access_token no request can carry")?;
    Ok(TokenAnswer::Token { authorization, life: life.min(LONGEST_LIFE) })
}

/// Seconds as a number, or as a number in quotes, which some providers send; `None` unless above zero.
pub(crate) fn life(given: &serde_json::Value) -> Option<Duration> {
    let seconds: f64 = match given {
        serde_json::Value::String(text) => text.parse().ok()?,
        number => number.as_f64()?,
    };
    // clamp, because min would take "NaN" for the longest life.
    let life = Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST_LIFE.as_secs_f64())).ok()?;
    (life >= Duration::from_secs(1)).then_some(life)
}

/// `Authorization: Bearer ...`, marked so that nothing prints or indexes it.
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let token = token.open();
    let fits =
        (1..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok().filter(|_| fits)?;
    value.set_sensitive(true);
    Some(value)
}

fn unavailable(why: String, headers: &HeaderMap) -> TokenAnswer {
    TokenAnswer::Unavailable { why, after: retry_after(headers) }
}

/// When the endpoint wants to be asked again, in whole seconds (RFC 9110 §10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    after.map(Duration::from_secs)
}

/// A stranger's word, fit for a log line and a sentence.
pub(crate) fn quoted(word: &str) -> String {
    let plain = word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '));
    format!("{:?}", plain.take(60).collect::<String>())
}

#[cfg(test)]
mod tests;
