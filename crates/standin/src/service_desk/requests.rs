//! Requests: asked for, looked up, listed.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::jira::model::Issue;
use crate::jira::{access, create, rich, workflow};
use crate::reply::{Answer, Reply};
use crate::service_desk::conversation;
use crate::service_desk::desks::{TYPES, desk_of, find, show, show_type, type_of};
use crate::service_desk::shapes::{date, link, missing, page, person, refuse, retold};
use crate::turn::{Dialect, Turn};

/// Whether the caller sees an issue as a request: as Jira would show it, or by taking part.
pub(crate) fn sees(turn: &Turn<'_>, issue: &Issue) -> bool {
    let is_request =
        turn.jira().project_by_id(issue.project).is_some_and(|project| project.kind == "service_desk");
    let takes_part = turn.caller.account.as_ref().is_some_and(|me| {
        turn.site().service_desk.participants.get(&issue.id).is_some_and(|those| those.contains(me))
    });
    is_request && (takes_part || access::sees(turn.jira(), turn.me(), issue))
}

/// The id of the request that the route names.
pub(crate) fn named(turn: &Turn<'_>) -> Result<u64, Reply> {
    let found = turn.jira().find(turn.capture("issue")).filter(|issue| sees(turn, issue));
    found.map(|issue| issue.id).ok_or_else(|| missing("request"))
}

/// Whether the caller works at the service desk of an issue.
pub(crate) fn is_agent(turn: &Turn<'_>, id: u64) -> bool {
    access::may(turn, id, "SERVICEDESK_AGENT")
}

/// The text of a request's description.
fn description(issue: &Issue) -> Value {
    issue.description.as_ref().map_or(Value::Null, |text| rich::to_text(text).into())
}

/// A request.
pub(crate) fn request(turn: &Turn<'_>, issue: &Issue) -> Value {
    let (kind, desk) = (type_of(issue.issue_type), desk_of(turn, issue.project));
    let status = workflow::status(issue.status);
    let (id, key) = (issue.id, &issue.key);
    let mut shown = json!({
        "_expands": ["participant", "status", "sla", "requestType", "serviceDesk", "attachment", "action", "comment"],
        "issueId": id.to_string(), "issueKey": key, "summary": issue.summary, "requestTypeId": kind.id.to_string(),
        "serviceDeskId": desk.to_string(), "createdDate": date(issue.created),
        "reporter": person(turn, issue.reporter.as_deref()),
        "requestFieldValues": [
            {"fieldId": "summary", "label": "Summary", "value": issue.summary},
            {"fieldId": "description", "label": "Description", "value": description(issue)},
        ],
        "currentStatus": {
            "status": status.name, "statusCategory": conversation::category(status.category),
            "statusDate": date(issue.updated),
        },
        "_links": {
            "self": link(turn, format_args!("request/{id}")), "web": format!("{}/servicedesk/customer/portal/{desk}/{key}", turn.base()),
            "jiraRest": format!("{}/rest/api/2/issue/{id}", turn.base()), "agent": format!("{}/browse/{key}", turn.base()),
        },
    });
    let asked = turn.ask.query_list("expand");
    let service_desk = || find(turn, &desk.to_string()).map_or(Value::Null, |desk| show(turn, desk));
    if let Some(shown) = shown.as_object_mut() {
        if asked.contains(&"requestType") {
            shown.insert("requestType".into(), show_type(turn, desk, kind));
        }
        if asked.contains(&"serviceDesk") {
            shown.insert("serviceDesk".into(), service_desk());
        }
    }
    shown
}

