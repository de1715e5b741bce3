//! `/api/v1/keys`, and `/api/v1/exports` and `/imports`: what is sealed with them and to them

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use control::views::{AddedGrant, ExportGrants, ImportGrants, KeysView};
use http::{StatusCode, header};
use seal::KeyId;

use crate::asked::{Asked, Named};
use crate::problem::Problem;
use crate::{By, Shared};

pub(crate) async fn list(State(parts): Shared) -> Result<Json<KeysView>, Problem> {
    Ok(Json(parts.control.keys().await?))
}

/// 202: the key is another one, and what is sealed is sealed anew from now on.
pub(crate) async fn rotate(State(parts): Shared, by: By) -> Result<(StatusCode, Json<KeysView>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(parts.control.rotate_root_key(&by.name).await?)))
}

pub(crate) async fn drop(
    State(parts): Shared,
    Named(key): Named<KeyId>,
    by: By,
) -> Result<StatusCode, Problem> {
    parts.control.drop_root_key(&by.name, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The answer is kept nowhere, although what is secret in it opens elsewhere only.
pub(crate) async fn export(
    State(parts): Shared,
    by: By,
    Asked(asked): Asked<ExportGrants>,
) -> Result<Response, Problem> {
    let exported = parts.control.export_grants(&by.name, asked).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(exported)).into_response())
}

pub(crate) async fn import(
    State(parts): Shared,
    by: By,
    Asked(asked): Asked<ImportGrants>,
) -> Result<Json<Vec<AddedGrant>>, Problem> {
    Ok(Json(parts.control.import_grants(&by.name, asked).await?))
}
