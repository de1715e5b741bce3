//! Alive, able, how much.

use audit::Recorder;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use control::views::Readiness;
use http::{HeaderMap, StatusCode, header};
use oauth::Whence;
use serde_json::json;

use crate::operators::PROOF;
use crate::{Shared, acting, operator_wanted, operators};

/// The content type of OpenMetrics text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The process answers. Says nothing about anything it depends on, so that a restart is not tried against a full disk.
///
/// Asked with a challenge, it proves which gateway it is, so that no command shows an operator's token to another process.
pub(crate) async fn alive(State(parts): Shared, headers: HeaderMap) -> Response {
    match operators::proof(parts.control.local_token(), &headers) {
        Some(proof) => ([(PROOF, proof)], "ok\n").into_response(),
        None => "ok\n".into_response(),
    }
}

/// Whether calls can be served: 200, or 503 with what is missing.
pub(crate) async fn ready(State(parts): Shared) -> Response {
    let readiness = parts.control.readiness().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!(readiness))).into_response()
}

/// The same as data for operators, whatever it says: 200.
pub(crate) async fn readiness(State(parts): Shared) -> Json<Readiness> {
    Json(parts.control.readiness().await)
}

/// Counters and durations, for Prometheus: who uses the gateway, how much and for what, so not for everyone who reaches a
/// listener that all clients reach.
pub(crate) async fn metrics(
    State(parts): Shared,
    whence: Option<Extension<Whence>>,
    headers: HeaderMap,
) -> Response {
    let local = whence.is_some_and(|Extension(whence)| whence.is_here(&headers));
    if local || acting(&parts, &headers).is_some() {
        counted(&parts.recorder)
    } else {
        operator_wanted().into_response()
    }
}

/// The same for whoever asks.
pub(crate) fn counted(recorder: &Recorder) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], recorder.metrics().render()).into_response()
}
