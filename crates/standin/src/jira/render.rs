//! How things look in an answer: issues and what belongs to them.

pub(crate) mod issue;

use serde_json::{Value, json};

use crate::jira::model::{Attachment, Change, Comment, Item, Link, Project, RemoteLink, Worklog};
use crate::jira::tables::{ISSUE_TYPES, LINK_TYPES, PRIORITIES, RESOLUTIONS, SECURITY_LEVELS};
use crate::jira::workflow::{self, Status};
use crate::jira::{access, rich};
use crate::turn::{Dialect, Turn};
use crate::world::Deployment;
use crate::world::clock::jira_time;
use crate::world::people::{Account, AccountId};

/// `{base}/rest/api/{version}/{tail}`
pub(crate) fn link(turn: &Turn<'_>, tail: impl std::fmt::Display) -> String {
    format!("{}/rest/api/{}/{tail}", turn.base(), turn.dialect.as_str())
}

/// An account.
pub(crate) fn account(turn: &Turn<'_>, account: &Account) -> Value {
    match turn.site().deployment {
        Deployment::Cloud => account.cloud_json(turn.base(), turn.dialect.as_str()),
        Deployment::DataCenter => account.server_json(turn.base()),
    }
}

/// An account by id; `null` for nobody.
pub(crate) fn person(turn: &Turn<'_>, id: Option<&AccountId>) -> Value {
    id.and_then(|id| turn.world.people.get(id)).map_or(Value::Null, |found| account(turn, found))
}

/// A document as the version asked for speaks it.
pub(crate) fn document(turn: &Turn<'_>, document: &Value) -> Value {
    match turn.dialect {
        Dialect::V3 => document.clone(),
        Dialect::V2 => json!(rich::to_text(document)),
    }
}

/// A status with its category.
pub(crate) fn status(turn: &Turn<'_>, status: &Status) -> Value {
    json!({
        "self": link(turn, format_args!("status/{}", status.id)), "description": "",
        "iconUrl": format!("{}/images/icons/statuses/generic.png", turn.base()),
        "name": status.name, "id": status.id.to_string(), "statusCategory": status_category(turn, status.category),
    })
}

/// A status category.
pub(crate) fn status_category(turn: &Turn<'_>, key: &str) -> Value {
    let (id, key, name, colour) = workflow::category(key);
    json!({
        "self": link(turn, format_args!("statuscategory/{id}")), "id": id, "key": key, "colorName": colour, "name": name,
    })
}

/// An issue type.
pub(crate) fn issue_type(turn: &Turn<'_>, id: u64) -> Value {
    let row = ISSUE_TYPES.iter().find(|row| row.0 == id);
    row.map_or(Value::Null, |&(id, name, subtask, level)| {
        json!({
            "self": link(turn, format_args!("issuetype/{id}")), "id": id.to_string(), "description": "",
            "iconUrl": format!("{}/images/icons/issuetypes/{id}.svg", turn.base()), "name": name, "subtask": subtask,
            "avatarId": 10300, "hierarchyLevel": level,
        })
    })
}

/// A priority.
pub(crate) fn priority(turn: &Turn<'_>, id: u64) -> Value {
    let row = PRIORITIES.iter().find(|row| row.0 == id);
    row.map_or(Value::Null, |&(id, name, colour)| {
        json!({
            "self": link(turn, format_args!("priority/{id}")), "id": id.to_string(), "name": name, "statusColor": colour,
            "iconUrl": format!("{}/images/icons/priorities/{id}.svg", turn.base()), "description": "",
        })
    })
}

/// A resolution.
pub(crate) fn resolution(turn: &Turn<'_>, id: u64) -> Value {
    let row = RESOLUTIONS.iter().find(|row| row.0 == id);
    row.map_or(Value::Null, |&(id, name)| {
        json!({
            "self": link(turn, format_args!("resolution/{id}")), "id": id.to_string(), "name": name, "description": "",
        })
    })
}

/// A security level.
pub(crate) fn security(turn: &Turn<'_>, id: u64) -> Value {
    let row = SECURITY_LEVELS.iter().find(|row| row.0 == id);
    row.map_or(Value::Null, |&(id, name, _)| {
        json!({
            "self": link(turn, format_args!("securitylevel/{id}")), "id": id.to_string(), "name": name, "description": "",
        })
    })
}

/// A project, as issues mention it.
pub(crate) fn project_brief(turn: &Turn<'_>, project: &Project) -> Value {
    let picture = format!(
        "{}/rest/api/{}/universal_avatar/view/type/project/avatar/10400",
        turn.base(),
        turn.dialect.as_str()
    );
    json!({
        "self": link(turn, format_args!("project/{}", project.id)), "id": project.id.to_string(), "key": project.key,
        "name": project.name, "projectTypeKey": project.kind, "simplified": false,
        "avatarUrls": {"16x16": picture, "24x24": picture, "32x32": picture, "48x48": picture},
    })
}

