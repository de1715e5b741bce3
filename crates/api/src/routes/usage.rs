//! `/api/v1/usage`, `/api/v1/explain`

use axum::Json;
use axum::extract::State;
use control::views::{DraftView, ExplainView, UsageView, WhichDraft, WhichUsage};
use types::{ClientId, RequestId};

use crate::Shared;
use crate::asked::{Named, Narrowed};
use crate::problem::Problem;

pub(crate) async fn show(
    State(parts): Shared,
    Narrowed(which): Narrowed<WhichUsage>,
) -> Result<Json<UsageView>, Problem> {
    Ok(Json(parts.control.usage(&which).await?))
}

pub(crate) async fn draft(
    State(parts): Shared,
    Named(client): Named<ClientId>,
    Narrowed(which): Narrowed<WhichDraft>,
) -> Result<Json<DraftView>, Problem> {
    Ok(Json(parts.control.draft_manifest(&client, &which).await?))
}

pub(crate) async fn explain(
    State(parts): Shared,
    Named(request): Named<RequestId>,
) -> Result<Json<ExplainView>, Problem> {
    Ok(Json(parts.control.explain(request).await?))
}
