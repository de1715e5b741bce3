//! `/api/v1/usage`, `/api/v1/explain`

use axum::Json;
use axum::extract::State;
use control::views::{DraftView, ExplainView, UsageView, WhichCall, WhichDraft, WhichUsage};

use crate::Shared;
use crate::asked::Narrowed;
use crate::problem::Problem;

pub(crate) async fn show(
    State(parts): Shared,
    Narrowed(which): Narrowed<WhichUsage>,
) -> Result<Json<UsageView>, Problem> {
    Ok(Json(parts.control.usage(&which).await?))
}

pub(crate) async fn draft(
    State(parts): Shared,
    Narrowed(which): Narrowed<WhichDraft>,
) -> Result<Json<DraftView>, Problem> {
    Ok(Json(parts.control.draft_manifest(&which).await?))
}

pub(crate) async fn explain(
    State(parts): Shared,
    Narrowed(which): Narrowed<WhichCall>,
) -> Result<Json<ExplainView>, Problem> {
    Ok(Json(parts.control.explain(which.id).await?))
}
