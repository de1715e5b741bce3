//! An issue, with the fields that were asked for.

use serde_json::{Map, Value, json};

use super::{
    attachment, comment, document, issue_brief, issue_link, issue_type, link, person, priority,
    project_brief, resolution, security, spent, status, worklog,
};
use crate::jira::access;
use crate::jira::fields::{FIELDS, Field, Wanted};
use crate::jira::model::{Issue, Named, Sprint};
use crate::jira::{changelog, rich, transitions, workflow};
use crate::turn::Turn;
use crate::world::clock::{iso_time, jira_time};

/// How many comments an issue carries along; the rest are asked for.
const COMMENTS_INLINE: usize = 20;

/// One issue; the caller's right to see it has been checked. `expand` names what else is shown.
pub(crate) fn issue(turn: &Turn<'_>, id: u64, wanted: &Wanted, expand: &[&str]) -> Value {
    let Some(issue) = turn.jira().issues.get(&id) else { return Value::Null };
    let mut shown = Map::new();
    shown.insert("id".to_owned(), json!(issue.id.to_string()));
    if wanted.is_id_only() && expand.is_empty() {
        return Value::Object(shown);
    }
    shown.insert(
        "expand".to_owned(),
        json!("renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"),
    );
    shown.insert("self".to_owned(), json!(link(turn, format_args!("issue/{}", issue.id))));
    shown.insert("key".to_owned(), json!(issue.key));
    if !wanted.is_bare() {
        let chosen = FIELDS.iter().filter(|field| wanted.has(field));
        let fields: Map<_, _> =
            chosen.map(|field| (field.id.to_owned(), value(turn, issue, field))).collect();
        shown.insert("fields".to_owned(), Value::Object(fields));
    }
    for word in expand {
        if let Some(more) = expanded(turn, issue, word) {
            shown.insert((*word).to_owned(), more);
        }
    }
    Value::Object(shown)
}

fn expanded(turn: &Turn<'_>, issue: &Issue, word: &str) -> Option<Value> {
    match word {
        "names" => Some(FIELDS.iter().map(|field| (field.id.to_owned(), json!(field.name))).collect()),
        "schema" => Some(FIELDS.iter().map(|field| (field.id.to_owned(), field.schema())).collect()),
        "changelog" => Some(changelog::inline(turn, issue)),
        "transitions" => Some(transitions::offered(turn, issue)),
        "renderedFields" => {
            let html = issue.description.as_ref().map(rich::to_html);
            Some(json!({"description": html}))
        }
        "editmeta" => Some(crate::jira::meta::editable(turn, issue)),
        _ => None,
    }
}

/// The value of one field.
fn value(turn: &Turn<'_>, issue: &Issue, field: &Field) -> Value {
    match field.id {
        "summary" => json!(issue.summary),
        "description" => issue.description.as_ref().map_or(Value::Null, |text| document(turn, text)),
        "issuetype" => issue_type(turn, issue.issue_type),
        "project" => turn.jira().project_by_id(issue.project).map_or(Value::Null, |p| project_brief(turn, p)),
        "status" => status(turn, workflow::status(issue.status)),
        "priority" => priority(turn, issue.priority),
        "resolution" => issue.resolution.map_or(Value::Null, |id| resolution(turn, id)),
        "resolutiondate" => issue.resolved.map_or(Value::Null, |at| json!(jira_time(at))),
        "statuscategorychangedate" => json!(jira_time(issue.updated)),
        "assignee" => person(turn, issue.assignee.as_ref()),
        "reporter" => person(turn, issue.reporter.as_ref()),
        "creator" => person(turn, issue.creator.as_ref()),
        "labels" => json!(issue.labels),
        "components" => named(turn, issue, &issue.components, "component"),
        "fixVersions" => named(turn, issue, &issue.fix_versions, "version"),
        "parent" => issue.parent.and_then(|id| issue_brief(turn, id)).unwrap_or(Value::Null),
        "subtasks" => subtasks(turn, issue),
        "issuelinks" => links(turn, issue),
        "duedate" => json!(issue.due),
        "created" => json!(jira_time(issue.created)),
        "updated" => json!(jira_time(issue.updated)),
        "security" => issue.security.map_or(Value::Null, |id| security(turn, id)),
        "watches" => watches(turn, issue),
        "votes" => json!({
            "self": link(turn, format_args!("issue/{}/votes", issue.key)), "votes": issue.voters.len(),
            "hasVoted": turn.caller.account.as_ref().is_some_and(|me| issue.voters.contains(me)),
        }),
        "comment" => comments(turn, issue),
        "worklog" => worklogs(turn, issue),
        "attachment" => attachments(turn, issue),
        "timetracking" => timetracking(issue),
        "customfield_10016" => json!(issue.story_points),
        "customfield_10019" => json!(format!("0|i{:05}:", issue.rank)),
        "customfield_10020" => sprints(turn, issue),
        _ => Value::Null,
    }
}

