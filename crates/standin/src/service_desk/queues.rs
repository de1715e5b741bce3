//! Queues: what agents have to do. Nobody else sees them.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::access;
use crate::jira::fields::Wanted;
use crate::jira::model::{Issue, Project};
use crate::jira::render::issue::issue as show_issue;
use crate::reply::{Answer, Reply};
use crate::service_desk::desks::find;
use crate::service_desk::shapes::{link, missing, page, refuse};
use crate::turn::{Dialect, Turn};

/// A queue: id, name, the rest of its JQL, which issues are in it.
type Queue = (u64, &'static str, &'static str, fn(&Issue) -> bool);

const QUEUES: [Queue; 3] = [
    (1, "All open", "resolution = Unresolved", |issue| issue.resolution.is_none()),
    (2, "Unassigned", "assignee is EMPTY AND resolution = Unresolved", |issue| {
        issue.assignee.is_none() && issue.resolution.is_none()
    }),
    (3, "Resolved", "resolution is not EMPTY", |issue| issue.resolution.is_some()),
];

const FIELDS: [&str; 6] = ["issuetype", "issuekey", "summary", "reporter", "assignee", "status"];

fn desk<'a>(turn: &'a Turn<'_>) -> Result<(u64, &'a Project), Reply> {
    let desk = find(turn, turn.capture("desk"))?;
    if desk.1.scheme.allows(turn.me(), "SERVICEDESK_AGENT", None) {
        return Ok(desk);
    }
    Err(refuse(StatusCode::FORBIDDEN, "Only agents of the service desk may see its queues."))
}

fn queue(turn: &Turn<'_>) -> Result<&'static Queue, Reply> {
    let found = QUEUES.iter().find(|queue| queue.0.to_string() == turn.capture("queue"));
    found.ok_or_else(|| missing("queue"))
}

fn within<'a>(turn: &'a Turn<'_>, project: &Project, queue: &Queue) -> Vec<&'a Issue> {
    let (project, belongs) = (project.id, queue.3);
    access::visible(turn).filter(|issue| issue.project == project && belongs(issue)).collect()
}

fn show(turn: &Turn<'_>, (desk, project): (u64, &Project), queue: &Queue) -> Value {
    let (id, name, jql, _) = queue;
    let mut shown = json!({
        "id": id.to_string(), "name": name, "jql": format!("project = {} AND {jql}", project.key), "fields": FIELDS,
        "_links": {"self": link(turn, format_args!("servicedesk/{desk}/queue/{id}"))},
    });
    let count = turn.ask.query_flag("includeCount", false).then(|| within(turn, project, queue).len());
    if let (Some(count), Some(shown)) = (count, shown.as_object_mut()) {
        shown.insert("issueCount".into(), count.into());
    }
    shown
}

/// `GET /servicedesk/{desk}/queue`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let desk = desk(turn)?;
    Ok(page(turn, &QUEUES, |queue| show(turn, desk, queue)))
}

/// `GET /servicedesk/{desk}/queue/{queue}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let (desk, queue) = (desk(turn)?, queue(turn)?);
    Ok(Reply::json(show(turn, desk, queue)))
}

/// `GET /servicedesk/{desk}/queue/{queue}/issue`
pub(crate) fn issues(turn: &mut Turn<'_>) -> Answer {
    turn.dialect = Dialect::V2;
    let ((_, project), queue) = (desk(turn)?, queue(turn)?);
    let found = within(turn, project, queue);
    let wanted = Wanted::from_list(FIELDS, "summary");
    Ok(page(turn, &found, |issue| show_issue(turn, issue.id, &wanted, &[])))
}
