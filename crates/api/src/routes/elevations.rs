//! `/api/v1/elevations`

use axum::Json;
use axum::extract::State;
use control::elevations::Asker;
use control::views::{ApprovePlan, AskForElevation, ElevationView, PlanDigest};
use http::StatusCode;

use crate::asked::{Asked, Named};
use crate::problem::Problem;
use crate::{By, Shared};

pub(crate) async fn list(State(parts): Shared) -> Result<Json<Vec<ElevationView>>, Problem> {
    Ok(Json(parts.control.elevations().await?))
}

pub(crate) async fn ask(
    State(parts): Shared,
    by: By,
    Asked(asked): Asked<AskForElevation>,
) -> Result<(StatusCode, Json<ElevationView>), Problem> {
    Ok((StatusCode::CREATED, Json(parts.control.elevate(Asker::Operator(&by.name), asked).await?)))
}

pub(crate) async fn show(
    State(parts): Shared,
    Named(plan): Named<PlanDigest>,
) -> Result<Json<ElevationView>, Problem> {
    Ok(Json(parts.control.elevation(&plan).await?))
}

pub(crate) async fn approve(
    State(parts): Shared,
    Named(plan): Named<PlanDigest>,
    by: By,
    Asked(asked): Asked<ApprovePlan>,
) -> Result<Json<ElevationView>, Problem> {
    Ok(Json(parts.control.approve_elevation(&by.name, &plan, asked).await?))
}

pub(crate) async fn end(
    State(parts): Shared,
    Named(plan): Named<PlanDigest>,
    by: By,
) -> Result<StatusCode, Problem> {
    parts.control.end_elevation(&by.name, &plan).await?;
    Ok(StatusCode::NO_CONTENT)
}
