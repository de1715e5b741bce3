//! `/api/v1/manifests`

use axum::Json;
use axum::extract::State;
use control::views::ManifestsStatus;

use crate::problem::Problem;
use crate::{By, Shared};

pub(crate) async fn status(State(parts): Shared) -> Json<ManifestsStatus> {
    Json(parts.control.manifests())
}

pub(crate) async fn publish(State(parts): Shared, operator: By) -> Result<Json<ManifestsStatus>, Problem> {
    Ok(Json(parts.control.publish(&operator.name).await?))
}
