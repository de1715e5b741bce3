//! `/api/v1/clients`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::{
    ClientView, CloseSecret, DescribeClient, PauseClient, RegisterClient, Registered, RotateSecret,
};
use http::{StatusCode, header};
use serde_json::json;
use types::ClientId;

use crate::Shared;
use crate::asked::{Asked, Named};
use crate::etag::{self, Changing};
use crate::problem::Problem;

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

pub(crate) async fn show(State(parts): Shared, Named(client): Named<ClientId>) -> Result<Response, Problem> {
    Ok(tagged(parts.control.client(&client).await?))
}

pub(crate) async fn register(
    State(parts): Shared,
    operator: crate::By,
    Asked(asked): Asked<RegisterClient>,
) -> Result<Response, Problem> {
    Ok(shown_once(StatusCode::CREATED, &parts.control.register_client(&operator.name, asked).await?))
}

pub(crate) async fn describe(
    State(parts): Shared,
    Named(client): Named<ClientId>,
    changing: Changing,
    Asked(asked): Asked<DescribeClient>,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.describe_client(changing.by(), &client, asked).await?))
}

pub(crate) async fn pause(
    State(parts): Shared,
    Named(client): Named<ClientId>,
    changing: Changing,
    Asked(asked): Asked<PauseClient>,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.pause_client(changing.by(), &client, asked).await?))
}

pub(crate) async fn resume(
    State(parts): Shared,
    Named(client): Named<ClientId>,
    changing: Changing,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.resume_client(changing.by(), &client).await?))
}

pub(crate) async fn revoke(
    State(parts): Shared,
    Named(client): Named<ClientId>,
    changing: Changing,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.revoke_client(changing.by(), &client).await?))
}

pub(crate) async fn rotate(
    State(parts): Shared,
    Named(client): Named<ClientId>,
    changing: Changing,
    Asked(asked): Asked<RotateSecret>,
) -> Result<Response, Problem> {
    let made = parts.control.rotate_secret(changing.by(), &client, asked).await?;
    Ok(shown_once(StatusCode::CREATED, &made))
}

pub(crate) async fn close_secret(
    State(parts): Shared,
    Named(client): Named<ClientId>,
    changing: Changing,
    Asked(asked): Asked<CloseSecret>,
) -> Result<Response, Problem> {
    parts.control.close_secret(changing.by(), &client, asked).await?;
    Ok(tagged(parts.control.client(&client).await?))
}
