//! `GET /auth/connect/{ticket}`: from an operator's command to Atlassian's page.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use control::grants::authorize::{TICKET, Wish};
use http::{HeaderMap, Method, StatusCode};

use crate::page::Notice;
use crate::trip::{self, Errand};
use crate::{Parts, Shared, callback};

/// Uses the ticket up, and sends whoever brought it to consent.
pub(crate) async fn show(
    State(parts): Shared,
    method: Method,
    headers: HeaderMap,
    Path(ticket): Path<String>,
) -> Response {
    if method == Method::HEAD {
        // Programs that look whether a link works must not use it up.
        return StatusCode::OK.into_response();
    }
    go(&parts, &headers, &ticket).await.unwrap_or_else(Notice::into_response)
}

async fn go(parts: &Parts, headers: &HeaderMap, ticket: &str) -> Result<Response, Notice> {
    let pass = parts.passes.open::<Wish>(TICKET, ticket).map_err(|error| trip::no_way_back(&error))?;
    let app = parts.control.app(&pass.content.app).map_err(|error| callback::wrong(error.what()))?;
    parts.passes.use_up(&pass).await.map_err(|error| trip::no_way_back(&error))?;
    let scopes = pass.content.scopes.clone();
    trip::send(parts, headers, (&app, &scopes), Errand::Connect(pass.content))
}
