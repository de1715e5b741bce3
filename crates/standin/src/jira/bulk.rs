//! Many issues in one request.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::draft::text_of;
use crate::jira::fields::Wanted;
use crate::jira::{access, create, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, post};
use crate::turn::Turn;

/// How many issues `bulkfetch` takes.
const FETCH_MAX: usize = 100;
/// How many issues `POST /issue/bulk` makes.
const CREATE_MAX: usize = 50;

/// Routes over many issues.
pub(crate) const ROUTES: &[Route] = &[
    post("/rest/api/{v}/issue/bulkfetch", scopes::BULK_FETCH_ISSUES, fetch),
    post("/rest/api/{v}/issue/bulk", scopes::CREATE_ISSUES, make),
];

/// The texts of a list in a body.
pub(crate) fn texts(body: &serde_json::Map<String, Value>, name: &str) -> Vec<String> {
    body.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(text_of).collect()
}

/// Missing and hidden issues are absent without a word; the rest comes by ascending id.
fn fetch(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let named = texts(&body, "issueIdsOrKeys");
    if named.is_empty() {
        return Err(Reply::bad("issueIdsOrKeys must not be empty."));
    }
    if named.len() > FETCH_MAX {
        return Err(Reply::bad(format!("The number of issues must not exceed {FETCH_MAX}.")));
    }
    let mut ids: Vec<u64> = named.iter().filter_map(|named| access::issue(turn, named).ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    let (fields, expand) = (texts(&body, "fields"), texts(&body, "expand"));
    let wanted = Wanted::from_list(fields.iter().map(String::as_str), "*navigable");
    let expand: Vec<_> = expand.iter().map(String::as_str).collect();
    let issues: Vec<_> = ids.iter().map(|id| render::issue::issue(turn, *id, &wanted, &expand)).collect();
    Ok(Reply::json(json!({"expand": "schema,names", "issues": issues, "issueErrors": []})))
}

fn make(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let updates = body.get("issueUpdates").and_then(Value::as_array).cloned().unwrap_or_default();
    if updates.len() > CREATE_MAX {
        return Err(Reply::bad(format!("Cannot create more than {CREATE_MAX} issues at once.")));
    }
    let (mut issues, mut errors) = (Vec::new(), Vec::new());
    for (at, update) in updates.iter().enumerate() {
        let outcome = update
            .as_object()
            .ok_or_else(|| Reply::bad("not an object"))
            .and_then(|one| create::issue(turn, one));
        match outcome {
            Ok(id) => issues.push(create::made(turn, id)),
            Err(refusal) => {
                let words: Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
                errors.push(json!({"status": refusal.status.as_u16(), "elementErrors": words, "failedElementNumber": at}));
            }
        }
    }
    let status = if issues.is_empty() { StatusCode::BAD_REQUEST } else { StatusCode::CREATED };
    Ok(Reply::with(status, &json!({"issues": issues, "errors": errors})))
}
