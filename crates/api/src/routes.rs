//! The control API's routes, one file per family.

mod audit;
mod clients;
mod grants;
mod manifests;
mod sites;

use std::sync::Arc;

use ::audit::Recorder;
use axum::Router;
use axum::routing::{delete, get, post};

use crate::{Parts, nothing_here, operations};

/// Everything under `/api/v1`.
pub(crate) fn all(recorder: &Recorder) -> Router<Arc<Parts>> {
    Router::new()
        .route("/clients", get(clients::list).post(clients::register))
        .route("/clients/{client}", get(clients::show).patch(clients::describe))
        .route("/clients/{client}/pause", post(clients::pause))
        .route("/clients/{client}/resume", post(clients::resume))
        .route("/clients/{client}/revoke", post(clients::revoke))
        .route("/clients/{client}/rotate", post(clients::rotate))
        .route("/clients/{client}/secrets/close", post(clients::close_secret))
        .route("/grants", get(grants::list).post(grants::add))
        .route("/grants/{grant}", delete(grants::remove))
        .route("/grants/{grant}/check", post(grants::check))
        .route("/sites", get(sites::list))
        .route("/sites/check", post(sites::check))
        .route("/manifests", get(manifests::status))
        .route("/manifests/publish", post(manifests::publish))
        .route("/readiness", get(operations::readiness))
        .route("/audit/search", get(audit::search))
        .route("/audit/tail", get(audit::tail))
        .route("/audit/export", get(audit::export))
        .fallback(nothing_here(recorder))
}
