//! Values as requests write them, and what they mean here.

use serde_json::Value;

use crate::jira::model::{Issue, Named};
use crate::jira::{Jira, rich};
use crate::turn::{Dialect, Turn};
use crate::world::Deployment;
use crate::world::people::AccountId;

/// A document given as a tree (version 3) or as text (version 2).
pub(crate) fn document(turn: &Turn<'_>, value: &Value) -> Result<Option<Value>, String> {
    match (value, turn.dialect) {
        (Value::Null, _) => Ok(None),
        (Value::String(text), Dialect::V2) => Ok((!text.is_empty()).then(|| rich::from_text(text))),
        (tree, Dialect::V3) if rich::is_document(tree) => Ok(Some(tree.clone())),
        (_, Dialect::V3) => {
            Err("Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                .to_owned())
        }
        (_, Dialect::V2) => Err("Operation value must be a string".to_owned()),
    }
}

/// A person named by account id (Cloud) or user name (Data Center); `null` is nobody.
pub(crate) fn person(turn: &Turn<'_>, value: &Value) -> Result<Option<AccountId>, String> {
    let people = &turn.world.people;
    let named = |name: &str| value.get(name).and_then(Value::as_str);
    let found = match turn.site().deployment {
        _ if value.is_null() => return Ok(None),
        Deployment::Cloud => match named("accountId").or_else(|| named("id")) {
            None if value.is_object() => return Ok(None),
            id => id.and_then(|id| people.get(id)),
        },
        Deployment::DataCenter => match named("name").or_else(|| named("key")) {
            Some("") => return Ok(None),
            name => name.and_then(|name| people.by_username(name)),
        },
    };
    found.map(|account| Some(account.id.clone())).ok_or_else(|| "The user does not exist.".to_owned())
}

/// A text or number as text.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn id_or_name(value: &Value) -> Result<String, String> {
    let named = ["id", "name"].iter().find_map(|name| value.get(name)).and_then(text_of);
    named.ok_or_else(|| "Could not find valid 'id' or 'name' in the object.".to_owned())
}

pub(super) fn strings(value: &Value) -> Option<Vec<String>> {
    let list = value.as_array()?;
    list.iter().map(|one| one.as_str().map(str::to_owned)).collect()
}

pub(super) fn rows<'a>(jira: &'a Jira, issue: &Issue, field: &str) -> &'a [Named] {
    let project = jira.project_by_id(issue.project);
    project.map_or(&[], |project| if field == "components" { &project.components } else { &project.versions })
}

pub(super) fn row_id(rows: &[Named], value: &Value) -> Result<u64, String> {
    let wanted = id_or_name(value)?;
    let found = rows.iter().find(|row| row.id.to_string() == wanted || row.name == wanted);
    found.map(|row| row.id).ok_or_else(|| format!("'{wanted}' is not valid"))
}
