//! Alive, able, how much.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::Readiness;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use crate::Shared;
use crate::operators::PROOF;

/// The content type of OpenMetrics text.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The process answers. Says nothing about anything it depends on, so that a restart is not tried against a full disk.
///
/// Asked with a challenge, it proves which gateway it is, so that no command shows an operator's token to another process.
pub(crate) async fn alive(State(parts): Shared, headers: HeaderMap) -> Response {
    match parts.operators.proofs(&headers) {
        Some(proofs) => ([(PROOF, proofs)], "ok\n").into_response(),
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

/// Counters and durations, for Prometheus.
pub(crate) async fn metrics(State(parts): Shared) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], parts.recorder.metrics().render()).into_response()
}
