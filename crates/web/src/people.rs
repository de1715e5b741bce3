//! Who is looking.

use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use oauth::Session;

use crate::cookies::Cookie;
use crate::{Parts, page};

/// Who is signed in, if anybody is. Where nobody can sign in, a session of a time when they could does not count.
pub(crate) async fn signed_in(parts: &Parts, headers: &HeaderMap) -> Result<Option<Session>, Response> {
    let cookie = Cookie::Session.of(headers, &parts.issuer).filter(|_| parts.can_sign_in());
    let Some(cookie) = cookie else { return Ok(None) };
    parts.sessions.of(cookie).await.map_err(|error| {
        tracing::error!(%error, "a session could not be read");
        page::unavailable().into_response()
    })
}
