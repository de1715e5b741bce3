//! Writing a change down: fields, `update` operations, history.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::jira::comments;
use crate::jira::draft::Draft;
use crate::jira::model::{Change, Issue, Item};
use crate::jira::{links, worklogs};
use crate::reply::Reply;
use crate::turn::Turn;

/// What came besides fields: done after the fields, when everything else is known to be right.
#[derive(Debug)]
pub(crate) enum Also {
    Comment(Value),
    Worklog(Value),
    Link(Value),
}

/// Puts `fields` and `update` of a request body into a draft. A field may be in one of them only.
pub(crate) fn take_in(
    turn: &Turn<'_>,
    draft: &mut Draft,
    body: &Map<String, Value>,
) -> Result<Vec<Also>, Reply> {
    let empty = Map::new();
    let part = |name: &str| match body.get(name) {
        None | Some(Value::Null) => Ok(&empty),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(Reply::bad(format!("'{name}' must be an object"))),
    };
    let (fields, update) = (part("fields")?, part("update")?);
    if let Some(twice) = fields.keys().find(|name| update.contains_key(*name)) {
        let sentence = format!("Field '{twice}' cannot appear in both 'fields' and 'update'");
        return Err(Reply::jira_field(StatusCode::BAD_REQUEST, twice, sentence));
    }
    for (field, value) in fields {
        draft.set(turn, field, value);
    }
    let mut also = Vec::new();
    for (field, verbs) in update {
        let verbs = verbs.as_array().map(Vec::as_slice).unwrap_or_default();
        for (verb, value) in verbs.iter().filter_map(Value::as_object).flatten() {
            operate(turn, draft, &mut also, (field, verb, value));
        }
    }
    Ok(also)
}

fn operate(
    turn: &Turn<'_>,
    draft: &mut Draft,
    also: &mut Vec<Also>,
    (field, verb, value): (&str, &str, &Value),
) {
    let later = match (field, verb) {
        ("comment", "add") => Some(Also::Comment(value.clone())),
        ("worklog", "add") => Some(Also::Worklog(value.clone())),
        ("issuelinks", "add") => Some(Also::Link(value.clone())),
        _ => None,
    };
    if let Some(later) = later {
        also.push(later);
        return;
    }
    let outcome = match (field, verb) {
        ("labels", "add" | "remove") => label(draft, verb == "add", value),
        ("components" | "fixVersions", "add" | "remove") => {
            draft.change_named(turn.jira(), field, (verb == "add", value))
        }
        (_, "set" | "edit" | "copy") => {
            draft.set(turn, field, value);
            Ok(())
        }
        _ => Err(format!("Field does not support update '{verb}'")),
    };
    if let Err(sentence) = outcome {
        draft.refuse(field, sentence);
    }
}

fn label(draft: &mut Draft, add: bool, value: &Value) -> Result<(), String> {
    let label = value.as_str().ok_or("Operation value must be a string")?;
    let mut labels = draft.issue.labels.clone();
    labels.retain(|other| other != label);
    if add {
        labels.push(label.to_owned());
    }
    draft.labels(labels)
}

/// Writes a finished draft and one entry of history, if anything changed.
pub(crate) fn write(turn: &mut Turn<'_>, (issue, items): (Issue, Vec<Item>), metadata: Option<Value>) {
    let (id, now, author) = (issue.id, turn.now, turn.caller.account.clone());
    let change = turn.jira_mut().fresh();
    let Ok(slot) = turn.jira_mut().issue_mut(id) else { return };
    *slot = issue;
    if !items.is_empty() {
        slot.updated = now;
        slot.changelog.push(Change { id: change, author, at: now, items, metadata });
    }
}

/// Does what came besides the fields.
pub(crate) fn write_also(turn: &mut Turn<'_>, id: u64, also: Vec<Also>) -> Result<(), Reply> {
    for one in also {
        match one {
            Also::Comment(body) => comments::append(turn, id, &body).map(|_| ())?,
            Also::Worklog(body) => worklogs::append(turn, id, &body).map(|_| ())?,
            Also::Link(body) => links::append(turn, Some(id), &body)?,
        }
    }
    Ok(())
}

/// The entity properties that create and edit may carry.
pub(crate) fn write_properties(turn: &mut Turn<'_>, id: u64, body: &Map<String, Value>) -> Result<(), Reply> {
    let listed = body.get("properties").and_then(Value::as_array).cloned().unwrap_or_default();
    let issue = turn.jira_mut().issue_mut(id)?;
    for property in &listed {
        if let (Some(key), Some(value)) = (property.get("key").and_then(Value::as_str), property.get("value"))
        {
            issue.properties.insert(key.to_owned(), value.clone());
        }
    }
    Ok(())
}
