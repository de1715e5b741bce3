//! The way to Atlassian and back. What somebody is sent out with is the `state` (RFC 6749 §4.1.1): all that was chosen before,
//! bound to their browser, sealed, good for ten minutes and once. At Atlassian Cloud it is the only guard against a code that
//! somebody else slips in: PKCE is not looked at there.

use std::fmt::Write as _;
use std::time::Duration;

use axum::response::Response;
use broker::App;
use clock::random;
use control::grants::authorize::Wish;
use http::{HeaderMap, HeaderValue};
use oauth::PassError;
use seal::{pkce, proof};
use serde::{Deserialize, Serialize};

use crate::page::{self, Notice};
use crate::visit::{self, Visit};
use crate::{Parts, callback};

/// What a `state` is sealed for, and what binds it to a browser.
const TRIP: &str = "trip to atlassian";

/// How long somebody may take.
const LIFE: Duration = Duration::from_secs(600);

/// The longest address people are sent to, in bytes: what lies in front of Atlassian takes no longer ones.
const LONGEST: usize = 7_500;

/// Why somebody is sent out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Errand {
    /// To consent to what becomes an operator's grant.
    Connect(Wish),
    /// To sign in, and to go on with this authorization request afterwards, or to the first page.
    SignIn { request: String },
}

/// What travels in the `state`.
#[derive(Debug, Serialize, Deserialize)]
struct Luggage {
    errand: Errand,
    /// What only the browser it was made for can be shown to have.
    browser: String,
    /// Of PKCE.
    verifier: String,
}

/// Somebody who came back as they were sent out.
#[derive(Debug)]
pub(crate) struct Back {
    pub(crate) errand: Errand,
    pub(crate) verifier: String,
}

/// Sends a browser out to consent to an app.
pub(crate) fn send(
    parts: &Parts,
    headers: &HeaderMap,
    (app, scopes): (&App, &[String]),
    errand: Errand,
) -> Result<Response, Notice> {
    let visit = Visit::of_or_new(parts, headers)?;
    let verifier = verifier()?;
    let challenge = pkce::challenge_of(&verifier);
    let luggage = Luggage { errand, browser: proof::form(&visit.digest, TRIP), verifier };
    let (state, _) = parts.passes.issue(TRIP, LIFE, &luggage).map_err(|error| {
        tracing::error!(%error, "nobody can be sent to consent");
        page::unavailable()
    })?;
    let address = app.consent_url(scopes, &state, Some(&challenge));
    let location = HeaderValue::try_from(address).ok().filter(|it| it.len() <= LONGEST);
    let location = location.ok_or_else(|| {
        callback::wrong(
            "The address to send you to would be longer than Atlassian takes: ask for fewer scopes.",
        )
    })?;
    Ok(visit.remembered(parts, page::go(location)))
}

/// Takes back what somebody was sent out with, and uses it up. In another browser than the one that was sent out it is not
/// used up: whoever got hold of it must not be able to end it.
pub(crate) async fn take_back(parts: &Parts, headers: &HeaderMap, state: &str) -> Result<Back, Notice> {
    let pass = parts.passes.open::<Luggage>(TRIP, state).map_err(|error| no_way_back(&error))?;
    let same = visit::of(parts, headers)
        .is_some_and(|browser| proof::is_form(&browser, TRIP, &pass.content.browser));
    if !same {
        return Err(callback::wrong(
            "It was begun in another browser, or this one has forgotten it. Cookies have to be allowed for this page.",
        ));
    }
    parts.passes.use_up(&pass).await.map_err(|error| no_way_back(&error))?;
    let Luggage { errand, verifier, .. } = pass.content;
    Ok(Back { errand, verifier })
}

/// Why what somebody brought is good for nothing.
pub(crate) fn no_way_back(error: &PassError) -> Notice {
    match error {
        PassError::Foreign => callback::wrong("The address is not complete, or not one this gateway made."),
        PassError::Ended => callback::wrong("It took longer than ten minutes."),
        PassError::Used => callback::wrong("It was used before, and is good once."),
        error => {
            tracing::error!(%error, "what somebody came back with could not be looked up");
            page::unavailable()
        }
    }
}

fn verifier() -> Result<String, Notice> {
    let bytes = random::bytes::<32>().map_err(|_| page::unavailable())?;
    Ok(bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