/// A comment.
pub(crate) fn comment(turn: &Turn<'_>, issue: u64, comment: &Comment) -> Value {
    let mut shown = json!({
        "self": link(turn, format_args!("issue/{issue}/comment/{}", comment.id)), "id": comment.id.to_string(),
        "author": person(turn, comment.author.as_ref()), "updateAuthor": person(turn, comment.editor.as_ref()),
        "body": document(turn, &comment.body), "created": jira_time(comment.created), "updated": jira_time(comment.updated),
        "jsdPublic": !comment.internal,
    });
    if let (Some(group), Some(shown)) = (&comment.audience, shown.as_object_mut()) {
        shown.insert("visibility".to_owned(), json!({"type": "group", "value": group, "identifier": group}));
    }
    shown
}

/// A worklog.
pub(crate) fn worklog(turn: &Turn<'_>, issue: u64, worklog: &Worklog) -> Value {
    let mut shown = json!({
        "self": link(turn, format_args!("issue/{issue}/worklog/{}", worklog.id)), "id": worklog.id.to_string(),
        "issueId": issue.to_string(), "author": person(turn, worklog.author.as_ref()),
        "updateAuthor": person(turn, worklog.author.as_ref()), "created": jira_time(worklog.created),
        "updated": jira_time(worklog.created), "started": jira_time(worklog.started),
        "timeSpent": spent(worklog.seconds), "timeSpentSeconds": worklog.seconds,
    });
    if let (Some(text), Some(shown)) = (&worklog.comment, shown.as_object_mut()) {
        shown.insert("comment".to_owned(), document(turn, text));
    }
    shown
}

/// Seconds as Jira writes them: `1d 2h 30m` with days of eight hours.
pub(crate) fn spent(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 28_800, seconds % 28_800 / 3600, seconds % 3600 / 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "m")];
    let words: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if words.is_empty() { "0m".to_owned() } else { words.join(" ") }
}

/// An attachment.
pub(crate) fn attachment(turn: &Turn<'_>, attachment: &Attachment) -> Value {
    let id = attachment.id;
    let content = match turn.site().deployment {
        Deployment::Cloud => link(turn, format_args!("attachment/content/{id}")),
        Deployment::DataCenter => format!("{}/secure/attachment/{id}/{}", turn.base(), attachment.filename),
    };
    // Version 2 and the list in an issue have texts where version 3's own route has a number; both readers cope.
    json!({
        "self": link(turn, format_args!("attachment/{id}")), "id": id.to_string(), "filename": attachment.filename,
        "author": person(turn, attachment.author.as_ref()), "created": jira_time(attachment.created),
        "size": attachment.content.len(), "mimeType": attachment.content_type, "content": content,
    })
}

/// One change of an issue's history.
pub(crate) fn change(turn: &Turn<'_>, change: &Change) -> Value {
    let mut shown = json!({
        "id": change.id.to_string(), "author": person(turn, change.author.as_ref()), "created": jira_time(change.at),
        "items": change.items.iter().map(item).collect::<Vec<_>>(),
    });
    if let (Some(metadata), Some(shown)) = (&change.metadata, shown.as_object_mut()) {
        shown.insert("historyMetadata".to_owned(), metadata.clone());
    }
    shown
}

fn item(item: &Item) -> Value {
    json!({
        "field": item.field, "fieldtype": if item.custom { "custom" } else { "jira" }, "fieldId": item.field_id,
        "from": item.from, "fromString": item.from_text, "to": item.to, "toString": item.to_text,
    })
}

/// A link type.
pub(crate) fn link_type(turn: &Turn<'_>, id: u64) -> Value {
    let row = LINK_TYPES.iter().find(|row| row.0 == id);
    row.map_or(Value::Null, |(id, name, inward, outward)| {
        json!({
            "id": id.to_string(), "name": name, "inward": inward, "outward": outward,
            "self": link(turn, format_args!("issueLinkType/{id}")),
        })
    })
}

/// An issue as a link or parent shows it; `None` when the caller does not see it.
pub(crate) fn issue_brief(turn: &Turn<'_>, id: u64) -> Option<Value> {
    let issue = turn.jira().issues.get(&id).filter(|issue| access::sees(turn.jira(), turn.me(), issue))?;
    Some(json!({
        "id": issue.id.to_string(), "key": issue.key, "self": link(turn, format_args!("issue/{}", issue.id)),
        "fields": {
            "summary": issue.summary, "status": status(turn, workflow::status(issue.status)),
            "priority": priority(turn, issue.priority), "issuetype": issue_type(turn, issue.issue_type),
        },
    }))
}

/// A link, from the side of one of its issues; `None` when the other side is hidden.
pub(crate) fn issue_link(turn: &Turn<'_>, seen_from: u64, one: &Link) -> Option<Value> {
    let (side, other) =
        if one.outward == seen_from { ("inwardIssue", one.inward) } else { ("outwardIssue", one.outward) };
    Some(json!({
        "id": one.id.to_string(), "self": link(turn, format_args!("issueLink/{}", one.id)),
        "type": link_type(turn, one.kind), side: issue_brief(turn, other)?,
    }))
}

/// A remote link.
pub(crate) fn remote_link(turn: &Turn<'_>, issue: u64, one: &RemoteLink) -> Value {
    let mut shown = json!({
        "id": one.id, "self": link(turn, format_args!("issue/{issue}/remotelink/{}", one.id)), "object": one.object,
        "application": one.application,
    });
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(one.global_id.iter().map(|id| ("globalId".to_owned(), json!(id))));
        shown.extend(one.relationship.iter().map(|word| ("relationship".to_owned(), json!(word))));
    }
    shown
}
