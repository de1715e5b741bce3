//! Projects and what belongs to them.

use serde_json::{Value, json};

use crate::jira::model::{Named, Project};
use crate::jira::render::issue::named_row;
use crate::jira::{access, render, scopes, workflow};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get};
use crate::turn::Turn;

/// Routes of projects.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/project", scopes::GET_ALL_PROJECTS, list),
    get("/rest/api/{v}/project/search", scopes::SEARCH_PROJECTS, search),
    get("/rest/api/{v}/project/{project}", scopes::GET_PROJECT, one),
    get("/rest/api/{v}/project/{project}/statuses", scopes::GET_ALL_STATUSES, statuses),
    get("/rest/api/{v}/project/{project}/components", scopes::GET_PROJECT_COMPONENTS, components),
    get("/rest/api/{v}/project/{project}/versions", scopes::GET_PROJECT_VERSIONS, versions),
    get("/rest/api/{v}/project/{project}/version", scopes::GET_PROJECT_VERSIONS_PAGINATED, versions_page),
    get("/rest/api/{v}/project/{project}/role", scopes::GET_PROJECT_ROLES, roles),
    get("/rest/api/{v}/version/{id}", scopes::GET_PROJECT_VERSIONS, version),
    get("/rest/api/{v}/component/{id}", scopes::GET_PROJECT_COMPONENTS, component),
];

fn version(turn: &mut Turn<'_>) -> Answer {
    let id = turn.capture("id").to_owned();
    let found = row(turn, "version", |project| &project.versions);
    found.ok_or_else(|| Reply::missing(format!("Could not find version for id '{id}'")))
}

fn component(turn: &mut Turn<'_>) -> Answer {
    let id = turn.capture("id").to_owned();
    let found = row(turn, "component", |project| &project.components);
    found.ok_or_else(|| Reply::missing(format!("The component with id {id} does not exist.")))
}

/// A version or a component by the id in the path, with its project's.
fn row(turn: &Turn<'_>, kind: &str, rows: impl Fn(&Project) -> &Vec<Named>) -> Option<Reply> {
    let id = turn.capture("id");
    let mut all = visible(turn).flat_map(|project| rows(project).iter().map(move |row| (project, row)));
    let (project, row) = all.find(|(_, row)| row.id.to_string() == id)?;
    let mut shown = named_row(turn, row, kind);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("projectId".to_owned(), json!(project.id));
    }
    Some(Reply::json(shown))
}

/// The projects the caller sees.
pub(crate) fn visible<'a>(turn: &'a Turn<'_>) -> impl Iterator<Item = &'a Project> {
    turn.jira().projects.iter().filter(|project| access::browses(turn.me(), project))
}

fn shown(turn: &Turn<'_>, project: &Project) -> Value {
    let mut shown = render::project_brief(turn, project);
    if let Some(shown) = shown.as_object_mut() {
        for (name, value) in [
            ("style", json!("classic")),
            ("isPrivate", json!(false)),
            ("properties", json!({})),
            ("uuid", json!(uuid(project.id))),
            ("expand", json!("description,lead,issueTypes,url,projectKeys,permissions,insight")),
        ] {
            shown.insert(name.to_owned(), value);
        }
    }
    shown
}

/// A stable id in the shape of a UUID.
fn uuid(id: u64) -> String {
    format!("00000000-0000-4000-8000-{id:012}")
}

fn detailed(turn: &Turn<'_>, project: &Project) -> Value {
    let mut shown = shown(turn, project);
    let types: Vec<_> = project.issue_types.iter().map(|id| render::issue_type(turn, *id)).collect();
    let rows =
        |rows: &[Named], kind: &str| -> Value { rows.iter().map(|row| named_row(turn, row, kind)).collect() };
    if let Some(shown) = shown.as_object_mut() {
        for (name, value) in [
            ("description", json!(format!("{} of the stand-in", project.name))),
            ("lead", render::person(turn, Some(&project.lead))),
            ("issueTypes", json!(types)),
            ("assigneeType", json!("UNASSIGNED")),
            ("components", rows(&project.components, "component")),
            ("versions", rows(&project.versions, "version")),
            ("roles", role_links(turn, project)),
        ] {
            shown.insert(name.to_owned(), value);
        }
    }
    shown
}

