//! `/api/v1/clients`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use control::clients::change::By;
use control::views::{
    ClientView, CloseSecret, DescribeClient, PauseClient, RegisterClient, Registered, RotateSecret,
};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use types::ClientId;

use crate::asked::Asked;
use crate::etag;
use crate::problem::Problem;
use crate::{Operator, Shared};

fn named(client: &str) -> Result<ClientId, Problem> {
    client.parse().map_err(|error: types::NameError| Problem::invalid(error.to_string()))
}

/// A client with its version as the entity tag.
fn tagged(client: ClientView) -> Response {
    ([(header::ETAG, etag::of(client.version))], Json(client)).into_response()
}

/// The answers with a secret in them; nobody may keep one on the way.
fn shown_once(status: StatusCode, made: &Registered) -> Response {
    let tag = etag::of(made.client.version);
    let mut body = json!({ "client": made.client });
    if let (Some(body), Some(secret)) = (body.as_object_mut(), &made.secret) {
        body.insert("client_secret".to_owned(), json!(secret.open()));
    }
    (status, [(header::CACHE_CONTROL, "no-store".to_owned()), (header::ETAG, tag)], Json(body))
        .into_response()
}

pub(crate) async fn list(State(parts): Shared) -> Result<Json<Vec<ClientView>>, Problem> {
    Ok(Json(parts.control.clients().await?))
}

pub(crate) async fn show(State(parts): Shared, Path(client): Path<String>) -> Result<Response, Problem> {
    Ok(tagged(parts.control.client(&named(&client)?).await?))
}

pub(crate) async fn register(
    State(parts): Shared,
    Extension(operator): crate::By,
    Asked(asked): Asked<RegisterClient>,
) -> Result<Response, Problem> {
    Ok(shown_once(StatusCode::CREATED, &parts.control.register_client(&operator.0, asked).await?))
}

/// On whose behalf, and on which version (`If-Match`, RFC 9110 §13.1.1).
fn by<'a>(operator: &'a Operator, headers: &HeaderMap) -> Result<By<'a>, Problem> {
    Ok(By { operator: &operator.0, seen: etag::seen(headers)? })
}

pub(crate) async fn describe(
    State(parts): Shared,
    Extension(operator): crate::By,
    Path(client): Path<String>,
    headers: HeaderMap,
    Asked(asked): Asked<DescribeClient>,
) -> Result<Response, Problem> {
    let by = by(&operator, &headers)?;
    Ok(tagged(parts.control.describe_client(by, &named(&client)?, asked).await?))
}

pub(crate) async fn pause(
    State(parts): Shared,
    Extension(operator): crate::By,
    Path(client): Path<String>,
    headers: HeaderMap,
    Asked(asked): Asked<PauseClient>,
) -> Result<Response, Problem> {
    let by = by(&operator, &headers)?;
    Ok(tagged(parts.control.pause_client(by, &named(&client)?, asked).await?))
}

pub(crate) async fn resume(
    State(parts): Shared,
    Extension(operator): crate::By,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let by = by(&operator, &headers)?;
    Ok(tagged(parts.control.resume_client(by, &named(&client)?).await?))
}

pub(crate) async fn revoke(
    State(parts): Shared,
    Extension(operator): crate::By,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let by = by(&operator, &headers)?;
    Ok(tagged(parts.control.revoke_client(by, &named(&client)?).await?))
}

pub(crate) async fn rotate(
    State(parts): Shared,
    Extension(operator): crate::By,
    Path(client): Path<String>,
    Asked(asked): Asked<RotateSecret>,
) -> Result<Response, Problem> {
    let made = parts.control.rotate_secret(&operator.0, &named(&client)?, asked).await?;
    Ok(shown_once(StatusCode::CREATED, &made))
}

pub(crate) async fn close_secret(
    State(parts): Shared,
    Extension(operator): crate::By,
    Path(client): Path<String>,
    Asked(asked): Asked<CloseSecret>,
) -> Result<Response, Problem> {
    let client = named(&client)?;
    parts.control.close_secret(&operator.0, &client, asked).await?;
    Ok(tagged(parts.control.client(&client).await?))
}
