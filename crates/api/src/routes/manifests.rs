//! `/api/v1/manifests`

use axum::extract::State;
use axum::{Extension, Json};
use control::views::ManifestsStatus;

use crate::problem::Problem;
use crate::{By, Shared};

pub(crate) async fn status(State(parts): Shared) -> Json<ManifestsStatus> {
    Json(parts.control.manifests())
}

pub(crate) async fn publish(
    State(parts): Shared,
    Extension(operator): By,
) -> Result<Json<ManifestsStatus>, Problem> {
    Ok(Json(parts.control.publish(&operator.0).await?))
}
