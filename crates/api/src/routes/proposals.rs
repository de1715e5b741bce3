//! `/api/v1/proposals`

use axum::Json;
use axum::extract::State;
use control::views::{ApprovePlan, PlanDigest, ProposalView, WhichManifests};
use http::StatusCode;

use crate::asked::{Asked, Named};
use crate::problem::Problem;
use crate::{By, Shared};

pub(crate) async fn list(State(parts): Shared) -> Result<Json<Vec<ProposalView>>, Problem> {
    Ok(Json(parts.control.proposals().await?))
}

pub(crate) async fn propose(
    State(parts): Shared,
    by: By,
    Asked(which): Asked<WhichManifests>,
) -> Result<(StatusCode, Json<ProposalView>), Problem> {
    Ok((StatusCode::CREATED, Json(parts.control.propose(&by.name, which).await?)))
}

pub(crate) async fn show(
    State(parts): Shared,
    Named(plan): Named<PlanDigest>,
) -> Result<Json<ProposalView>, Problem> {
    Ok(Json(parts.control.proposal(&plan).await?))
}

pub(crate) async fn approve(
    State(parts): Shared,
    Named(plan): Named<PlanDigest>,
    by: By,
    Asked(asked): Asked<ApprovePlan>,
) -> Result<Json<ProposalView>, Problem> {
    Ok(Json(parts.control.approve(&by.name, &plan, asked).await?))
}

pub(crate) async fn withdraw(
    State(parts): Shared,
    Named(plan): Named<PlanDigest>,
    by: By,
) -> Result<StatusCode, Problem> {
    parts.control.withdraw(&by.name, &plan).await?;
    Ok(StatusCode::NO_CONTENT)
}
