//! `POST /auth/elevations`, `POST /auth/elevations/end`: more for what people do in their own name, for a time. Somebody at the gateway
//! says yes or not.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use control::elevations::Asker;
use control::views::{AskForElevation, ElevationView, PlanDigest};
use control::{ControlError, Kind};
use http::{HeaderMap, StatusCode};
use seal::proof;
use serde_json::Value;
use types::ClientId;

use crate::form::Form;
use crate::page::Notice;
use crate::tokens::asked;
use crate::{Parts, Shared, page};

/// What the form that asks is made for: what there was when it was shown. Sent twice, it asks once.
pub(crate) fn purpose_of_asking(all: &[ElevationView]) -> String {
    let digests: Vec<_> = all.iter().map(|one| one.digest.to_string()).collect();
    format!("ask for more beside {}", digests.join(" "))
}

/// What the form that ends one is made for.
pub(crate) fn purpose_of_ending(digest: &PlanDigest) -> String {
    format!("end elevation {digest}")
}

/// What a person has, or asks for, beside what everybody may.
pub(crate) async fn of(parts: &Parts, account: &str) -> Result<Vec<ElevationView>, ControlError> {
    let all = parts.control.elevations_of(&ClientId::people(), Some(account)).await?;
    Ok(all.into_iter().filter(|one| one.account.as_deref() == Some(account)).collect())
}

/// `POST /auth/elevations`
pub(crate) async fn ask(State(parts): Shared, headers: HeaderMap, form: Form) -> Response {
    let session = match asked(&parts, &headers).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let known = match of(&parts, &session.account).await {
        Ok(known) => known,
        Err(error) => return failed(&error).into_response(),
    };
    let carried = form.get("proof").unwrap_or_default();
    if !proof::is_form(session.digest(), &purpose_of_asking(&known), carried) {
        return page::foreign_form().into_response();
    }
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let minutes: u64 = text("minutes").trim().parse().unwrap_or_default();
    let asking = AskForElevation {
        client: None,
        account: None,
        // Forms end their lines as mail does (HTML, form-data of text areas).
        adds: text("adds").replace("\r\n", "\n"),
        seconds: minutes.saturating_mul(60),
        reason: text("reason").trim().to_owned(),
    };
    let at = Arc::clone(&parts);
    let made = parts.clients.carry_through(async move {
        let client = ClientId::people();
        let asker = Asker::Caller { client: &client, account: Some(&session.account) };
        Box::pin(at.control.elevate(asker, asking)).await
    });
    match Box::pin(made).await {
        Ok(Ok(_)) => page::go_to("/"),
        Ok(Err(error)) => failed(&error).into_response(),
        Err(_stopped) => page::unavailable().into_response(),
    }
}

/// `POST /auth/elevations/end`
pub(crate) async fn end(State(parts): Shared, headers: HeaderMap, form: Form) -> Response {
    let session = match asked(&parts, &headers).await {
        Ok(session) => session,
        Err(answer) => return answer,
    };
    let Ok(digest) = form.get("elevation").unwrap_or_default().parse::<PlanDigest>() else {
        return page::foreign_form().into_response();
    };
    let carried = form.get("proof").unwrap_or_default();
    if !proof::is_form(session.digest(), &purpose_of_ending(&digest), carried) {
        return page::foreign_form().into_response();
    }
    let at = Arc::clone(&parts);
    let ended = parts.clients.carry_through(async move {
        let client = ClientId::people();
        Box::pin(at.control.give_back((&client, Some(&session.account)), &digest)).await
    });
    match Box::pin(ended).await {
        Ok(Ok(())) => page::go_to("/"),
        Ok(Err(error)) => failed(&error).into_response(),
        Err(_stopped) => page::unavailable().into_response(),
    }
}

fn failed(error: &ControlError) -> Notice {
    let status = match error.kind() {
        Kind::Missing => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Invalid | Kind::NotCompiled => StatusCode::UNPROCESSABLE_ENTITY,
        _ => {
            tracing::error!(%error, "an elevation could not be asked for, listed or ended");
            return page::unavailable();
        }
    };
    let words = match error.diagnostics() {
        [] => error.what().to_owned(),
        all => format!(
            "What it adds cannot be added. {}",
            all.iter().filter_map(line).collect::<Vec<_>>().join(" ")
        ),
    };
    Notice::new(status, "Nothing has changed", format!("{words} {}", error.advice()))
}

/// A diagnostic of the compiler as a sentence; a page keeps no columns.
fn line(diagnostic: &Value) -> Option<String> {
    let message = diagnostic.get("message")?.as_str()?;
    let place = diagnostic.get("line").map_or_else(String::new, |line| format!("Line {line}: "));
    let help = diagnostic.get("suggestion").and_then(Value::as_str);
    let help = help.map_or_else(String::new, |help| format!(" ({help})"));
    Some(format!("{place}{message}{help}."))
}
