//! `POST /auth/tokens`, `POST /auth/tokens/revoke`: tokens of people's own, for their scripts.

use std::sync::Arc;

use askama::Template;
use audit::Text;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, Uri};
use oauth::{
    LONGEST_LABEL, LONGEST_PERSONAL_TOKEN_DAYS, MOST_PERSONAL_TOKENS, PersonalToken, PersonalTokenError,
    Session,
};
use seal::proof;
use types::{ClientId, Secret};

use crate::form::Form;
use crate::moment::Moment;
use crate::page::Notice;
use crate::{Parts, Shared, page, people};

/// What the form that makes one is made for: the tokens there were when it was shown. Sent twice, as by going back or loading
/// the answer again, it makes nothing.
pub(crate) fn purpose_of_making(tokens: &[PersonalToken]) -> String {
    let ids: Vec<_> = tokens.iter().map(|token| token.id.as_str()).collect();
    format!("make a token beside {}", ids.join(" "))
}

/// What the form that ends one is made for.
pub(crate) fn purpose_of_ending(id: &str) -> String {
    format!("end token {id}")
}

#[derive(Template)]
#[template(path = "token.html")]
struct Page<'a> {
    label: &'a str,
    until: Moment,
    token: &'a str,
    origin: &'a str,
}

/// `POST /auth/tokens`: makes one, and shows it this once.
pub(crate) async fn make(State(parts): Shared, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    let session = match asked(&parts, &headers).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let tokens = match parts.clients.personal_tokens_of(&session.account).await {
        Ok(tokens) => tokens,
        Err(error) => return failed(error).into_response(),
    };
    let carried = form.get("proof").unwrap_or_default();
    if !proof::is_form(session.digest(), &purpose_of_making(&tokens), carried) {
        return page::foreign_form().into_response();
    }
    let label = form.get("label").unwrap_or_default().to_owned();
    let days = form.get("days").unwrap_or_default().trim().parse().unwrap_or_default();
    let at = Arc::clone(&parts);
    // The record and the token belong together, whether or not the browser waits.
    let made = parts.clients.carry_through(async move { made(&at, &session, &label, days).await });
    match made.await.unwrap_or_else(|_stopped| Err(page::unavailable())) {
        Ok((label, until, token)) => {
            let origin = parts.issuer.of(&headers, &uri).unwrap_or_default();
            let page = Page { label: &label, until, token: token.open(), origin: &origin };
            page::show(StatusCode::OK, &page)
        }
        Err(notice) => notice.into_response(),
    }
}

async fn made(
    parts: &Parts,
    session: &Session,
    label: &str,
    days: u32,
) -> Result<(String, Moment, Secret), Notice> {
    let owner = (session.account.as_str(), session.name.as_str());
    let new = parts.clients.new_personal_token(owner, label, days).await.map_err(failed)?;
    record(parts, &session.account, new.hint(), "made a token").await?;
    let (label, until) = (new.label().to_owned(), Moment::of(new.expires_at()));
    let token = parts.clients.keep_personal_token(new).await.map_err(failed)?;
    Ok((label, until, token))
}

/// `POST /auth/tokens/revoke`: ends one.
pub(crate) async fn end(State(parts): Shared, headers: HeaderMap, form: Form) -> Response {
    let session = match asked(&parts, &headers).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let id = form.get("token").unwrap_or_default();
    if !proof::is_form(session.digest(), &purpose_of_ending(id), form.get("proof").unwrap_or_default()) {
        return page::foreign_form().into_response();
    }
    let (at, id) = (Arc::clone(&parts), id.to_owned());
    let ended = parts.clients.carry_through(async move {
        let token = at.clients.personal_token_of(&session.account, &id).await.map_err(failed)?;
        record(&at, &session.account, &token.hint, "ended a token").await?;
        at.clients.end_personal_token(&session.account, &id).await.map_err(failed)
    });
    match ended.await.unwrap_or_else(|_stopped| Err(page::unavailable())) {
        Ok(()) => page::go_to("/?ended"),
        Err(notice) => notice.into_response(),
    }
}

/// Who asks, where people call in their own name.
pub(crate) async fn asked(parts: &Parts, headers: &HeaderMap) -> Result<Session, Response> {
    if !parts.clients.serves_people() {
        return Err(page::go_to("/"));
    }
    people::signed_in(parts, headers).await?.ok_or_else(|| page::go_to("/"))
}

/// Recorded first, then done.
async fn record(parts: &Parts, account: &str, hint: &str, what: &'static str) -> Result<(), Notice> {
    let recorded = parts.recorder.consent(|record| {
        record.user = Some(Text::untrusted(account));
        record.client = Some(ClientId::people());
        record.credential = Some(Text::untrusted(hint));
        record.operation = Some(Text::fixed(what));
    });
    recorded.await.map(drop).map_err(|_| page::unavailable())
}

fn failed(error: PersonalTokenError) -> Notice {
    let not_made = |words: String| Notice::new(StatusCode::UNPROCESSABLE_ENTITY, "No token was made", words);
    match error {
        PersonalTokenError::Missing => {
            Notice::new(StatusCode::NOT_FOUND, "It has ended already", "There is nothing left to end.")
        }
        PersonalTokenError::TooMany => not_made(format!(
            "You have {MOST_PERSONAL_TOKENS} tokens already. End one that you do not need any more."
        )),
        PersonalTokenError::Label => not_made(format!(
            "Call it something you will know it by: 1 to {LONGEST_LABEL} characters on one line."
        )),
        PersonalTokenError::Days => {
            not_made(format!("A token lives 1 to {LONGEST_PERSONAL_TOKEN_DAYS} days."))
        }
        error => {
            tracing::error!(%error, "a personal token could not be made or ended");
            page::unavailable()
        }
    }
}
