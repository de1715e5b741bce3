//! `POST /oauth/token`: the endpoint is `oauth`'s; this is its address, and where its record is kept.

use std::net::{IpAddr, Ipv6Addr};

use audit::Ended;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use oauth::Approach;
use types::Code;

use crate::Shared;
use crate::problem::Problem;

/// Where a request came from: put among its extensions by whoever accepted the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// No token without a record: its place is taken first.
pub(crate) async fn issue(
    State(parts): Shared,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(mut open) = parts.recorder.open_token().await else {
        return Problem::new(
            Code::RecordUnavailable,
            "A token cannot be issued while its record cannot be kept.",
            "Try again in a moment.",
        )
        .into_response();
    };
    let rulebook = parts.rulebook.load_full();
    let allowed = |client: &types::ClientId| rulebook.manifest(client).map(|manifest| *manifest.scopes());
    let record = open.record_mut();
    record.peer = peer.map(|Extension(Peer(address))| address);
    // Nobody knows from where: then it is from nowhere a network can name.
    let address = record.peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    let answer = parts.tokens.token(Approach { headers: &headers, address }, &body, allowed, record).await;
    let ended = if answer.status().is_success() { Ended::Complete } else { Ended::Refused };
    let _written = open.close(ended);
    answer.map(Body::from)
}
