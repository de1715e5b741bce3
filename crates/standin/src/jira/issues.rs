//! Reading, making, changing and deleting one issue.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::draft::Draft;
use crate::jira::fields::Wanted;
use crate::jira::{access, create, edit, render, scopes, tables, transitions};
use crate::reply::{Answer, Reply};
use crate::route::{Route, delete, get, post, put};
use crate::turn::Turn;

/// Routes of one issue.
pub(crate) const ROUTES: &[Route] = &[
    post("/rest/api/{v}/issue", scopes::CREATE_ISSUE, make),
    get("/rest/api/{v}/issue/{issue}", scopes::GET_ISSUE, one),
    put("/rest/api/{v}/issue/{issue}", scopes::EDIT_ISSUE, change),
    delete("/rest/api/{v}/issue/{issue}", scopes::DELETE_ISSUE, remove),
    put("/rest/api/{v}/issue/{issue}/assignee", scopes::ASSIGN_ISSUE, assign),
];

pub(crate) fn make(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let id = create::issue(turn, &body)?;
    Ok(Reply::created(create::made(turn, id)))
}

pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let wanted = Wanted::from_list(turn.ask.query_list("fields"), "*all");
    let mut shown = render::issue::issue(turn, id, &wanted, &turn.ask.query_list("expand"));
    let properties = turn.ask.query_list("properties");
    if !properties.is_empty() {
        let all = properties.contains(&"*all");
        let held = &turn.jira().issue(id)?.properties;
        let chosen = held.iter().filter(|(key, _)| all || properties.contains(&key.as_str()));
        let chosen: serde_json::Map<_, _> = chosen.map(|(key, value)| (key.clone(), value.clone())).collect();
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("properties".to_owned(), Value::Object(chosen));
        }
    }
    Ok(Reply::json(shown))
}

const MAY_NOT_EDIT: (StatusCode, &str) =
    (StatusCode::FORBIDDEN, "You do not have permission to edit issues in this project.");

pub(crate) fn change(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let body = turn.ask.object()?;
    // A caller who may only comment can still send nothing but a comment this way.
    if !only_comments(&body) {
        access::require(turn, id, "EDIT_ISSUES", MAY_NOT_EDIT)?;
    }
    let mut draft = Draft::of(turn.jira().issue(id)?);
    let also = edit::take_in(turn, &mut draft, &body)?;
    let finished = draft.finished()?;
    let key = finished.0.key.clone();
    if body.get("transition").is_some() {
        transitions::check(turn, id, &body)?;
    }
    edit::write(turn, finished, body.get("historyMetadata").cloned());
    turn.mutated("issue-edited", key);
    edit::write_properties(turn, id, &body)?;
    edit::write_also(turn, id, also)?;
    if body.get("transition").is_some() {
        transitions::perform(turn, id, &body)?;
    }
    if turn.ask.query_flag("returnIssue", false) {
        return Ok(Reply::json(render::issue::issue(turn, id, &Wanted::everything(), &[])));
    }
    Ok(Reply::no_content())
}

fn only_comments(body: &serde_json::Map<String, Value>) -> bool {
    let fields = body.get("fields").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
    let update = body.get("update").and_then(Value::as_object);
    fields
        && !body.contains_key("transition")
        && !body.contains_key("properties")
        && update.is_some_and(|update| update.len() == 1 && update.contains_key("comment"))
}

pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let denied = (StatusCode::FORBIDDEN, "You do not have permission to delete issues in this project.");
    access::require(turn, id, "DELETE_ISSUES", denied)?;
    let children: Vec<u64> =
        turn.jira().issues.values().filter(|other| other.parent == Some(id)).map(|o| o.id).collect();
    let subtasks: Vec<u64> = children.iter().copied().filter(|child| is_subtask(turn, *child)).collect();
    let key = turn.jira().issue(id)?.key.clone();
    if !subtasks.is_empty() && !turn.ask.query_flag("deleteSubtasks", false) {
        let sentence = format!(
            "The issue '{key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks."
        );
        return Err(Reply::bad(sentence));
    }
    for gone in subtasks.into_iter().chain([id]) {
        forget(turn, gone);
    }
    turn.mutated("issue-deleted", key);
    Ok(Reply::no_content())
}

fn is_subtask(turn: &Turn<'_>, id: u64) -> bool {
    turn.jira().issues.get(&id).is_some_and(|issue| tables::is_subtask(issue.issue_type))
}

/// Takes an issue and everything that points at it out of the world.
fn forget(turn: &mut Turn<'_>, id: u64) {
    let jira = turn.jira_mut();
    jira.issues.remove(&id);
    jira.keys.retain(|_, named| *named != id);
    jira.links.retain(|link| link.inward != id && link.outward != id);
    jira.attachments.retain(|_, attachment| attachment.issue != id);
    for other in jira.issues.values_mut().filter(|other| other.parent == Some(id)) {
        other.parent = None;
    }
}

pub(crate) fn assign(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let denied = (StatusCode::FORBIDDEN, "You do not have permission to assign issues.");
    access::require(turn, id, "ASSIGN_ISSUES", denied)?;
    let body = turn.ask.object()?;
    let nobody = body.values().all(|value| value.is_null() || value == "-1");
    let value = if nobody { Value::Null } else { json!(body) };
    let mut draft = Draft::of(turn.jira().issue(id)?);
    draft.set(turn, "assignee", &value);
    let finished = draft.finished()?;
    let key = finished.0.key.clone();
    edit::write(turn, finished, None);
    turn.mutated("issue-assigned", key);
    Ok(Reply::no_content())
}
