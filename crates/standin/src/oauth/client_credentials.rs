//! The grant of service accounts: no refresh token, and scopes fixed when the credential was made.

use std::sync::Arc;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::families::later;
use super::{field, refused, spaced};
use crate::credentials::{Issued, Origin};
use crate::reply::{Answer, Reply};
use crate::world::World;

/// Answers `grant_type=client_credentials`.
pub(super) fn token(world: &mut World, form: &Value, now: Timestamp) -> Answer {
    let app = world.credentials.service_app(field(form, "client_id"), field(form, "client_secret"));
    let app = app.ok_or_else(|| refused(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized"))?;
    let life = world.oauth.rules.access_token_seconds;
    let scopes = Arc::clone(&app.scopes);
    let issued = Issued {
        account: Arc::clone(&app.account),
        scopes: Arc::clone(&scopes),
        origin: Origin::ServiceApp(app.sites),
        expires_at: later(now, life),
    };
    let access_token = world.credentials.issue(now, issued);
    let body = json!({
        "access_token": &*access_token, "expires_in": life, "scope": spaced(&scopes), "token_type": "Bearer",
    });
    Ok(Reply::json(body).header("cache-control", "no-store"))
}
