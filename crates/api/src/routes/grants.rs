//! `/api/v1/grants`

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use broker::NewGrant;
use control::views::{
    AskForConsent, ComparePermissions, ConsentProgress, GrantCheck, GrantView, PermissionsView,
};
use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::Deserialize;
use types::{GrantName, SiteName};

use crate::Shared;
use crate::asked::{Asked, Named};
use crate::etag::{self, Changing};
use crate::problem::Problem;

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

pub(crate) async fn show(State(parts): Shared, Named(grant): Named<GrantName>) -> Result<Response, Problem> {
    let grant: GrantView = parts.control.grant(&grant)?;
    Ok(([(header::ETAG, etag::of(grant.version))], Json(grant)).into_response())
}

/// 201 for a new name, 200 for a new credential in place of an old one.
pub(crate) async fn add(
    State(parts): Shared,
    changing: Changing,
    Asked(asked): Asked<NewGrant>,
) -> Result<Response, Problem> {
    let added = parts.control.add_grant(changing.by(), asked).await?;
    let status = if added.replaced.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, [(header::ETAG, etag::of(added.grant.version))], Json(added)).into_response())
}

pub(crate) async fn remove(
    State(parts): Shared,
    Named(grant): Named<GrantName>,
    changing: Changing,
) -> Result<StatusCode, Problem> {
    parts.control.remove_grant(changing.by(), &grant).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn check(
    State(parts): Shared,
    Named(grant): Named<GrantName>,
    Asked(on): Asked<On>,
) -> Result<Json<Vec<GrantCheck>>, Problem> {
    Ok(Json(parts.control.check_grant(&grant, on.site.as_ref()).await?))
}

pub(crate) async fn permissions(
    State(parts): Shared,
    Named(grant): Named<GrantName>,
    Asked(asked): Asked<ComparePermissions>,
) -> Result<Json<Vec<PermissionsView>>, Problem> {
    Ok(Json(parts.control.grant_permissions(&grant, asked).await?))
}

/// The answer holds a ticket, so it is kept nowhere.
pub(crate) async fn authorize(
    State(parts): Shared,
    Named(grant): Named<GrantName>,
    changing: Changing,
    Asked(asked): Asked<AskForConsent>,
) -> Result<Response, Problem> {
    let asked = parts.control.ask_for_consent(changing.by().operator, grant, asked).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(asked)).into_response())
}

pub(crate) async fn authorized(
    State(parts): Shared,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<ConsentProgress>, Problem> {
    let unreadable = |_| Problem::invalid("The path does not hold names that can be read.");
    let Path((grant, consent)) = path.map_err(unreadable)?;
    let grant: GrantName =
        grant.parse().map_err(|error: types::NameError| Problem::invalid(format!("{error}.")))?;
    Ok(Json(parts.control.consent_progress(&grant, &consent).await?))
}
