//! Making an issue: one way for `POST /issue`, `POST /issue/bulk` and the service desk.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::jira::draft::{Draft, text_of};
use crate::jira::model::{Issue, Project};
use crate::jira::render::link;
use crate::jira::{access, edit, seed, tables, transitions};
use crate::reply::Reply;
use crate::turn::Turn;

/// Makes an issue from a request body and gives its id.
pub(crate) fn issue(turn: &mut Turn<'_>, body: &Map<String, Value>) -> Result<u64, Reply> {
    let fields = body.get("fields").and_then(Value::as_object);
    let fields = fields.ok_or_else(|| {
        Reply::jira_field(StatusCode::BAD_REQUEST, "project", "Specify a valid project ID or key")
    })?;
    let project = project(turn, fields)?;
    let (project_id, initial) = (project.id, project.workflow.initial);
    let mut draft = Draft::of(&start(turn, project_id, initial));
    for (field, sentence) in
        [("summary", "You must specify a summary of the issue."), ("issuetype", "Specify an issue type")]
    {
        if !fields.contains_key(field) {
            draft.refuse(field, sentence);
        }
    }
    let also = edit::take_in(turn, &mut draft, body)?;
    let subtask = tables::is_subtask(draft.issue.issue_type);
    if subtask && draft.issue.parent.is_none() {
        draft.refuse("parent", "Issue type is a sub-task but parent issue key or id not specified.");
    }
    let (mut issue, _) = draft.finished()?;
    issue.watchers.extend(turn.caller.account.clone());
    let id = turn.jira_mut().issue_id();
    issue.id = id;
    issue.rank = i64::try_from(id).unwrap_or(i64::MAX);
    let key = turn.jira_mut().add(issue).map(|issue| issue.key.clone()).ok_or_else(Reply::no_issue)?;
    turn.mutated("issue-created", key);
    edit::write_properties(turn, id, body)?;
    edit::write_also(turn, id, also)?;
    if body.get("transition").is_some() {
        transitions::perform(turn, id, body)?;
    }
    Ok(id)
}

/// The answer to creating: id, key and where it is.
pub(crate) fn made(turn: &Turn<'_>, id: u64) -> Value {
    let key = turn.jira().issues.get(&id).map_or("", |issue| issue.key.as_str());
    json!({"id": id.to_string(), "key": key, "self": link(turn, format_args!("issue/{id}"))})
}

/// The project the fields name, if the caller may create there.
fn project<'a>(turn: &'a Turn<'_>, fields: &Map<String, Value>) -> Result<&'a Project, Reply> {
    let named = fields.get("project").and_then(|value| ["id", "key"].iter().find_map(|name| value.get(name)));
    let found = named.and_then(text_of).and_then(|named| turn.jira().project(&named));
    let visible = found.filter(|project| {
        access::browses(turn.me(), project) || project.scheme.allows(turn.me(), "CREATE_ISSUES", None)
    });
    let refuse = |sentence| Reply::jira_field(StatusCode::BAD_REQUEST, "project", sentence);
    let project = visible.ok_or_else(|| refuse("Specify a valid project ID or key"))?;
    if !project.scheme.allows(turn.me(), "CREATE_ISSUES", None) {
        return Err(refuse("You do not have permission to create issues in this project."));
    }
    Ok(project)
}

fn start(turn: &Turn<'_>, project: u64, status: u64) -> Issue {
    let mut issue = seed::blank(0, project, String::new(), turn.now);
    issue.status = status;
    issue.reporter.clone_from(&turn.caller.account);
    issue.creator.clone_from(&turn.caller.account);
    issue
}
