//! The grant of people's applications: a code that the consent page gave out. A PKCE verifier is not looked at, as
//! Atlassian does not.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::{field, pairs, proven, refused, tokens};
use crate::reply::Answer;
use crate::world::World;

/// Answers `grant_type=authorization_code`.
pub(super) fn token(world: &mut World, form: &Value, now: Timestamp) -> Answer {
    let app = proven(world, form)?;
    let invalid = || refused(StatusCode::FORBIDDEN, "invalid_grant", "authorization_code is invalid");
    let (code, to) = (field(form, "code"), field(form, "redirect_uri"));
    let code = world.oauth.codes.take(code, (&app, to), now).ok_or_else(invalid)?;
    let offline = code.scopes.contains("offline_access");
    let family = world.oauth.found(&code.grant, offline, now).ok_or_else(invalid)?;
    let pair = pairs::make(world, family, true, now).ok_or_else(invalid)?;
    Ok(tokens(&pair))
}
