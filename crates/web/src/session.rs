//! `GET /auth/session`: who is signed in, for a page of the gateway's own that calls in their name.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, Uri};
use oauth::CALL;
use seal::proof;
use serde_json::json;
use types::ClientId;

use crate::{Shared, people};

/// `GET /auth/session`. Only to a page of the gateway's own, and only where calls can be made with a session: what it says
/// (`csrf`) is what such calls prove themselves with.
pub(crate) async fn show(State(parts): Shared, headers: HeaderMap, uri: Uri) -> Response {
    let refuse = |status: StatusCode, why: &str| (status, Json(json!({ "message": why }))).into_response();
    if !parts.clients.serves_people() {
        return refuse(StatusCode::NOT_FOUND, "Nobody calls with a session here.");
    }
    let own = parts.issuer.of(&headers, &uri).unwrap_or_default();
    if !oauth::is_from_own_page(&headers, &own) {
        return refuse(StatusCode::FORBIDDEN, "This is for pages of the gateway itself.");
    }
    let session = match people::signed_in(&parts, &headers).await {
        Ok(Some(session)) => session,
        Ok(None) => return refuse(StatusCode::UNAUTHORIZED, "Nobody is signed in."),
        Err(answer) => return answer,
    };
    let rulebook = parts.rulebook.load();
    let manifest = rulebook.manifest(&ClientId::people());
    let sites: Vec<_> = manifest.into_iter().flat_map(|it| it.sites()).map(|site| &site.name).collect();
    Json(json!({
        "name": session.name,
        "account": session.account,
        "expires_at": session.expires_at,
        "sites": sites,
        "csrf": proof::form(session.digest(), CALL),
    }))
    .into_response()
}