fn role_links(turn: &Turn<'_>, project: &Project) -> Value {
    json!({
        "Administrators": render::link(turn, format_args!("project/{}/role/10002", project.id)),
        "Member": render::link(turn, format_args!("project/{}/role/10003", project.id)),
    })
}

pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(visible(turn).map(|project| shown(turn, project)).collect()))
}

fn search(turn: &mut Turn<'_>) -> Answer {
    let ask = turn.ask;
    let query = ask.query("query").unwrap_or_default().to_lowercase();
    let (keys, ids, kinds) = (ask.query_list("keys"), ask.query_list("id"), ask.query_list("typeKey"));
    let wanted = |project: &&Project| {
        (project.name.to_lowercase().contains(&query) || project.key.to_lowercase().contains(&query))
            && (keys.is_empty() || keys.contains(&project.key.as_str()))
            && (ids.is_empty() || ids.contains(&project.id.to_string().as_str()))
            && (kinds.is_empty() || kinds.contains(&project.kind))
    };
    let mut found: Vec<_> = visible(turn).filter(wanted).collect();
    found.sort_by(|a, b| a.key.cmp(&b.key));
    let (start, limit) = (ask.query_number("startAt", 0), ask.query_number("maxResults", 50).clamp(1, 100));
    let total = found.len();
    let page: Vec<_> = found.iter().skip(start).take(limit).map(|project| detailed(turn, project)).collect();
    let is_last = start + page.len() >= total;
    let here =
        |start: usize| render::link(turn, format_args!("project/search?maxResults={limit}&startAt={start}"));
    let mut shown = json!({
        "self": here(start), "startAt": start, "maxResults": limit, "total": total, "isLast": is_last, "values": page,
    });
    if let (false, Some(shown)) = (is_last, shown.as_object_mut()) {
        shown.insert("nextPage".to_owned(), json!(here(start + limit)));
    }
    Ok(Reply::json(shown))
}

pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let project = access::project(turn, turn.capture("project"))?;
    Ok(Reply::json(detailed(turn, project)))
}

pub(crate) fn statuses(turn: &mut Turn<'_>) -> Answer {
    let project = access::project(turn, turn.capture("project"))?;
    let statuses = project.workflow.statuses.iter().map(|id| render::status(turn, workflow::status(*id)));
    let statuses: Vec<_> = statuses.collect();
    let types = project.issue_types.iter().map(|id| {
        let mut shown = render::issue_type(turn, *id);
        if let Some(shown) = shown.as_object_mut() {
            shown.retain(|name, _| matches!(name.as_str(), "self" | "id" | "name" | "subtask"));
            shown.insert("statuses".to_owned(), json!(statuses));
        }
        shown
    });
    Ok(Reply::json(types.collect()))
}

pub(crate) fn components(turn: &mut Turn<'_>) -> Answer {
    let project = access::project(turn, turn.capture("project"))?;
    Ok(Reply::json(project.components.iter().map(|row| named_row(turn, row, "component")).collect()))
}

pub(crate) fn versions(turn: &mut Turn<'_>) -> Answer {
    let project = access::project(turn, turn.capture("project"))?;
    Ok(Reply::json(project.versions.iter().map(|row| named_row(turn, row, "version")).collect()))
}

fn versions_page(turn: &mut Turn<'_>) -> Answer {
    let project = access::project(turn, turn.capture("project"))?;
    let rows: Vec<_> = project.versions.iter().map(|row| named_row(turn, row, "version")).collect();
    Ok(Reply::json(
        json!({"startAt": 0, "maxResults": 50, "total": rows.len(), "isLast": true, "values": rows}),
    ))
}

fn roles(turn: &mut Turn<'_>) -> Answer {
    let project = access::project(turn, turn.capture("project"))?;
    Ok(Reply::json(role_links(turn, project)))
}
