//! `/api/v1/usage`

use axum::Json;
use axum::extract::State;
use control::views::{UsageView, WhichUsage};

use crate::Shared;
use crate::asked::Narrowed;
use crate::problem::Problem;

pub(crate) async fn show(
    State(parts): Shared,
    Narrowed(which): Narrowed<WhichUsage>,
) -> Result<Json<UsageView>, Problem> {
    Ok(Json(parts.control.usage(&which).await?))
}
