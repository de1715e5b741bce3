//! `GET /auth/callback`: back from Atlassian, with a code or without (RFC 6749 §4.1.2).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use control::grants::authorize::{NotTaken, Taken, Wish};
use control::views::ConsentProgress;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use types::Secret;

use crate::cookies::Cookie;
use crate::form::Form;
use crate::page::{self, Notice};
use crate::trip::{self, Back, Errand};
use crate::{Parts, Shared, sign_in};

/// The longest word of a provider's that is shown, in characters.
const LONGEST: usize = 300;

/// A consent became an operator's grant.
#[derive(Template)]
#[template(path = "connected.html")]
struct Connected<'a> {
    progress: &'a ConsentProgress,
    app: &'a str,
    operator: &'a str,
}

/// A consent became nothing.
#[derive(Template)]
#[template(path = "not_connected.html")]
struct NotConnected<'a> {
    words: &'a str,
    reaches: &'a [String],
}

/// Somebody comes back. Nothing is redeemed unless they bring what they were sent out with.
pub(crate) async fn show(State(parts): Shared, method: Method, headers: HeaderMap, uri: Uri) -> Response {
    if method == Method::HEAD {
        return StatusCode::OK.into_response();
    }
    Box::pin(take(&parts, &headers, &uri)).await.unwrap_or_else(Notice::into_response)
}

async fn take(parts: &Arc<Parts>, headers: &HeaderMap, uri: &Uri) -> Result<Response, Notice> {
    let query = Form::of_query(uri.query().unwrap_or_default());
    let state = query.get("state").ok_or_else(|| {
        wrong("The address has no `state`, or two of them: it does not come from where you were sent.")
    })?;
    let Back { errand, verifier } = trip::take_back(parts, headers, state).await?;
    let brought = brought(&query);
    let parts = Arc::clone(parts);
    match errand {
        Errand::Connect(wish) => {
            // A code that is redeemed has to be kept or recorded, whether or not the browser waits.
            let (at, verifier) = (Arc::clone(&parts), Secret::new(verifier));
            let done =
                parts.clients.carry_through(async move { connect(&at, &wish, brought, &verifier).await });
            let mut answer = Box::pin(done).await.map_err(|_stopped| page::unavailable())?;
            answer.headers_mut().append(header::SET_COOKIE, Cookie::Visit.unset(&parts.issuer));
            Ok(answer)
        }
        Errand::SignIn { request } => {
            Box::pin(sign_in::end(&parts, headers, (brought, verifier), &request)).await
        }
    }
}

/// What the provider sent along.
pub(crate) enum Brought {
    Code(Secret),
    /// Its word for why there is none.
    Error(String),
    /// Neither, or more than one.
    Nothing,
}

fn brought(query: &Form) -> Brought {
    if query.has("error") {
        let error = query.get("error").unwrap_or("two errors at once");
        let words = match query.get("error_description") {
            Some(description) if !description.is_empty() => format!("{error}: {description}"),
            _ => error.to_owned(),
        };
        return Brought::Error(words.chars().filter(|c| !c.is_control()).take(LONGEST).collect());
    }
    match query.get("code").filter(|code| !code.is_empty()) {
        Some(code) => Brought::Code(Secret::new(code.to_owned())),
        None => Brought::Nothing,
    }
}

async fn connect(parts: &Parts, wish: &Wish, brought: Brought, verifier: &Secret) -> Response {
    let taken = match brought {
        Brought::Code(code) => parts.control.take_consent(wish, &code, Some(verifier)).await,
        Brought::Error(said) => {
            parts.control.drop_consent(wish, &said).await;
            return said_no(&said).into_response();
        }
        Brought::Nothing => {
            parts.control.drop_consent(wish, "no code").await;
            return no_code().into_response();
        }
    };
    match taken {
        Ok(Taken { progress }) => {
            let page =
                Connected { progress: &progress, app: wish.app.as_str(), operator: wish.operator.as_str() };
            page::show(StatusCode::OK, &page)
        }
        Err(NotTaken { words, reaches }) => {
            page::show(StatusCode::CONFLICT, &NotConnected { words: &words, reaches: &reaches })
        }
    }
}

/// The provider's own word, shown as it is.
pub(crate) fn said_no(said: &str) -> Notice {
    let words = match said.split(':').next() {
        Some("access_denied") => {
            "You did not allow it, or Atlassian did not let you. Nothing was changed.".to_owned()
        }
        _ => "Nothing was changed.".to_owned(),
    };
    Notice::new(StatusCode::OK, "Not allowed", format!("{words} What Atlassian said: {said}"))
}

pub(crate) fn no_code() -> Notice {
    wrong("Atlassian sent you back without a code, or with two.")
}

/// A way back that leads nowhere.
pub(crate) fn wrong(why: &str) -> Notice {
    Notice::new(
        StatusCode::BAD_REQUEST,
        "This leads nowhere",
        format!("{why} Nothing was changed. Begin again where you began."),
    )
}
