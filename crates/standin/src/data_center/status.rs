//! What load balancers ask: whether the node serves. It is open to everyone.

use serde_json::json;

use crate::reply::{Answer, Reply};
use crate::route::{ANY, Route, get};
use crate::turn::Turn;

/// Of both products.
pub(crate) const ROUTES: &[Route] =
    &[get("/dc/jira/status", ANY, running), get("/dc/confluence/status", ANY, running)];

fn running(_: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(json!({"state": "RUNNING"})))
}
