//! Fields that are not told.

use crate::json::{Json, Member};

/// Which fields are not told.
pub struct Redaction<'r> {
    /// Whether the field with this id is not told.
    pub field: &'r dyn Fn(&str) -> bool,
    /// Whether any field that is not one of Jira's own is among them: where a history calls fields by what people call them,
    /// all that are not Jira's own are left out then.
    pub any_custom: bool,
}

/// Objects whose members are fields of an issue, by id.
const BY_ID: [&str; 6] =
    ["fields", "renderedFields", "versionedRepresentations", "names", "schema", "update"];

/// Members of an issue, an epic or a customer request itself that tell a field, and which.
const BESIDE: [(&str, &str); 7] = [
    ("summary", "summary"),
    ("summaryText", "summary"),
    ("name", "summary"),
    ("reporter", "reporter"),
    ("currentStatus", "status"),
    ("createdDate", "created"),
    ("done", "status"),
];

/// Whether it is an issue, a customer request or an epic that says something of itself beside its fields.
fn is_an_issue(members: &[Member<'_>]) -> bool {
    let has = |name: &str| members.iter().any(|member| member.name == name);
    has("issueKey") || (has("key") && (has("keyHtml") || has("color")))
}

/// What Jira's history calls its own fields, where that is not the field's id in another spelling.
const HISTORY: [(&str, &str); 8] = [
    ("fix version", "fixversions"),
    ("version", "versions"),
    ("component", "components"),
    ("link", "issuelinks"),
    ("attachment", "attachment"),
    ("comment", "comment"),
    ("timespent", "timespent"),
    ("epic link", "parent"),
];

/// Jira's own fields, as its history calls them.
const OWN: [&str; 22] = [
    "summary",
    "status",
    "assignee",
    "reporter",
    "priority",
    "labels",
    "description",
    "resolution",
    "issuetype",
    "project",
    "key",
    "security",
    "duedate",
    "environment",
    "timeestimate",
    "timeoriginalestimate",
    "timespent",
    "worklogid",
    "parent",
    "sprint",
    "rank",
    "flagged",
];

/// Takes fields out of every issue of an answer, out of what describes fields, and out of histories.
pub fn redact(answer: &mut Json<'_>, redaction: &Redaction<'_>) {
    match answer {
        Json::List(items) => {
            items.retain(|item| !is_about_one(item, redaction));
            items.iter_mut().for_each(|item| redact(item, redaction));
        }
        Json::Object(members) => {
            if is_an_issue(members) {
                members.retain(|member| {
                    let told = BESIDE.iter().find(|(name, _)| *name == member.name);
                    !told.is_some_and(|(_, field)| (redaction.field)(field))
                });
            }
            for Member { name, value } in members.iter_mut() {
                if BY_ID.contains(&&**name)
                    && let Json::Object(fields) = value
                {
                    fields.retain(|field| !(redaction.field)(&field.name));
                }
                redact(value, redaction);
            }
        }
        Json::Scalar(_) => {}
    }
}

/// Whether an element is about one field that is not told: a line of a history, the description or the value of a field.
fn is_about_one(item: &Json<'_>, redaction: &Redaction<'_>) -> bool {
    let by_id = item.get("fieldId").and_then(Json::text);
    if let Some(id) = by_id {
        return (redaction.field)(&id);
    }
    let is_history =
        item.get("field").is_some() && (item.get("to").is_some() || item.get("toString").is_some());
    if !is_history {
        return false;
    }
    let called = item.get("field").and_then(Json::text).unwrap_or_default().to_lowercase();
    let own = HISTORY.iter().find(|(name, _)| *name == called).map(|(_, id)| *id);
    let id = own.or_else(|| OWN.contains(&called.as_str()).then_some(&*called));
    id.map_or(redaction.any_custom, |id| is_own(id, redaction))
}

/// Ids of Jira's own fields differ from what its history calls them by the case of letters only.
fn is_own(id: &str, redaction: &Redaction<'_>) -> bool {
    const CAMEL: [(&str, &str); 1] = [("fixversions", "fixVersions")];
    let spelt = CAMEL.iter().find(|(lower, _)| *lower == id).map_or(id, |(_, spelt)| *spelt);
    (redaction.field)(spelt)
}

#[cfg(test)]
mod tests;
