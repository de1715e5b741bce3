//! `GET /`: who I am, how my connection to Atlassian is, and what I allowed.

mod connection;
mod elevations;
mod tokens;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, Uri};
use oauth::{Consent, Session};
use seal::{Digest, proof};

use crate::moment::Moment;
use crate::{Parts, Shared, logout, page, people, revoke};
use connection::Connection;
use elevations::Elevations;
use tokens::Tokens;

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    name: &'a str,
    account: &'a str,
    until: Moment,
    /// Their own tokens, where people call in their own name.
    tokens: Option<Tokens>,
    /// What they have beside, or ask for, for a time.
    elevations: Option<Elevations>,
    consents: Vec<Row>,
    /// What the gateway may do at Atlassian as this person, where people sign in with Atlassian.
    connection: Option<Connection>,
    /// Something was just ended.
    ended: bool,
    sign_out: String,
}

/// What somebody allowed, as a card on the page.
struct Row {
    consent: Consent,
    given: Moment,
    used: Option<Moment>,
    until: Moment,
    sites: String,
    proof: String,
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    can_sign_in: bool,
    with_atlassian: bool,
    /// Somebody has just disconnected.
    disconnected: bool,
}

/// `GET /`
pub(crate) async fn show(State(parts): Shared, headers: HeaderMap, uri: Uri) -> Response {
    match people::signed_in(&parts, &headers).await {
        Ok(Some(session)) => mine(&parts, &session, uri.query() == Some("ended")).await,
        Ok(None) => {
            let (can_sign_in, with_atlassian) = (parts.can_sign_in(), parts.sign_in.is_some());
            let disconnected = uri.query() == Some("disconnected");
            page::show(StatusCode::OK, &Welcome { can_sign_in, with_atlassian, disconnected })
        }
        Err(answer) => answer,
    }
}

async fn mine(parts: &Parts, session: &Session, ended: bool) -> Response {
    let consents = match parts.clients.consents_of(&session.account).await {
        Ok(consents) => consents,
        Err(error) => {
            tracing::error!(%error, "consents could not be read");
            return page::unavailable().into_response();
        }
    };
    let tokens = match Tokens::of(parts, session).await {
        Ok(tokens) => tokens,
        Err(error) => {
            tracing::error!(%error, "personal tokens could not be read");
            return page::unavailable().into_response();
        }
    };
    let elevations = match Elevations::of(parts, session).await {
        Ok(elevations) => elevations,
        Err(error) => {
            tracing::error!(%error, "elevations could not be read");
            return page::unavailable().into_response();
        }
    };
    let page = Page {
        tokens,
        elevations,
        name: &session.name,
        account: &session.account,
        until: Moment::of(session.expires_at),
        consents: consents.into_iter().map(|consent| row(consent, session.digest())).collect(),
        connection: parts.sign_in.as_ref().map(|_| Connection::of(parts, session)),
        ended,
        sign_out: proof::form(session.digest(), logout::PURPOSE),
    };
    page::show(StatusCode::OK, &page)
}

fn row(consent: Consent, session: &Digest) -> Row {
    Row {
        given: Moment::of(consent.given_at),
        used: consent.used_at.map(Moment::of),
        until: Moment::of(consent.expires_at),
        sites: consent.sites.join(", "),
        proof: proof::form(session, &revoke::purpose(&consent.id)),
        consent,
    }
}
