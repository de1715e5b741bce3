//! One permitted and one refused call, made through the gateway as any program would make them.

use std::time::Duration;

use bytes::Bytes;
use egress::{Egress, RequestBody, Roots};
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use types::{ClientId, Secret};

use super::setting::unforeseen;
use crate::problem::Problem;

const PATIENCE: Duration = Duration::from_secs(30);
const LARGEST: usize = 1 << 20;

/// The issue both calls are about.
pub(super) const ISSUE: &str = "/rest/api/3/issue/REL-1";

/// What the two calls came to.
pub(super) struct Seen {
    pub(super) permitted: Said,
    pub(super) refused: Said,
}

/// One answer.
pub(super) struct Said {
    pub(super) client: ClientId,
    pub(super) method: Method,
    pub(super) status: StatusCode,
    pub(super) request_id: String,
    pub(super) words: String,
}

pub(super) async fn make(gateway: &str, secrets: &[(ClientId, Secret)]) -> Result<Seen, Problem> {
    let egress =
        Egress::new(&egress::Settings { roots: Roots::WebPki, ..Default::default() }).map_err(unforeseen)?;
    let [release, analytics, ..] = secrets else { return Err(unforeseen("too few clients")) };
    let permitted = call(&egress, gateway, release, Method::GET).await?;
    let refused = call(&egress, gateway, analytics, Method::DELETE).await?;
    Ok(Seen { permitted, refused })
}

/// Fetches a token with the client's secret, then calls with it.
async fn call(
    egress: &Egress,
    gateway: &str,
    (client, secret): &(ClientId, Secret),
    method: Method,
) -> Result<Said, Problem> {
    // Client ids and secrets have no character that a form would have to escape.
    let form = format!("grant_type=client_credentials&client_id={client}&client_secret={}", secret.open());
    let request = Request::post(format!("{gateway}/oauth/token"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(RequestBody::full(Bytes::from(form)))
        .map_err(unforeseen)?;
    let (_, body) = egress.fetch(request, PATIENCE, LARGEST).await.map_err(unforeseen)?;
    let token: Token =
        serde_json::from_slice(&body).map_err(|_| unforeseen("the token endpoint gave no token"))?;

    let request = Request::builder()
        .method(method.clone())
        .uri(format!("{gateway}{ISSUE}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", token.access_token.open()))
        .header(header::ACCEPT, "application/json")
        .body(RequestBody::empty())
        .map_err(unforeseen)?;
    let (head, body) = egress.fetch(request, PATIENCE, LARGEST).await.map_err(unforeseen)?;
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let summary = json.pointer("/fields/summary").or_else(|| json.pointer("/errorMessages/0"));
    Ok(Said {
        client: client.clone(),
        method,
        status: head.status,
        request_id: text(&head.headers, "ticketgate-request-id"),
        words: summary.and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}

#[derive(serde::Deserialize)]
struct Token {
    access_token: Secret,
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
