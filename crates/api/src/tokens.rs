//! `POST /oauth/token`: the endpoint is `oauth`'s; this is its address, and where its record is kept.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use audit::Ended;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, request};
use oauth::{Approach, Certificate};

use crate::problem::Problem;
use crate::{Shared, origin};

/// Where a request came from: put among its extensions by whoever accepted the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// No token without a record: its place is taken first. The certificate, too, was put among the extensions by whoever
/// accepted the connection.
pub(crate) async fn issue(State(parts): Shared, request: request::Parts, body: Bytes) -> Response {
    let Ok(mut open) = parts.recorder.open_token().await else {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "A token cannot be issued while its record cannot be kept.",
            "Try again in a moment.",
        )
        .into_response();
    };
    let rulebook = parts.rulebook.load_full();
    let allowed = |client: &types::ClientId| rulebook.manifest(client).map(|manifest| *manifest.scopes());
    let record = open.record_mut();
    record.peer = request.extensions.get::<Peer>().map(|Peer(address)| *address);
    // Nobody knows from where: then it is from nowhere a network can name.
    let address = record.peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    // Without an origin no proof of possession can be for this URL.
    let origin = origin::of(&parts, &request.headers, &request.uri).unwrap_or_default();
    let approach = Approach {
        headers: &request.headers,
        address,
        method: &request.method,
        origin: &origin,
        path: request.uri.path(),
        certificate: request.extensions.get::<Arc<Certificate>>().map(|shown| &**shown),
    };
    let answer = parts.tokens.token(approach, &body, allowed, record).await;
    let ended = if answer.status().is_success() { Ended::Complete } else { Ended::Refused };
    let _written = open.close(ended);
    answer.map(Body::from)
}
