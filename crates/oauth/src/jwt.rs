//! Access tokens as JWTs (RFC 9068), for resource servers that want to verify without asking.
//!
//! The gateway itself keeps a row for each of them as for opaque ones, so that they can be revoked at once: a signature alone
//! opens nothing here. It is what keeps texts made up by strangers away from the store.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use types::ClientId;

use crate::clients::Terms;

/// The `typ` of an access token (RFC 9068 §2.1).
pub(crate) const TYPE: &str = "at+jwt";

/// An audience every token of this gateway has, whatever it is called from outside: by which it knows its own.
pub(crate) const OURS: &str = "urn:ticketgate:gateway";

/// The claims of RFC 9068 §2.2, and what narrows the token.
pub(crate) fn claims(
    client: &ClientId,
    terms: &Terms<'_>,
    id: &str,
    (from, until): (Timestamp, Timestamp),
) -> Map<String, Value> {
    let Terms { narrowing, scope, issuer, actor, .. } = terms;
    let mut audience: Vec<String> =
        narrowing.sites.iter().map(|site| format!("{issuer}/sites/{site}")).collect();
    if audience.is_empty() {
        audience.push((*issuer).to_owned());
    }
    audience.push(OURS.to_owned());
    let subject = narrowing.account.as_deref().unwrap_or(client.as_str());
    let mut claims = Map::from_iter([
        ("iss".to_owned(), json!(issuer)),
        ("sub".to_owned(), json!(subject)),
        ("aud".to_owned(), json!(audience)),
        ("client_id".to_owned(), json!(client)),
        ("iat".to_owned(), json!(from.as_second())),
        ("exp".to_owned(), json!(until.as_second())),
        ("jti".to_owned(), json!(id)),
    ]);
    if let Some(scope) = scope {
        claims.insert("scope".to_owned(), json!(scope));
    }
    if let Some(actor) = actor {
        claims.insert("act".to_owned(), json!({ "sub": actor }));
    }
    if let Some((kind, thumbprint)) = narrowing.bound_to.as_deref().and_then(|bound| bound.split_once(':')) {
        let member = if kind == "x5t" { "x5t#S256" } else { kind };
        claims.insert("cnf".to_owned(), json!({ member: thumbprint }));
    }
    claims
}

/// How records and lists show a JWT: it has no prefix of ours, and its end is the end of a signature.
pub(crate) fn hint(text: &str) -> String {
    let end = text.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    format!("jwt_…{}", text.get(end..).unwrap_or_default())
}