fn named(turn: &Turn<'_>, issue: &Issue, ids: &[u64], kind: &str) -> Value {
    let Some(project) = turn.jira().project_by_id(issue.project) else { return json!([]) };
    let rows = if kind == "component" { &project.components } else { &project.versions };
    let chosen = rows.iter().filter(|row| ids.contains(&row.id));
    Value::Array(chosen.map(|row| named_row(turn, row, kind)).collect())
}

/// A component or version.
pub(crate) fn named_row(turn: &Turn<'_>, row: &Named, kind: &str) -> Value {
    let mut shown = json!({
        "self": link(turn, format_args!("{kind}/{}", row.id)), "id": row.id.to_string(), "name": row.name,
        "description": "",
    });
    if let (true, Some(shown)) = (kind == "version", shown.as_object_mut()) {
        shown.insert("archived".to_owned(), json!(false));
        shown.insert("released".to_owned(), json!(row.released));
    }
    shown
}

fn subtasks(turn: &Turn<'_>, issue: &Issue) -> Value {
    let below =
        turn.jira().issues.values().filter(|other| {
            other.parent == Some(issue.id) && crate::jira::tables::is_subtask(other.issue_type)
        });
    Value::Array(below.filter_map(|other| issue_brief(turn, other.id)).collect())
}

fn links(turn: &Turn<'_>, issue: &Issue) -> Value {
    let mine = turn.jira().links.iter().filter(|one| one.inward == issue.id || one.outward == issue.id);
    Value::Array(mine.filter_map(|one| issue_link(turn, issue.id, one)).collect())
}

fn watches(turn: &Turn<'_>, issue: &Issue) -> Value {
    json!({
        "self": link(turn, format_args!("issue/{}/watchers", issue.key)), "watchCount": issue.watchers.len(),
        "isWatching": turn.caller.account.as_ref().is_some_and(|me| issue.watchers.contains(me)),
    })
}

fn comments(turn: &Turn<'_>, issue: &Issue) -> Value {
    let heard: Vec<_> = issue.comments.iter().filter(|one| access::hears(turn.me(), &one.audience)).collect();
    let shown: Vec<_> = heard.iter().take(COMMENTS_INLINE).map(|one| comment(turn, issue.id, one)).collect();
    json!({
        "self": link(turn, format_args!("issue/{}/comment", issue.id)), "startAt": 0, "maxResults": shown.len(),
        "total": heard.len(), "comments": shown,
    })
}

fn worklogs(turn: &Turn<'_>, issue: &Issue) -> Value {
    let shown: Vec<_> =
        issue.worklogs.iter().take(COMMENTS_INLINE).map(|one| worklog(turn, issue.id, one)).collect();
    json!({"startAt": 0, "maxResults": COMMENTS_INLINE, "total": issue.worklogs.len(), "worklogs": shown})
}

fn attachments(turn: &Turn<'_>, issue: &Issue) -> Value {
    let all = issue.attachments.iter().filter_map(|id| turn.jira().attachments.get(id));
    Value::Array(all.map(|one| attachment(turn, one)).collect())
}

fn timetracking(issue: &Issue) -> Value {
    let seconds: u64 = issue.worklogs.iter().map(|one| one.seconds).sum();
    if seconds == 0 {
        return json!({});
    }
    json!({"timeSpent": spent(seconds), "timeSpentSeconds": seconds})
}

fn sprints(turn: &Turn<'_>, issue: &Issue) -> Value {
    if issue.sprints.is_empty() {
        return Value::Null;
    }
    let mine = turn.jira().sprints.iter().filter(|sprint| issue.sprints.contains(&sprint.id));
    Value::Array(mine.map(sprint).collect())
}

/// A sprint as the sprint field shows it.
fn sprint(sprint: &Sprint) -> Value {
    json!({
        "id": sprint.id, "name": sprint.name, "state": sprint.state, "boardId": sprint.board, "goal": sprint.goal,
        "startDate": sprint.start.map(iso_time), "endDate": sprint.end.map(iso_time),
        "completeDate": sprint.completed.map(iso_time),
    })
}
