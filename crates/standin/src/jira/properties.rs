//! Entity properties of issues: a small JSON store for apps.

use serde_json::{Value, json};

use crate::jira::{access, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, delete, get, put};
use crate::turn::Turn;

/// Routes of issue properties.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/{issue}/properties", scopes::GET_ISSUE_PROPERTY_KEYS, list),
    get("/rest/api/{v}/issue/{issue}/properties/{property}", scopes::GET_ISSUE_PROPERTY, one),
    put("/rest/api/{v}/issue/{issue}/properties/{property}", scopes::SET_ISSUE_PROPERTY, set),
    delete("/rest/api/{v}/issue/{issue}/properties/{property}", scopes::DELETE_ISSUE_PROPERTY, remove),
];

fn list(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let keys = turn.jira().issue(id)?.properties.keys();
    let shown = keys.map(
        |key| json!({"key": key, "self": render::link(turn, format_args!("issue/{id}/properties/{key}"))}),
    );
    Ok(Reply::json(json!({"keys": shown.collect::<Vec<Value>>()})))
}

fn one(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let key = turn.capture("property");
    let value = turn.jira().issue(id)?.properties.get(key).ok_or_else(|| no_property(key))?;
    Ok(Reply::json(json!({"key": key, "value": value})))
}

fn no_property(key: &str) -> Reply {
    Reply::missing(format!("The property with key {key} does not exist."))
}

fn set(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    access::require(
        turn,
        id,
        "EDIT_ISSUES",
        (http::StatusCode::FORBIDDEN, "You do not have permission to edit this issue."),
    )?;
    let value = turn.ask.json()?;
    if value.is_null() || turn.ask.body.len() > 32_768 {
        return Err(Reply::bad("The property value must be JSON of at most 32768 characters."));
    }
    let key = turn.capture("property").to_owned();
    let issue = turn.jira_mut().issue_mut(id)?;
    let old = issue.properties.insert(key, value);
    let target = issue.key.clone();
    turn.mutated("property-set", target);
    let status = if old.is_some() { http::StatusCode::OK } else { http::StatusCode::CREATED };
    Ok(Reply::with(status, &json!({})))
}

fn remove(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    access::require(
        turn,
        id,
        "EDIT_ISSUES",
        (http::StatusCode::FORBIDDEN, "You do not have permission to edit this issue."),
    )?;
    let key = turn.capture("property").to_owned();
    let issue = turn.jira_mut().issue_mut(id)?;
    let target = issue.key.clone();
    issue.properties.remove(&key).ok_or_else(|| no_property(&key))?;
    turn.mutated("property-deleted", target);
    Ok(Reply::no_content())
}