/// `GET /request`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let me = turn.require_me().map_err(retold)?;
    let ask = turn.ask;
    let (all_owners, asked_for) =
        (ask.query_list("requestOwnership"), ask.query("searchTerm").map(str::to_lowercase));
    let takes_part =
        |issue: &Issue| turn.site().service_desk.participants.get(&issue.id).is_some_and(|t| t.contains(&me));
    let mine = |issue: &Issue| match all_owners.as_slice() {
        [] | ["OWNED_REQUESTS"] => issue.reporter.as_ref() == Some(&me),
        ["PARTICIPATED_REQUESTS"] => takes_part(issue),
        _ => true,
    };
    let open = |issue: &Issue| match ask.query("requestStatus") {
        Some("OPEN_REQUESTS") => issue.resolution.is_none(),
        Some("CLOSED_REQUESTS") => issue.resolution.is_some(),
        _ => true,
    };
    let mut found: Vec<_> = turn.jira().issues.values().filter(|issue| sees(turn, issue)).collect();
    found.retain(|issue| mine(issue) && open(issue));
    found.retain(|issue| asked_for.as_ref().is_none_or(|term| issue.summary.to_lowercase().contains(term)));
    found.retain(|issue| {
        ask.query("serviceDeskId").is_none_or(|id| desk_of(turn, issue.project).to_string() == id)
    });
    found.retain(|issue| {
        ask.query("requestTypeId").is_none_or(|id| type_of(issue.issue_type).id.to_string() == id)
    });
    found.reverse();
    Ok(page(turn, &found, |issue| request(turn, issue)))
}

/// `GET /request/{issue}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?;
    Ok(Reply::json(request(turn, turn.jira().issue(id)?)))
}

/// A text or number member, as text.
fn word(sent: &Map<String, Value>, name: &str) -> Option<String> {
    match sent.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `POST /request`
pub(crate) fn create(turn: &mut Turn<'_>) -> Answer {
    turn.require_me().map_err(retold)?;
    let sent = turn.ask.object().map_err(retold)?;
    let refuse = |sentence| refuse(StatusCode::BAD_REQUEST, sentence);
    let desk = word(&sent, "serviceDeskId").ok_or_else(|| refuse("serviceDeskId is required."))?;
    let project = find(turn, &desk)?.1.id;
    let kind = word(&sent, "requestTypeId");
    let kind =
        TYPES.iter().find(|one| Some(one.id.to_string()) == kind).ok_or_else(|| missing("request type"))?;
    let mut fields = sent.get("requestFieldValues").and_then(Value::as_object).cloned().unwrap_or_default();
    if fields.get("summary").and_then(Value::as_str).is_none_or(|summary| summary.trim().is_empty()) {
        return Err(refuse("You must specify a summary."));
    }
    let known = ["summary", "description", "priority", "labels", "components", "duedate"];
    if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(refuse(&format!("Field '{name}' is not part of this request type.")));
    }
    fields.insert("project".into(), json!({"id": project.to_string()}));
    fields.insert("issuetype".into(), json!({"id": kind.issue_type.to_string()}));
    // Request fields are text, whatever the issue makes of them.
    turn.dialect = Dialect::V2;
    let mut body = Map::new();
    body.insert("fields".into(), fields.into());
    let id = create::issue(turn, &body).map_err(retold)?;
    on_behalf(turn, id, word(&sent, "raiseOnBehalfOf"))?;
    let those = sent.get("requestParticipants").and_then(Value::as_array).into_iter().flatten();
    let those: Vec<_> = those.filter_map(Value::as_str).map(str::to_owned).collect();
    conversation::join(turn, id, &those);
    Ok(Reply::created(request(turn, turn.jira().issue(id)?)))
}

/// An agent may ask for somebody else.
fn on_behalf(turn: &mut Turn<'_>, id: u64, whom: Option<String>) -> Result<(), Reply> {
    let Some(whom) = whom else { return Ok(()) };
    let account =
        turn.world.people.get(&whom).map(|account| Arc::clone(&account.id)).filter(|_| is_agent(turn, id));
    let sentence = "You cannot raise requests on behalf of this person.";
    let account = account.ok_or_else(|| refuse(StatusCode::BAD_REQUEST, sentence))?;
    turn.jira_mut().issue_mut(id)?.reporter = Some(account);
    Ok(())
}
