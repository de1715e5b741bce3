//! The control API over HTTP, the authorization server's endpoints, and what operations wants to know.
//!
//! | path | who | what |
//! |---|---|---|
//! | `/api/v1/...` | operators, each as their role permits | clients, grants, sites, manifests, operators, audit |
//! | `/oauth/token` | clients | access tokens (RFC 6749, RFC 8693) |
//! | `/oauth/introspect`, `/oauth/revoke` | clients | what a token of theirs is, and its end (RFC 7662, RFC 7009) |
//! | `/oauth/elevations` | clients, and users with a token of theirs | asking for more, for a time |
//! | `/oauth/jwks` | anyone | the keys that sign access tokens (RFC 7517) |
//! | `/oauth/register` | whoever has the initial access token | new clients (RFC 7591); only where the settings say so |
//! | `/.well-known/oauth-authorization-server`, `/.well-known/oauth-protected-resource` | anyone | RFC 8414, RFC 9728 |
//! | `/healthz`, `/readyz` | anyone who reaches the listener | alive, able |
//! | `/metrics` | operators, and whoever asks from this machine; anyone where it has a listener of its own | how much |
//! | `/console` | anyone | that there is none yet |
//!
//! **Promises.** Everything under `/api/` wants an operator's token, found by its digest, and the least role its line of the
//! table names ([`routes()`]), before the body is read. Bodies are bounded. Errors are RFC 9457 problems with a line of the
//! table of refusals, which say what happened and what to do, and never repeat what was sent, because it may have been a
//! secret. Whatever changes something goes through `control`, where it is
//! recorded; this crate cannot reach the store.
//!
//! A change whose request has arrived whole is made, answered or not: whoever hangs up does not stop it halfway.
//!
//! A change asked for again under its `Idempotency-Key` is made once.
//!
//! **Deliberately absent.** The data plane (`proxy`), pages for people (`web`). Cookies and sessions: only a token in a header is accepted, so
//! no web page can make a browser operate the gateway.

mod asked;
mod carried;
mod console;
mod discovery;
mod elevations;
mod etag;
mod openapi;
mod operations;
mod operators;
mod origin;
mod problem;
mod registration;
mod repeats;
mod routes;
mod tokens;

use std::sync::Arc;

use arc_swap::ArcSwap;
use audit::Recorder;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use control::Control;
use control::operators::Acting;
use http::HeaderMap;
use oauth::{Clients, Issuer};
use policy::Rulebook;
use types::Code;

pub use openapi::openapi;
pub use operators::{CHALLENGE, PROOF};
use problem::Problem;
pub use registration::Registration;
pub use routes::{Route, routes};

/// The largest body of a control call, in bytes.
const LARGEST: usize = 64 * 1024;

/// The same for calls that carry manifests.
const LARGEST_SET: usize = 16 << 20;

/// How large the body of this request may be.
#[derive(Clone, Copy, Debug)]
struct Most(usize);

/// What the router is built from.
#[derive(Clone)]
pub struct Parts {
    /// Where changes are made, and who may make them.
    pub control: Control,
    /// Where access tokens are issued.
    pub tokens: Clients,
    /// What is permitted, for the scopes a token may have.
    pub rulebook: Arc<ArcSwap<Rulebook>>,
    /// What is counted.
    pub recorder: Recorder,
    /// How clients reach the gateway.
    pub issuer: Issuer,
    /// Whether the listener asks clients for certificates.
    pub client_certificates: bool,
    /// Whether people can sign in, and so allow clients to act for them.
    pub people: bool,
    /// How clients may register themselves; `None`: they may not.
    pub registration: Option<Registration>,
    /// Whether `/metrics` is among the paths, or has a listener of its own: see [`metrics`].
    pub metrics: bool,
}

/// Everything that is not the data plane.
pub fn router(parts: Parts) -> Router {
    let parts = Arc::new(parts);
    let api = routes::all(&parts).layer(from_fn_with_state(Arc::clone(&parts), only_operators));
    let metrics =
        if parts.metrics { Router::new().route("/metrics", get(operations::metrics)) } else { Router::new() };
    let registration = match parts.registration {
        Some(_) => Router::new().route("/oauth/register", post(registration::register)),
        None => Router::new(),
    };
    Router::new()
        .nest("/api/v1", api)
        .route("/oauth/token", post(tokens::issue))
        .route("/oauth/introspect", post(tokens::introspect))
        .route("/oauth/revoke", post(tokens::revoke))
        .route("/oauth/elevations", get(elevations::list).post(elevations::ask))
        .route("/oauth/elevations/{plan}", get(elevations::show).delete(elevations::give_back))
        .route("/oauth/jwks", get(tokens::keys))
        .route("/.well-known/oauth-authorization-server", get(discovery::authorization_server))
        .route("/.well-known/oauth-protected-resource", get(discovery::protected_resource))
        .route("/healthz", get(operations::alive))
        .route("/readyz", get(operations::ready))
        .route("/console", get(console::not_yet))
        .route("/console/{*page}", get(console::not_yet))
        .merge(metrics)
        .merge(registration)
        .fallback(nothing_here)
        .layer(from_fn_with_state(Arc::clone(&parts), count_refusals))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(parts)
}

/// `/metrics` and nothing else, for anyone who reaches it: for a listener of its own.
pub fn metrics(recorder: Recorder) -> Router {
    Router::new().route("/metrics", get(async move || operations::counted(&recorder))).fallback(nothing_here)
}

async fn only_operators(State(parts): State<Arc<Parts>>, mut request: Request, next: Next) -> Response {
    match acting(&parts, request.headers()) {
        Some(operator) => {
            request.extensions_mut().insert(operator);
            next.run(request).await
        }
        None => operator_wanted().into_response(),
    }
}

/// Who sent the request, if that is an operator.
fn acting(parts: &Parts, headers: &HeaderMap) -> Option<Acting> {
    operators::presented(headers).and_then(|token| parts.control.acting(&token))
}

fn operator_wanted() -> Problem {
    Problem::refusal(Code::OperatorUnknown)
}

/// Nothing of the control plane, and not of the data plane, which has refusals of its own for what it does not know.
async fn nothing_here() -> Problem {
    Problem::refusal(Code::NothingHere)
}

/// Refusals of the data plane are counted from their records; those of the control plane have none.
async fn count_refusals(State(parts): State<Arc<Parts>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if let Some(code) = response.extensions().get::<Code>() {
        parts.recorder.metrics().refused(*code);
    }
    response
}

/// What handlers share.
type Shared = State<Arc<Parts>>;
/// Who is asking.
type By = Extension<Acting>;
