//! Rotating refresh tokens. Every refusal looks the same: a client is not told what ended its tokens.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::rules::RefreshError;
use super::{field, pairs, proven, refused, tokens};
use crate::reply::{Answer, Reply};
use crate::world::World;

/// Answers `grant_type=refresh_token`.
pub(super) fn token(world: &mut World, form: &Value, now: Timestamp) -> Answer {
    let app = proven(world, form)?;
    let pair = pairs::redeem(world, &app, field(form, "refresh_token"), now);
    pair.map(|pair| tokens(&pair)).map_err(|_| no_good(world.oauth.rules.refresh_error))
}

fn no_good(error: RefreshError) -> Reply {
    let (error, description) = match error {
        RefreshError::InvalidGrant => ("invalid_grant", "Unknown or invalid refresh token."),
        RefreshError::UnauthorizedClient => ("unauthorized_client", "refresh_token is invalid"),
    };
    refused(StatusCode::FORBIDDEN, error, description)
}
