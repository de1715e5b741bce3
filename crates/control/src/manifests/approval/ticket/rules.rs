//! Whether a ticket, as it was read, approves a plan. Pure.

use jiff::Timestamp;
use serde_json::Value;

use super::{DigestIn, Ticket};
use crate::views::PlanDigest;

/// One entry of a ticket's history, the oldest first.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The account of whoever made it.
    pub(super) by: String,
    /// When.
    pub(super) at: Timestamp,
    /// Fields by id or name, each with what it became.
    pub(super) fields: Vec<(String, String)>,
}

/// Reads a page of a history; `None` where it is none.
pub(super) fn entries(page: &Value) -> Option<Vec<Entry>> {
    let read = |value: &Value| {
        let text = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let items = value.get("items")?.as_array()?.iter();
        // A field of a plug-in is called by its id in one place and by its name in the other.
        let field = |item: &Value| {
            let to = text(item, "toString");
            [text(item, "fieldId"), text(item, "field")].map(|name| (name, to.clone()))
        };
        Some(Entry {
            by: value.pointer("/author/accountId").and_then(Value::as_str).unwrap_or_default().to_owned(),
            at: moment(value.get("created")?)?,
            fields: items.flat_map(field).collect(),
        })
    };
    page.get("values")?.as_array()?.iter().map(read).collect()
}

/// Jira writes offsets without a colon: `2026-11-22T12:00:00.000+0000`.
fn moment(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| {
        let (front, zone) = text.split_at_checked(text.len().checked_sub(2)?)?;
        format!("{front}:{zone}").parse().ok()
    })
}

/// Who approved the plan by moving the ticket, if the ticket does: an account, of which it is not yet known whether it is entitled.
///
/// # Errors
/// Why it does not, a whole sentence without its full stop.
pub(super) fn approver(
    settings: &Ticket,
    plan: &PlanDigest,
    author: &str,
    (issue, history): (&Value, &[Entry]),
) -> Result<String, String> {
    let at = |path: &str| issue.pointer(path).and_then(Value::as_str);
    if at("/fields/project/key") != Some(&settings.project) {
        return Err(format!("it is not of the project {}", settings.project));
    }
    let status = at("/fields/status/name").unwrap_or_default();
    if status != settings.status {
        return Err(format!("its status is {status:?} and not {:?}", settings.status));
    }
    let moved = history.iter().rposition(|entry| entry.fields.iter().any(|(field, _)| field == "status"));
    let (place, entry) = moved
        .and_then(|place| Some((place, history.get(place)?)))
        .ok_or("nobody has moved it to its status")?;
    if !entry.fields.iter().any(|(field, to)| field == "status" && *to == settings.status) {
        return Err("its history does not say who moved it to its status".to_owned());
    }
    if entry.by.is_empty() || entry.by == author {
        return Err("it was approved by the author of the change".to_owned());
    }
    // What was approved is what stood there then.
    let later = history.iter().skip(place + 1).flat_map(|entry| &entry.fields);
    let matters = |field: &str| settings.fields().any(|name| name == field);
    if let Some((field, _)) = later.into_iter().find(|(field, _)| matters(field)) {
        return Err(format!("its {field} was changed after it was approved"));
    }
    if !names(settings, plan, issue, entry) {
        return Err(format!("it does not name the plan {plan}"));
    }
    Ok(entry.by.clone())
}

/// Whether the digest stands where it has to.
fn names(settings: &Ticket, plan: &PlanDigest, issue: &Value, approval: &Entry) -> bool {
    let digest = plan.to_string();
    let field = |name: &str| issue.get("fields").and_then(|fields| fields.get(name));
    match &settings.digest_in {
        DigestIn::Description => field("description").is_some_and(|value| has(value, &digest)),
        DigestIn::Field(name) => field(name).is_some_and(|value| has(value, &digest)),
        // A comment that nobody has written or changed since the approval.
        DigestIn::Comment => {
            let comments = issue.pointer("/fields/comment/comments").and_then(Value::as_array);
            let before = |comment: &Value, name: &str| {
                comment.get(name).and_then(moment).is_some_and(|at| at <= approval.at)
            };
            comments.into_iter().flatten().any(|comment| {
                before(comment, "created")
                    && before(comment, "updated")
                    && comment.get("body").is_some_and(|body| has(body, &digest))
            })
        }
    }
}

/// Whether any text in it holds the digest, and not as a part of something longer.
fn has(value: &Value, digest: &str) -> bool {
    match value {
        Value::String(text) => text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == digest),
        Value::Array(items) => items.iter().any(|item| has(item, digest)),
        Value::Object(fields) => fields.values().any(|field| has(field, digest)),
        _ => false,
    }
}

/// The accounts a field of people holds.
pub(super) fn people(value: &Value) -> Vec<&str> {
    let account = |value: &'_ Value| -> bool { value.get("accountId").is_some() };
    let each = match value {
        Value::Array(items) => items.iter().collect(),
        one if account(one) => vec![one],
        _ => Vec::new(),
    };
    each.into_iter().filter_map(|value| value.get("accountId")?.as_str()).collect()
}

#[cfg(test)]
mod tests;
