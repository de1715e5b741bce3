//! `/oauth/elevations`: where a client, or a user with a token of theirs, asks for more for a time, sees what became of it, and gives
//! it back. What operators do about it is below `/api/v1/elevations`.

use audit::{Record, Text};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use control::elevations::Asker;
use control::views::{AskForElevation, PlanDigest};
use http::{HeaderValue, StatusCode, header};
use oauth::{Approach, Caller};
use types::{ClientId, Refusal};

use crate::asked;
use crate::problem::Problem;
use crate::tokens::{Sent, recorded};
use crate::{Parts, Shared};

/// Who is asking; a refusal is theirs to hear, and on record.
async fn caller(parts: &Parts, approach: Approach<'_>, record: &mut Record) -> Result<Caller, Problem> {
    record.operation = Some("ticketgate:elevations".into());
    let found = parts.tokens.authenticate(approach).await;
    let caller = found.map_err(|away| {
        record.client = away.client().cloned();
        record.credential = away.credential().map(Text::untrusted);
        refused(record, &away.refusal())
    })?;
    record.client = Some(caller.client().clone());
    record.credential = Some(Text::untrusted(caller.credential()));
    record.user = caller.account().map(Text::untrusted);
    Ok(caller)
}

fn refused(record: &mut Record, refusal: &Refusal) -> Problem {
    record.refusal = Some(refusal.entry().name.into());
    Problem::new(refusal.code(), refusal.detail(), refusal.advice())
}

/// With the status it gets on record, and kept nowhere on the way.
fn closed(record: &mut Record, answer: Result<Response, Problem>) -> Response {
    let mut response = answer.unwrap_or_else(|problem| {
        let mut response = problem.into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"ticketgate\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    });
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    record.status = Some(response.status().as_u16());
    response
}

pub(crate) async fn ask(State(parts): Shared, sent: Sent) -> Response {
    recorded(&parts, &sent, async |approach, record| {
        let answer = async {
            let caller = caller(&parts, approach, record).await?;
            caller.may_change(parts.control.now()).map_err(|paused| refused(record, &paused))?;
            // A page of another site can make a browser send a text in the name of whoever has signed in there; not this.
            if !sent.is_json() {
                return Err(Problem::new(
                    types::Code::RequestUnreadable,
                    "The body is not said to be JSON.",
                    "Send it with Content-Type: application/json.",
                ));
            }
            let asked: AskForElevation = asked::read(sent.body())?;
            let (client, account) = whose(&caller);
            let control = parts.control.clone();
            // Whoever hangs up has asked all the same.
            let made = async move {
                let asker = Asker::Caller { client: &client, account: account.as_deref() };
                Box::pin(control.elevate(asker, asked)).await
            };
            let made = Box::pin(parts.control.carry_through(made)).await;
            let view = made.map_err(|_stopped| Problem::refusal(types::Code::Internal))??;
            Ok((StatusCode::CREATED, Json(view)).into_response())
        };
        let answer = answer.await;
        closed(record, answer)
    })
    .await
}

pub(crate) async fn list(State(parts): Shared, sent: Sent) -> Response {
    recorded(&parts, &sent, async |approach, record| {
        let answer = async {
            let caller = caller(&parts, approach, record).await?;
            Ok(Json(parts.control.elevations_of(caller.client(), caller.account()).await?).into_response())
        };
        let answer = answer.await;
        closed(record, answer)
    })
    .await
}

pub(crate) async fn show(State(parts): Shared, Path(plan): Path<String>, sent: Sent) -> Response {
    recorded(&parts, &sent, async |approach, record| {
        let answer = async {
            let caller = caller(&parts, approach, record).await?;
            let whose = (caller.client(), caller.account());
            Ok(Json(parts.control.elevation_of(whose, &digest(&plan)?).await?).into_response())
        };
        let answer = answer.await;
        closed(record, answer)
    })
    .await
}

pub(crate) async fn give_back(State(parts): Shared, Path(plan): Path<String>, sent: Sent) -> Response {
    recorded(&parts, &sent, async |approach, record| {
        let answer = async {
            let caller = caller(&parts, approach, record).await?;
            let ((client, account), plan) = (whose(&caller), digest(&plan)?);
            let control = parts.control.clone();
            let made = async move { Box::pin(control.give_back((&client, account.as_deref()), &plan)).await };
            let made = Box::pin(parts.control.carry_through(made)).await;
            made.map_err(|_stopped| Problem::refusal(types::Code::Internal))??;
            Ok(StatusCode::NO_CONTENT.into_response())
        };
        let answer = answer.await;
        closed(record, answer)
    })
    .await
}

fn whose(caller: &Caller) -> (ClientId, Option<String>) {
    (caller.client().clone(), caller.account().map(str::to_owned))
}

fn digest(text: &str) -> Result<PlanDigest, Problem> {
    text.parse().map_err(|error| Problem::invalid(format!("{error}.")))
}
