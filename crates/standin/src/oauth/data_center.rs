//! Data Center's OAuth 2.0 provider, `/dc/{jira|confluence}/rest/oauth2/latest/...`.
//!
//! It differs from Cloud's in everything that bites: forms only, a proof key that is verified when a challenge was
//! sent, a refresh that wants the redirect address again, and old tokens that die at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::apps::{ClientId, DATA_CENTER_SCOPES, Kind};
use super::families::{End, Pair, read_refresh_token};
use super::{authorize, field, form, is_form, pairs};
use crate::ask::Ask;
use crate::credentials::Origin;
use crate::reply::{Answer, Reply};
use crate::world::World;

const AT_JIRA: &str = "/dc/jira/rest/oauth2/latest/";
const AT_CONFLUENCE: &str = "/dc/confluence/rest/oauth2/latest/";

/// The provider's answer, when the path is one of its.
pub(crate) fn answer(world: &mut World, ask: &Ask, now: Timestamp) -> Option<Answer> {
    let jira = ask.path.strip_prefix(AT_JIRA).map(|what| (Kind::JiraDataCenter, what));
    let confluence = || ask.path.strip_prefix(AT_CONFLUENCE).map(|what| (Kind::ConfluenceDataCenter, what));
    let (kind, what) = jira.or_else(confluence)?;
    match what {
        "authorize" => Some(authorize::page(world, ask, kind, now)),
        "token" => Some(token(world, ask, kind, now)),
        "revoke" => Some(revoke(world, ask, kind, now)),
        _ => None,
    }
}

/// The product a path belongs to.
pub(crate) fn kind_of(path: &str) -> Kind {
    if path.starts_with("/dc/confluence/") { Kind::ConfluenceDataCenter } else { Kind::JiraDataCenter }
}

/// Whether these scopes reach as far as `wanted`: each includes those before it.
pub(crate) fn includes(held: &BTreeSet<String>, wanted: &str) -> bool {
    let from = DATA_CENTER_SCOPES.iter().skip_while(|scope| **scope != wanted);
    from.into_iter().any(|scope| held.contains(*scope))
}

/// The token answer as the product's documentation shows it.
pub(crate) fn tokens(pair: &Pair, now: Timestamp) -> Reply {
    Reply::json(json!({
        "access_token": &*pair.access, "token_type": "bearer", "expires_in": pair.expires_in,
        "refresh_token": pair.refresh.as_deref(), "created_at": now.as_second(),
    }))
    .header("cache-control", "no-store")
}

fn bare(status: StatusCode, error: &str) -> Reply {
    Reply::with(status, &json!({"error": error})).header("cache-control", "no-store")
}

/// The form of a request and the application that it proves.
fn proven(world: &World, ask: &Ask, kind: Kind) -> Result<(Value, ClientId), Reply> {
    if ask.method != Method::POST {
        return Err(Reply::html(StatusCode::METHOD_NOT_ALLOWED));
    }
    if !is_form(ask) {
        return Err(Reply::html(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let form = form(ask);
    let app = world.oauth.proven(field(&form, "client_id"), field(&form, "client_secret"));
    let app = app.filter(|app| app.kind == kind).map(|app| Arc::clone(&app.client_id));
    let app = app.ok_or_else(|| bare(StatusCode::UNAUTHORIZED, "invalid_client"))?;
    Ok((form, app))
}

fn token(world: &mut World, ask: &Ask, kind: Kind, now: Timestamp) -> Answer {
    let (form, app) = proven(world, ask, kind)?;
    let invalid = || bare(StatusCode::BAD_REQUEST, "invalid_grant");
    let to = field(&form, "redirect_uri");
    let pair = match field(&form, "grant_type") {
        "authorization_code" => {
            let code = world.oauth.codes.take(field(&form, "code"), (&app, to), now).ok_or_else(invalid)?;
            if !answers(code.challenge.as_ref(), field(&form, "code_verifier")) {
                return Err(invalid());
            }
            let family = world.oauth.found(&code.grant, true, now).ok_or_else(invalid)?;
            pairs::make(world, family, true, now)
        }
        "refresh_token" => {
            let known = world.oauth.app(&app).is_some_and(|app| app.takes_callback(to));
            if !known {
                return Err(invalid());
            }
            pairs::redeem(world, &app, field(&form, "refresh_token"), now).ok()
        }
        "" => return Err(bare(StatusCode::BAD_REQUEST, "invalid_request")),
        _ => return Err(bare(StatusCode::BAD_REQUEST, "unsupported_grant_type")),
    };
    Ok(tokens(&pair.ok_or_else(invalid)?, now))
}

/// Whether a verifier answers the challenge of a code. Both spellings of the method that the documents have are known.
fn answers(challenge: Option<&(String, String)>, verifier: &str) -> bool {
    let Some((challenge, method)) = challenge else { return true };
    match method.to_ascii_lowercase().as_str() {
        "s256" | "sha256" => seal::pkce::answers(verifier, challenge),
        "plain" => !verifier.is_empty() && verifier == challenge,
        _ => false,
    }
}

/// Ends the family of an access or refresh token; a token nobody knows is none of anybody's business (RFC 7009 §2.2).
fn revoke(world: &mut World, ask: &Ask, kind: Kind, now: Timestamp) -> Answer {
    let (form, app) = proven(world, ask, kind)?;
    let text = field(&form, "token");
    let by_access = world.credentials.issued(text).and_then(|issued| match issued.origin {
        Origin::Consent { family, .. } => Some(family),
        Origin::ServiceApp(_) => None,
    });
    let family = by_access.or_else(|| read_refresh_token(world.oauth.seed, text).map(|(family, _)| family));
    world.oauth.finish(|one| Some(one.id) == family && one.client_id == app, End::Revoked, now);
    Ok(Reply { status: StatusCode::OK, headers: Box::default(), body: bytes::Bytes::new() })
}
