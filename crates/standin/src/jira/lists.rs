//! The lists every client loads first: fields, statuses, types, priorities, resolutions, labels.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::jira::fields::FIELDS;
use crate::jira::tables::{ISSUE_TYPES, PRIORITIES, RESOLUTIONS};
use crate::jira::workflow::STATUSES;
use crate::jira::{access, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get};
use crate::turn::Turn;

/// Routes of lists.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/field", scopes::GET_FIELDS, fields),
    get("/rest/api/{v}/status", scopes::GET_STATUSES, statuses),
    get("/rest/api/{v}/status/{id}", scopes::GET_STATUS, status),
    get("/rest/api/{v}/statuscategory", scopes::GET_STATUS_CATEGORIES, categories),
    get("/rest/api/{v}/issuetype", scopes::GET_ISSUE_ALL_TYPES, issue_types),
    get("/rest/api/{v}/issuetype/{id}", scopes::GET_ISSUE_TYPE, issue_type),
    get("/rest/api/{v}/priority", scopes::GET_PRIORITIES, priorities),
    get("/rest/api/{v}/priority/{id}", scopes::GET_PRIORITY, priority),
    get("/rest/api/{v}/resolution", scopes::GET_RESOLUTIONS, resolutions),
    get("/rest/api/{v}/resolution/{id}", scopes::GET_RESOLUTION, resolution),
    get("/rest/api/{v}/label", scopes::GET_ALL_LABELS, labels),
];

pub(crate) fn fields(_: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(FIELDS.iter().map(crate::jira::fields::Field::json).collect()))
}

pub(crate) fn statuses(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(STATUSES.iter().map(|one| render::status(turn, one)).collect()))
}

fn missing(kind: &str, turn: &Turn<'_>) -> Reply {
    Reply::missing(format!("The {kind} with id '{}' does not exist", turn.capture("id")))
}

fn status(turn: &mut Turn<'_>) -> Answer {
    let wanted = turn.capture("id");
    let found =
        STATUSES.iter().find(|one| one.id.to_string() == wanted || one.name.eq_ignore_ascii_case(wanted));
    found.map(|one| Reply::json(render::status(turn, one))).ok_or_else(|| missing("status", turn))
}

fn categories(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(
        ["new", "indeterminate", "done"].iter().map(|key| render::status_category(turn, key)).collect(),
    ))
}

pub(crate) fn issue_types(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(ISSUE_TYPES.iter().map(|row| render::issue_type(turn, row.0)).collect()))
}

fn rows(
    turn: &Turn<'_>,
    kind: &str,
    ids: impl Iterator<Item = u64>,
    show: fn(&Turn<'_>, u64) -> Value,
) -> Answer {
    let mut ids = ids;
    let found = ids.find(|id| id.to_string() == turn.capture("id"));
    found.map(|id| Reply::json(show(turn, id))).ok_or_else(|| missing(kind, turn))
}

fn issue_type(turn: &mut Turn<'_>) -> Answer {
    rows(turn, "issue type", ISSUE_TYPES.iter().map(|row| row.0), render::issue_type)
}

pub(crate) fn priorities(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(PRIORITIES.iter().map(|row| render::priority(turn, row.0)).collect()))
}

fn priority(turn: &mut Turn<'_>) -> Answer {
    rows(turn, "priority", PRIORITIES.iter().map(|row| row.0), render::priority)
}

pub(crate) fn resolutions(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(RESOLUTIONS.iter().map(|row| render::resolution(turn, row.0)).collect()))
}

fn resolution(turn: &mut Turn<'_>) -> Answer {
    rows(turn, "resolution", RESOLUTIONS.iter().map(|row| row.0), render::resolution)
}

fn labels(turn: &mut Turn<'_>) -> Answer {
    let all: BTreeSet<_> = access::visible(turn).flat_map(|issue| issue.labels.iter().cloned()).collect();
    let (start, limit) =
        (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 1000).min(1000));
    let total = all.len();
    let page: Vec<_> = all.into_iter().skip(start).take(limit).collect();
    let is_last = start + page.len() >= total;
    Ok(Reply::json(
        json!({"startAt": start, "maxResults": limit, "total": total, "isLast": is_last, "values": page}),
    ))
}
