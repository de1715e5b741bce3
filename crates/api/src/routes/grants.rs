//! `/api/v1/grants`

use axum::Json;
use axum::extract::State;
use broker::NewGrant;
use control::views::{AddedGrant, GrantCheck, GrantView};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use types::{GrantName, SiteName};

use crate::asked::{Asked, Named};
use crate::problem::Problem;
use crate::{By, Shared};

/// On which site to try a grant; on all of its sites when nothing is said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct On {
    #[serde(default)]
    site: Option<SiteName>,
}

pub(crate) async fn list(State(parts): Shared) -> Json<Vec<GrantView>> {
    Json(parts.control.grants())
}

/// 201 for a new name, 200 for a new credential in place of an old one.
pub(crate) async fn add(
    State(parts): Shared,
    operator: By,
    Asked(asked): Asked<NewGrant>,
) -> Result<(StatusCode, Json<AddedGrant>), Problem> {
    let added = parts.control.add_grant(&operator.name, asked).await?;
    let status = if added.replaced.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(added)))
}

pub(crate) async fn remove(
    State(parts): Shared,
    operator: By,
    Named(grant): Named<GrantName>,
) -> Result<StatusCode, Problem> {
    parts.control.remove_grant(&operator.name, &grant).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn check(
    State(parts): Shared,
    Named(grant): Named<GrantName>,
    Asked(on): Asked<On>,
) -> Result<Json<Vec<GrantCheck>>, Problem> {
    Ok(Json(parts.control.check_grant(&grant, on.site.as_ref()).await?))
}
