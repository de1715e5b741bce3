//! Signing out.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use seal::proof;

use crate::cookies::Cookie;
use crate::form::Form;
use crate::{Shared, page, people};

/// What the form is made for.
pub(crate) const PURPOSE: &str = "sign out";

#[derive(Template)]
#[template(path = "logout.html")]
struct Page<'a> {
    name: &'a str,
    proof: String,
}

/// `GET /auth/logout`: asks, because following a link changes nothing.
pub(crate) async fn show(State(parts): Shared, headers: HeaderMap) -> Response {
    match people::signed_in(&parts, &headers).await {
        Ok(Some(session)) => {
            let page = Page { name: &session.name, proof: proof::form(session.digest(), PURPOSE) };
            page::show(StatusCode::OK, &page)
        }
        Ok(None) => page::go_to("/"),
        Err(answer) => answer,
    }
}

/// `POST /auth/logout`
pub(crate) async fn take(State(parts): Shared, headers: HeaderMap, form: Form) -> Response {
    let session = match people::signed_in(&parts, &headers).await {
        Ok(Some(session)) => session,
        Ok(None) => return page::go_to("/"),
        Err(answer) => return answer,
    };
    if !proof::is_form(session.digest(), PURPOSE, form.get("proof").unwrap_or_default()) {
        return page::foreign_form().into_response();
    }
    if let Err(error) = parts.sessions.close(&session).await {
        tracing::error!(%error, "nobody could be signed out");
        return page::unavailable().into_response();
    }
    let mut answer = page::go_to("/");
    answer.headers_mut().append(header::SET_COOKIE, Cookie::Session.unset(&parts.issuer));
    answer
}
