//! `/api/v1/operators`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::{AddOperator, AddedOperator, OperatorView};
use http::{StatusCode, header};
use serde_json::json;
use types::OperatorName;

use crate::Shared;
use crate::asked::{Asked, Named};
use crate::etag::{self, Changing};
use crate::problem::Problem;

/// An operator with the version as the entity tag.
fn tagged(operator: OperatorView) -> Response {
    ([(header::ETAG, etag::of(operator.version))], Json(operator)).into_response()
}

/// The answer with a token in it; nobody may keep one on the way.
fn shown_once(made: &AddedOperator) -> Response {
    let tag = etag::of(made.operator.version);
    let body = json!({ "operator": made.operator, "token": made.token.open() });
    (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store".to_owned()), (header::ETAG, tag)], Json(body))
        .into_response()
}

pub(crate) async fn list(State(parts): Shared) -> Result<Json<Vec<OperatorView>>, Problem> {
    Ok(Json(parts.control.operators().await?))
}

pub(crate) async fn show(
    State(parts): Shared,
    Named(operator): Named<OperatorName>,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.operator(&operator).await?))
}

pub(crate) async fn add(
    State(parts): Shared,
    changing: Changing,
    Asked(asked): Asked<AddOperator>,
) -> Result<Response, Problem> {
    Ok(shown_once(&parts.control.add_operator(changing.by(), asked).await?))
}

pub(crate) async fn revoke(
    State(parts): Shared,
    Named(operator): Named<OperatorName>,
    changing: Changing,
) -> Result<Response, Problem> {
    Ok(tagged(parts.control.revoke_operator(changing.by(), &operator).await?))
}
