//! `/api/v1/clients`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use control::views::{ClientView, RegisterClient};
use http::{StatusCode, header};
use serde_json::json;
use types::ClientId;

use crate::asked::Asked;
use crate::problem::Problem;
use crate::{By, Shared};

pub(crate) async fn list(State(parts): Shared) -> Result<Json<Vec<ClientView>>, Problem> {
    Ok(Json(parts.control.clients().await?))
}

pub(crate) async fn show(
    State(parts): Shared,
    Path(client): Path<String>,
) -> Result<Json<ClientView>, Problem> {
    let client: ClientId =
        client.parse().map_err(|error: types::NameError| Problem::invalid(error.to_string()))?;
    Ok(Json(parts.control.client(&client).await?))
}

/// The one answer with a client's secret in it; nobody may keep it on the way.
pub(crate) async fn register(
    State(parts): Shared,
    Extension(operator): By,
    Asked(asked): Asked<RegisterClient>,
) -> Result<Response, Problem> {
    let made = parts.control.register_client(&operator.0, asked).await?;
    let body = json!({ "client": made.client, "client_secret": made.secret.open() });
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}
