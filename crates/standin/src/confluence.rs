//! Confluence: spaces and pages behind two APIs that share nothing but the content.
//!
//! Version 1 (`/wiki/rest/api`) takes classic scopes and offsets, version 2 (`/wiki/api/v2`) granular scopes and
//! cursors; errors, ids and links look different. Data Center speaks version 1 only. What both can do to content is
//! in `edit`, who may see it in `access`, what can go wrong in `trouble`.

mod access;
mod body;
mod cql;
mod edit;
mod model;
mod seed;
mod trouble;
pub(crate) mod v1;
mod v2;

use http::StatusCode;
use serde_json::Value;

pub(crate) use model::State;

use crate::identity::Presented;
use crate::reply::Reply;
use crate::route::Route;
use crate::turn::Turn;
use crate::world::Deployment;
use crate::world::people::People;
use crate::world::random::Random;

/// Every route of `/wiki/...`.
pub(crate) const FAMILIES: &[&[Route]] = &[v1::ROUTES, v1::DOWNLOADS, v2::ROUTES];

impl State {
    /// The content a site starts with.
    pub(crate) fn seed(random: &mut Random, people: &People, site: &str) -> Self {
        seed::seed(random, people, site)
    }
}

/// The product's own address: `https://x.atlassian.net/wiki`, or Confluence Data Center's base URL.
pub(crate) fn home(turn: &Turn<'_>) -> String {
    let base = turn.base();
    match turn.site().deployment {
        Deployment::Cloud => format!("{base}/wiki"),
        Deployment::DataCenter => format!("{}/confluence", base.trim_end_matches("/jira")),
    }
}

/// Runs before every handler: Confluence refuses bad and missing credentials where Jira goes on as anonymous.
pub(crate) fn gate(turn: &Turn<'_>) -> Result<(), Reply> {
    if turn.me().is_some() {
        return Ok(());
    }
    let old = !turn.ask.path.starts_with("/wiki/api/v2");
    if turn.caller.presented == Presented::Malformed && old {
        let body = trouble::v1(StatusCode::UNAUTHORIZED, "Unauthorized", false);
        return Err(body.header("www-authenticate", "OAuth realm=\"\""));
    }
    if old {
        let sentence = "Request rejected because caller cannot access Confluence";
        return Err(trouble::v1(StatusCode::FORBIDDEN, sentence, false));
    }
    // Exactly this title tells a bad credential from a page that is not there.
    Err(trouble::v2(StatusCode::NOT_FOUND, "NOT_FOUND", "Not Found", Value::Null))
}

/// The answer for a path no route knows.
pub(crate) fn unknown_path() -> Reply {
    trouble::v1(StatusCode::NOT_FOUND, "null for uri", true)
}
