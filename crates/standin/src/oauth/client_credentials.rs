//! The grant of service accounts: no refresh token, and scopes fixed when the credential was made.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{field, refused};
use crate::credentials::ACCESS_TOKEN_SECONDS;
use crate::reply::{Answer, Reply};
use crate::world::World;

/// Answers `grant_type=client_credentials`.
pub(super) fn token(world: &mut World, form: &Value, now: Timestamp) -> Answer {
    let app = world.credentials.service_app(field(form, "client_id"), field(form, "client_secret"));
    let app = app.ok_or_else(|| refused(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized"))?;
    let scopes = std::sync::Arc::clone(&app.scopes);
    let to = (std::sync::Arc::clone(&app.account), std::sync::Arc::clone(&app.scopes), app.sites);
    let access_token = world.credentials.issue(now, to);
    let scope = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let body = json!({
        "access_token": access_token, "expires_in": ACCESS_TOKEN_SECONDS, "scope": scope, "token_type": "Bearer",
    });
    Ok(Reply::json(body).header("cache-control", "no-store"))
}
