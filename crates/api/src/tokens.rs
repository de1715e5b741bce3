//! `POST /oauth/token`, `/oauth/introspect`, `/oauth/revoke`: the endpoints are `oauth`'s; these are their addresses, and where
//! their records are kept.

use std::net::{IpAddr, Ipv6Addr};

use audit::{Ended, Record};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode, Uri};
use oauth::{Allowance, Approach};
use serde_json::Value;
use types::ClientId;

use crate::problem::Problem;
use crate::{Parts, Shared, origin};

/// Where a request came from: put among its extensions by whoever accepted the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// What an endpoint of the authorization server needs of a request.
struct Asked<'a> {
    approach: Approach<'a>,
    body: &'a [u8],
}

/// No answer without a record: its place is taken first.
async fn recorded(
    parts: &Parts,
    (peer, headers, uri, body): (Option<Peer>, &HeaderMap, &Uri, &Bytes),
    answer: impl AsyncFnOnce(Asked<'_>, &mut Record) -> http::Response<Bytes>,
) -> Response {
    let Ok(mut open) = parts.recorder.open_token().await else {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Nothing is said about tokens while records cannot be kept.",
            "Try again in a moment.",
        )
        .into_response();
    };
    let record = open.record_mut();
    record.peer = peer.map(|Peer(address)| address);
    // Nobody knows from where: then it is from nowhere a network can name.
    let address = record.peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    // A request without a usable host is answered as one to a gateway without a name: nothing it asks for fits that.
    let gateway = origin::of(parts, headers, uri).unwrap_or_default();
    let asked = Asked { approach: Approach { headers, address, gateway: &gateway }, body };
    let answer = answer(asked, record).await;
    let ended = if answer.status().is_success() { Ended::Complete } else { Ended::Refused };
    let _written = open.close(ended);
    answer.map(Body::from)
}

pub(crate) async fn issue(
    State(parts): Shared,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let rulebook = parts.rulebook.load_full();
    let allowed = |client: &ClientId| {
        let manifest = rulebook.manifest(client)?;
        Some(Allowance {
            scopes: *manifest.scopes(),
            sites: manifest.sites().to_vec(),
            vends: manifest.vends(),
        })
    };
    let from = (peer.map(|Extension(peer)| peer), &headers, &uri, &body);
    recorded(&parts, from, async |asked, record| {
        let vend = async |client: &ClientId, site: &types::SiteName| parts.control.vend(client, site).await;
        parts.tokens.token(asked.approach, asked.body, allowed, vend, record).await
    })
    .await
}

pub(crate) async fn introspect(
    State(parts): Shared,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let from = (peer.map(|Extension(peer)| peer), &headers, &uri, &body);
    recorded(&parts, from, async |asked, record| {
        parts.tokens.introspect(asked.approach, asked.body, record).await
    })
    .await
}

pub(crate) async fn revoke(
    State(parts): Shared,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let from = (peer.map(|Extension(peer)| peer), &headers, &uri, &body);
    recorded(&parts, from, async |asked, record| {
        parts.tokens.revoke_token(asked.approach, asked.body, record).await
    })
    .await
}

/// RFC 7517: the keys JWT access tokens are signed with.
pub(crate) async fn keys(State(parts): Shared) -> Json<Value> {
    Json(parts.tokens.published_keys())
}
