//! Service desks, and what can be asked of them.

use serde_json::{Value, json};

use crate::jira::access;
use crate::jira::model::Project;
use crate::reply::{Answer, Reply};
use crate::service_desk::shapes::{built, link, missing, page};
use crate::turn::Turn;

/// Something that can be asked for.
#[derive(Debug)]
pub(crate) struct RequestType {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    description: &'static str,
    /// The issue type its requests become.
    pub(crate) issue_type: u64,
}

/// The same in every service desk.
pub(crate) const TYPES: [RequestType; 2] = [
    RequestType {
        id: 1,
        name: "Get help",
        description: "Ask a question or for something.",
        issue_type: 10_010,
    },
    RequestType {
        id: 2,
        name: "Report an incident",
        description: "Something is broken.",
        issue_type: 10_011,
    },
];

/// The request type an issue type belongs to; the first one for any other.
pub(crate) fn type_of(issue_type: u64) -> &'static RequestType {
    let [first, ..] = &TYPES;
    TYPES.iter().find(|kind| kind.issue_type == issue_type).unwrap_or(first)
}

/// The visible service desks with their ids, counted over all there are.
pub(crate) fn desks<'a>(turn: &'a Turn<'_>) -> impl Iterator<Item = (u64, &'a Project)> {
    let all = turn.jira().projects.iter().filter(|project| project.kind == "service_desk");
    let may_ask = |project: &Project| project.scheme.allows(turn.me(), "CREATE_ISSUES", None);
    (1..).zip(all).filter(move |(_, project)| access::browses(turn.me(), project) || may_ask(project))
}

/// A visible service desk by id or project key.
pub(crate) fn find<'a>(turn: &'a Turn<'_>, named: &str) -> Result<(u64, &'a Project), Reply> {
    let found =
        desks(turn).find(|(id, project)| id.to_string() == named || project.key.eq_ignore_ascii_case(named));
    found.ok_or_else(|| missing("service desk"))
}

/// The service desk a project is; 0 for a project that is none.
pub(crate) fn desk_of(turn: &Turn<'_>, project: u64) -> u64 {
    desks(turn).find(|(_, desk)| desk.id == project).map_or(0, |(id, _)| id)
}

/// A service desk.
pub(crate) fn show(turn: &Turn<'_>, (id, project): (u64, &Project)) -> Value {
    json!({
        "id": id.to_string(), "projectId": project.id.to_string(), "projectName": project.name,
        "projectKey": project.key, "_links": {"self": link(turn, format_args!("servicedesk/{id}"))},
    })
}

/// A request type.
pub(crate) fn show_type(turn: &Turn<'_>, desk: u64, kind: &RequestType) -> Value {
    let icon = format!(
        "{}/rest/api/2/universal_avatar/view/type/SD_REQTYPE/avatar/{}",
        turn.base(),
        10_500 + kind.id
    );
    let urls = json!({"16x16": icon, "24x24": icon, "32x32": icon, "48x48": icon});
    json!({
        "_expands": ["field"], "id": kind.id.to_string(), "name": kind.name, "description": kind.description,
        "helpText": "", "issueTypeId": kind.issue_type.to_string(), "serviceDeskId": desk.to_string(),
        "portalId": desk.to_string(), "groupIds": ["1"],
        "icon": {"id": (10_500 + kind.id).to_string(), "_links": {"iconUrls": urls}},
        "_links": {"self": link(turn, format_args!("servicedesk/{desk}/requesttype/{}", kind.id))},
    })
}

/// `GET /info`
pub(crate) fn info(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(json!({
        "version": "1001.0.0-SNAPSHOT", "platformVersion": "1001.0.0-SNAPSHOT", "buildDate": built(),
        "buildChangeSet": "standin", "isLicensedForUse": true, "_links": {"self": link(turn, "info")},
    })))
}

/// `GET /servicedesk`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let found: Vec<_> = desks(turn).collect();
    Ok(page(turn, &found, |desk| show(turn, *desk)))
}

/// `GET /servicedesk/{desk}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let desk = find(turn, turn.capture("desk"))?;
    Ok(Reply::json(show(turn, desk)))
}

fn matches(turn: &Turn<'_>, kind: &RequestType) -> bool {
    let wanted = turn.ask.query("searchQuery").unwrap_or_default().to_lowercase();
    kind.name.to_lowercase().contains(&wanted)
}

/// `GET /requesttype`
pub(crate) fn all_types(turn: &mut Turn<'_>) -> Answer {
    let found: Vec<_> = desks(turn)
        .flat_map(|(desk, _)| TYPES.iter().map(move |kind| (desk, kind)))
        .filter(|(_, kind)| matches(turn, kind))
        .collect();
    Ok(page(turn, &found, |(desk, kind)| show_type(turn, *desk, kind)))
}

/// `GET /servicedesk/{desk}/requesttype`
pub(crate) fn types(turn: &mut Turn<'_>) -> Answer {
    let (desk, _) = find(turn, turn.capture("desk"))?;
    let found: Vec<_> = TYPES.iter().filter(|kind| matches(turn, kind)).collect();
    Ok(page(turn, &found, |kind| show_type(turn, desk, kind)))
}

fn named_type(turn: &Turn<'_>) -> Result<(u64, &'static RequestType), Reply> {
    let (desk, _) = find(turn, turn.capture("desk"))?;
    let found = TYPES.iter().find(|kind| kind.id.to_string() == turn.capture("type"));
    Ok((desk, found.ok_or_else(|| missing("request type"))?))
}

/// `GET /servicedesk/{desk}/requesttype/{type}`
pub(crate) fn one_type(turn: &mut Turn<'_>) -> Answer {
    let (desk, kind) = named_type(turn)?;
    Ok(Reply::json(show_type(turn, desk, kind)))
}

/// `GET /servicedesk/{desk}/requesttype/{type}/field`
pub(crate) fn fields(turn: &mut Turn<'_>) -> Answer {
    named_type(turn)?;
    let field = |id: &str, name: &str, required: bool| {
        json!({
            "fieldId": id, "name": name, "description": "", "required": required, "defaultValues": [],
            "validValues": [], "presetValues": [], "visible": true, "jiraSchema": {"type": "string", "system": id},
        })
    };
    let agent = desks(turn).any(|(_, project)| project.scheme.allows(turn.me(), "SERVICEDESK_AGENT", None));
    Ok(Reply::json(json!({
        "requestTypeFields": [field("summary", "Summary", true), field("description", "Description", false)],
        "canRaiseOnBehalfOf": agent, "canAddRequestParticipants": true,
    })))
}
