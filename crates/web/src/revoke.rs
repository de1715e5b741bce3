//! `POST /auth/revoke`: ends a consent.

use std::sync::Arc;

use audit::Text;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use oauth::ConsentError;
use seal::proof;

use crate::form::Form;
use crate::page::Notice;
use crate::{Parts, Shared, page, people};

/// What the form is made for.
pub(crate) fn purpose(consent: &str) -> String {
    format!("end consent {consent}")
}

/// `POST /auth/revoke`
pub(crate) async fn take(State(parts): Shared, headers: HeaderMap, form: Form) -> Response {
    let session = match people::signed_in(&parts, &headers).await {
        Ok(Some(session)) => session,
        Ok(None) => return page::go_to("/"),
        Err(answer) => return answer,
    };
    let id = form.get("consent").unwrap_or_default();
    if !proof::is_form(session.digest(), &purpose(id), form.get("proof").unwrap_or_default()) {
        return page::foreign_form().into_response();
    }
    let (at, account, id) = (Arc::clone(&parts), session.account.clone(), id.to_owned());
    // The record and the end belong together, whether or not the browser waits.
    let ended = parts.clients.carry_through(async move { end(&at, &account, &id).await });
    match ended.await.unwrap_or_else(|_stopped| Err(page::unavailable())) {
        Ok(()) => page::go_to("/?ended"),
        Err(notice) => notice.into_response(),
    }
}

async fn end(parts: &Parts, account: &str, id: &str) -> Result<(), Notice> {
    let failed = |error: ConsentError| match error {
        ConsentError::Missing => {
            Notice::new(StatusCode::NOT_FOUND, "It has ended already", "There is nothing left to end.")
        }
        error => {
            tracing::error!(%error, "a consent could not be ended");
            page::unavailable()
        }
    };
    let client = parts.clients.consent_of(account, id).await.map_err(failed)?;
    let recorded = parts.recorder.consent(|record| {
        record.user = Some(Text::untrusted(account));
        record.client = Some(client);
        record.operation = Some(Text::fixed("ended"));
    });
    let _receipt = recorded.await.map_err(|_| page::unavailable())?;
    parts.clients.end_consent(id).await.map_err(failed)
}
