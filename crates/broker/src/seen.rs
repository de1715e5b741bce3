//! What one answer to "who am I?" says about a credential (ATLASSIAN: API gateway failures, Basic taken for nobody's).
//!
//! Pure: Atlassian's many ways of saying no are told apart here and nowhere else.

use std::fmt;

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It knows the caller.
    Account { id: String, name: String },
    /// 401 "Unauthorized": the API gateway does not know the credential.
    Unknown,
    /// 401 "scope does not match": it knows the credential, which lacks the scope for this question.
    ScopeMissing,
    /// The credential was dropped without a word: the call was answered as nobody's.
    Anonymous,
    /// 401 in Jira's own words and no failed login: the credential was taken, and its account is nobody at this site.
    Outsider,
    /// 403 "The app is not installed on this instance", or a 404 for the whole site.
    NotHere,
    /// 403 of the product: known, and not allowed to ask.
    Forbidden,
    /// 429 or 5xx.
    Busy(u16),
    /// No answer; half a sentence.
    Silence(String),
    /// Anything else.
    Odd(u16),
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account { id, name } => write!(f, "{name} ({id})"),
            Self::Unknown => f.write_str("401 Unauthorized"),
            Self::ScopeMissing => f.write_str("401, scope does not match"),
            Self::Anonymous => f.write_str("answered as to nobody"),
            Self::Outsider => f.write_str("401 of Jira itself, without a failed login"),
            Self::NotHere => f.write_str("not installed, or not found, here"),
            Self::Forbidden => f.write_str("403 Forbidden"),
            Self::Busy(status) | Self::Odd(status) => write!(f, "{status}"),
            Self::Silence(why) => write!(f, "no answer: {why}"),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    account_id: Option<String>,
    /// Data Center's name for it.
    key: Option<String>,
    user_key: Option<String>,
    display_name: Option<String>,
    /// Confluence: `known` or `anonymous`.
    r#type: Option<String>,
    message: Option<String>,
    error_messages: Vec<String>,
}

/// Reads an answer.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Seen {
    let body: Body = serde_json::from_slice(body).unwrap_or_default();
    let says =
        |text: &str| body.message.iter().chain(&body.error_messages).any(|message| message.contains(text));
    match status.as_u16() {
        200 => account(&body, headers),
        401 if says("scope does not match") => Seen::ScopeMissing,
        401 if dropped(headers) => Seen::Anonymous,
        // The API gateway and the host's door say no in other shapes: this one comes from behind them.
        401 if !body.error_messages.is_empty() => Seen::Outsider,
        401 => Seen::Unknown,
        403 if dropped(headers) => Seen::Anonymous,
        403 if says("not installed") => Seen::NotHere,
        403 => Seen::Forbidden,
        404 => Seen::NotHere,
        429 | 500..=599 => Seen::Busy(status.as_u16()),
        other => Seen::Odd(other),
    }
}

fn account(body: &Body, headers: &HeaderMap) -> Seen {
    let id = body.account_id.as_ref().or(body.key.as_ref()).or(body.user_key.as_ref());
    match id {
        Some(id) if body.r#type.as_deref() != Some("anonymous") && !dropped(headers) => {
            let name = body.display_name.clone().unwrap_or_default();
            Seen::Account { id: plain(id), name: plain(&name) }
        }
        Some(_) | None if body.r#type.is_some() || dropped(headers) => Seen::Anonymous,
        _ => Seen::Odd(200),
    }
}

/// Jira tells in headers that it did not believe the credential, whatever the status.
fn dropped(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| {
        headers.get(name).and_then(|it| it.to_str().ok()).is_some_and(|it| it.eq_ignore_ascii_case(value))
    };
    is("x-seraph-loginreason", "AUTHENTICATED_FAILED")
        || is("x-seraph-loginreason", "AUTHENTICATION_DENIED")
        || is("x-ausername", "anonymous")
}

/// A name from outside, fit for a terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests;
