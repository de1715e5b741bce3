//! `/api/v1/manifests`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use control::views::ManifestsStatus;
use http::header;

use crate::Shared;
use crate::etag::{self, Changing};
use crate::problem::Problem;

/// What is in force, with the last publication or attempt as the entity tag.
fn tagged(status: ManifestsStatus) -> Response {
    ([(header::ETAG, etag::of(status.version))], Json(status)).into_response()
}

pub(crate) async fn status(State(parts): Shared) -> Response {
    tagged(parts.control.manifests())
}

pub(crate) async fn publish(State(parts): Shared, changing: Changing) -> Result<Response, Problem> {
    Ok(tagged(parts.control.publish(changing.by()).await?))
}
