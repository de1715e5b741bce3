//! `/api/v1/audit`

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Json;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::ControlError;
use control::audit_log::{Filter, Found, Pages};
use http::header;
use http_body::Frame;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Shared;
use crate::asked::Narrowed;
use crate::problem::Problem;

/// How many records `tail` shows when nothing is said.
const USUAL: usize = 100;

/// No answer holds more, as the query says of itself.
const MOST: usize = ::audit::query::MOST;

pub(crate) async fn search(
    State(parts): Shared,
    Narrowed(filter): Narrowed<Filter>,
) -> Result<Json<Value>, Problem> {
    bounded(filter.limit)?;
    Ok(records(&parts.control.search(&filter).await?))
}

/// From where to go on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct After {
    /// The last record already seen; without it, the latest ones are shown.
    #[schemars(range(max = 18_446_744_073_709_551_615u64))]
    after: Option<u64>,
    /// At most so many; 100 when nothing is said.
    #[schemars(range(max = 10_000))]
    limit: Option<usize>,
}

pub(crate) async fn tail(
    State(parts): Shared,
    Narrowed(from): Narrowed<After>,
) -> Result<Json<Value>, Problem> {
    bounded(from.limit)?;
    Ok(records(&parts.control.tail(from.after, from.limit.unwrap_or(USUAL)).await?))
}

/// Whoever asks for more than an answer holds is told so: a list cut short in silence would be taken for all there is.
fn bounded(limit: Option<usize>) -> Result<(), Problem> {
    if limit.is_none_or(|limit| limit <= MOST) {
        return Ok(());
    }
    Err(Problem::invalid(format!(
        "No answer holds more than {MOST} records; ask again with `after` or `until`."
    )))
}

fn records(found: &[Found]) -> Json<Value> {
    Json(json!({ "records": found }))
}

/// Every record, in the form `ticketgate audit verify` reads, as it comes from the store.
pub(crate) async fn export(State(parts): Shared) -> Response {
    let body = Body::new(Export(parts.control.export()));
    ([(header::CONTENT_TYPE, "application/jsonl")], body).into_response()
}

/// An export as a body. When reading fails the answer breaks off, so that it cannot be taken for whole.
struct Export(Pages);

impl HttpBody for Export {
    type Data = Bytes;
    type Error = ControlError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ControlError>>> {
        let page = self.0.poll_recv(context);
        page.map(|page| page.map(|page| page.map(|lines| Frame::data(Bytes::from(lines)))))
    }
}
