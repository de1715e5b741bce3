//! `POST /auth/disconnect`: the gateway may do nothing as this person any more, and they are signed out everywhere.

use std::sync::Arc;

use audit::Text;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use broker::{GrantError, people};
use http::{HeaderMap, header};
use seal::proof;

use crate::cookies::Cookie;
use crate::form::Form;
use crate::page::Notice;
use crate::{Parts, Shared, page, people as whose};

/// What the form is made for.
pub(crate) const PURPOSE: &str = "disconnect";

/// `POST /auth/disconnect`
pub(crate) async fn take(State(parts): Shared, headers: HeaderMap, form: Form) -> Response {
    let session = match whose::signed_in(&parts, &headers).await {
        Ok(Some(session)) => session,
        Ok(None) => return page::go_to("/"),
        Err(answer) => return answer,
    };
    if !proof::is_form(session.digest(), PURPOSE, form.get("proof").unwrap_or_default()) {
        return page::foreign_form().into_response();
    }
    let (at, account) = (Arc::clone(&parts), session.account.clone());
    // The record and the end belong together, whether or not the browser waits.
    let ended = parts.clients.carry_through(async move { Box::pin(end(&at, &account)).await });
    if let Err(notice) = Box::pin(ended).await.unwrap_or_else(|_stopped| Err(page::unavailable())) {
        return notice.into_response();
    }
    let mut answer = page::go_to("/?disconnected");
    answer.headers_mut().append(header::SET_COOKIE, Cookie::Session.unset(&parts.issuer));
    answer
}

/// Recorded first, then done. Whatever else stands for this person ends here too.
async fn end(parts: &Parts, account: &str) -> Result<(), Notice> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "somebody could not be disconnected");
        page::unavailable()
    };
    let grant = people::grant_of(account).ok_or_else(page::unavailable)?;
    let recorded = parts.recorder.consent(|record| {
        record.user = Some(Text::untrusted(account));
        record.grant = Some(grant.clone());
        record.operation = Some(Text::fixed("disconnected"));
    });
    let _receipt = recorded.await.map_err(|_| page::unavailable())?;
    match parts.broker.revoke(&grant).await {
        Ok(()) | Err(GrantError::Missing(_)) => {}
        Err(error) => return Err(failed(&error)),
    }
    parts.clients.end_personal_tokens_of(account).await.map_err(|error| failed(&error))?;
    parts.sessions.close_all(account).await.map_err(|error| failed(&error))
}
