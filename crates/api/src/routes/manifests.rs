//! `/api/v1/manifests`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use control::views::{
    AskForReplay, ManifestsStatus, PlanView, ReplayView, RollBack, VersionView, WhichManifests,
};
use http::header;

use crate::Shared;
use crate::asked::{Asked, Named};
use crate::etag::{self, Changing};
use crate::problem::Problem;

/// What is in force, with the last publication or attempt as the entity tag.
fn tagged(status: ManifestsStatus) -> Response {
    ([(header::ETAG, etag::of(status.version))], Json(status)).into_response()
}

pub(crate) async fn status(State(parts): Shared) -> Response {
    tagged(parts.control.manifests())
}

pub(crate) async fn publish(
    State(parts): Shared,
    changing: Changing,
    Asked(which): Asked<WhichManifests>,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.publish(changing.by(), which).await?))
}

pub(crate) async fn plan(
    State(parts): Shared,
    Asked(which): Asked<WhichManifests>,
) -> Result<Json<PlanView>, Problem> {
    Ok(Json(parts.control.plan(which).await?))
}

pub(crate) async fn versions(State(parts): Shared) -> Result<Json<Vec<VersionView>>, Problem> {
    Ok(Json(parts.control.manifest_versions().await?))
}

pub(crate) async fn version(
    State(parts): Shared,
    Named(number): Named<u64>,
) -> Result<Json<VersionView>, Problem> {
    Ok(Json(parts.control.manifest_version(number).await?))
}

pub(crate) async fn roll_back(
    State(parts): Shared,
    changing: Changing,
    Asked(asked): Asked<RollBack>,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.roll_back(changing.by(), asked).await?))
}

pub(crate) async fn replay(
    State(parts): Shared,
    Asked(asked): Asked<AskForReplay>,
) -> Result<Json<ReplayView>, Problem> {
    Ok(Json(parts.control.replay(asked).await?))
}
