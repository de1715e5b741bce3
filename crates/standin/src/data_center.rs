//! Jira and Confluence Data Center under `/dc/jira` and `/dc/confluence`.
//!
//! The handlers are Cloud's: what differs is who may come in (personal access tokens, no API tokens, no scopes), how
//! people are named (user names and keys), text instead of document trees, the old search with offsets and totals,
//! and the headers around an answer.

mod files;
mod identity;
mod routes;
mod search;
mod status;

use http::StatusCode;

use crate::confluence::v1;
use crate::reply::Reply;
use crate::route::Route;
pub(crate) use identity::{finish, identify};

/// Every route of `/dc/jira/...` and `/dc/confluence/...`, templates with that prefix.
pub(crate) const FAMILIES: &[&[Route]] =
    &[routes::VERSION_2, routes::LATEST, routes::FILES, status::ROUTES, v1::DATA_CENTER, v1::DOWNLOADS];

/// The answer for a path no route knows.
pub(crate) fn unknown_path() -> Reply {
    Reply::html(StatusCode::NOT_FOUND)
}
