//! `/api/v1/sites`

use axum::Json;
use axum::extract::State;
use control::views::{SiteCheck, SiteView};
use schemars::JsonSchema;
use serde::Deserialize;
use types::SiteName;

use crate::Shared;
use crate::asked::Asked;
use crate::problem::Problem;

/// Which site to check; all when nothing is said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    #[serde(default)]
    site: Option<SiteName>,
}

pub(crate) async fn list(State(parts): Shared) -> Json<Vec<SiteView>> {
    Json(parts.control.sites())
}

pub(crate) async fn check(
    State(parts): Shared,
    Asked(which): Asked<Which>,
) -> Result<Json<Vec<SiteCheck>>, Problem> {
    Ok(Json(parts.control.check_sites(which.site.as_ref()).await?))
}
