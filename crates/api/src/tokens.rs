//! `POST /oauth/token`: the endpoint is `oauth`'s; this is its address.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use crate::Shared;

pub(crate) async fn issue(State(parts): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let rulebook = parts.rulebook.load_full();
    let allowed = |client: &types::ClientId| rulebook.manifest(client).map(|manifest| *manifest.scopes());
    parts.tokens.token(&headers, &body, allowed).await.map(Body::from)
}
