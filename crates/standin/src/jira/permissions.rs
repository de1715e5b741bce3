//! What the caller may do, asked directly.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::jira::model::{Issue, Project};
use crate::jira::{access, permission, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get, post};
use crate::turn::Turn;
use crate::world::Deployment;
use crate::world::people::Account;

/// How many projects and issues one check may name.
const CHECK_MAX: usize = 1000;

/// Routes about permissions.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/mypermissions", scopes::GET_MY_PERMISSIONS, mine),
    get("/rest/api/{v}/permissions", scopes::GET_ALL_PERMISSIONS, all),
    post("/rest/api/{v}/permissions/check", scopes::GET_BULK_PERMISSIONS, check),
    post("/rest/api/{v}/permissions/project", scopes::GET_PERMITTED_PROJECTS, projects),
];

fn row(key: &str) -> Option<(&'static str, u64, &'static str, &'static str)> {
    let global = permission::GLOBAL.iter().map(|row| (row.0, row.1, row.2, "GLOBAL"));
    let project = permission::PROJECT.iter().map(|row| (row.0, row.1, row.2, "PROJECT"));
    let mut rows = global.chain(project);
    rows.find(|row| row.0 == key)
}

/// Every permission there is.
fn every_key() -> impl Iterator<Item = &'static str> {
    permission::GLOBAL.iter().map(|row| row.0).chain(permission::PROJECT.iter().map(|row| row.0))
}

pub(crate) fn mine(turn: &mut Turn<'_>) -> Answer {
    let mut keys = turn.ask.query_list("permissions");
    if keys.is_empty() && turn.site().deployment == Deployment::DataCenter {
        keys = every_key().collect();
    }
    if keys.is_empty() {
        return Err(Reply::bad("The 'permissions' query parameter is required."));
    }
    if let Some(unknown) = keys.iter().find(|key| row(key).is_none()) {
        return Err(Reply::bad(format!("Unrecognized permission: {unknown}")));
    }
    let context = context(turn)?;
    let shown: Map<_, _> = keys.iter().filter_map(|key| Some((*key, row(key)?))).map(|(key, row)| {
        let has = permission::global(turn.me(), key).unwrap_or_else(|| held(turn, key, context));
        let shown = json!({
            "id": row.1.to_string(), "key": row.0, "name": row.2, "type": row.3, "description": "", "havePermission": has,
        });
        (key.to_owned(), shown)
    }).collect();
    Ok(Reply::json(json!({"permissions": shown})))
}

/// What the permissions are asked for; a hidden project or issue is a 404.
type Context<'a> = (Option<&'a Project>, Option<&'a Issue>);

fn context<'a>(turn: &'a Turn<'_>) -> Result<Context<'a>, Reply> {
    let ask = turn.ask;
    if let Some(named) = ask.query("issueKey").or_else(|| ask.query("issueId")) {
        let issue = turn.jira().issue(access::issue(turn, named)?)?;
        return Ok((turn.jira().project_by_id(issue.project), Some(issue)));
    }
    match ask.query("projectKey").or_else(|| ask.query("projectId")) {
        Some(named) => Ok((Some(access::project(turn, named)?), None)),
        None => Ok((None, None)),
    }
}

/// Without a project, having a permission anywhere counts.
fn held(turn: &Turn<'_>, key: &str, (project, issue): Context<'_>) -> bool {
    let in_project = |project: &Project| permission::in_project(turn.me(), key, project, issue) == Some(true);
    match project {
        Some(project) => in_project(project),
        None => turn.jira().projects.iter().any(in_project),
    }
}

fn all(turn: &mut Turn<'_>) -> Answer {
    if permission::global(turn.me(), "ADMINISTER") != Some(true) {
        return Err(Reply::denied("You do not have the Administer Jira permission."));
    }
    let keys = permission::GLOBAL.iter().map(|row| row.0).chain(permission::PROJECT.iter().map(|row| row.0));
    let rows = keys.filter_map(row);
    let shown: Map<_, _> = rows
        .map(|row| (row.0.to_owned(), json!({"key": row.0, "name": row.2, "type": row.3, "description": ""})))
        .collect();
    Ok(Reply::json(json!({"permissions": shown})))
}

fn numbers(value: &Value, name: &str) -> Vec<u64> {
    value.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64).collect()
}

fn words<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Unknown projects and issues are left out without a word.
fn check(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.json()?;
    let who = subject(turn, &body)?;
    let global: Vec<_> = words(&body, "globalPermissions")
        .into_iter()
        .filter(|key| permission::global(who, key) == Some(true))
        .collect();
    let mut shown = Vec::new();
    for asked in body.get("projectPermissions").and_then(Value::as_array).into_iter().flatten() {
        let (projects, issues) = (numbers(asked, "projects"), numbers(asked, "issues"));
        if projects.len() > CHECK_MAX || issues.len() > CHECK_MAX {
            return Err(Reply::bad("At most 1000 projects and 1000 issues can be checked at once."));
        }
        for key in words(asked, "permissions") {
            if row(key).is_none_or(|row| row.3 != "PROJECT") {
                return Err(Reply::bad(format!("Unrecognized permission: {key}")));
            }
            let jira = turn.jira();
            let allows = |project: u64, issue: Option<&Issue>| {
                let project = jira.project_by_id(project);
                project.is_some_and(|project| permission::in_project(who, key, project, issue) == Some(true))
            };
            let held_projects: Vec<_> = projects.iter().filter(|id| allows(**id, None)).collect();
            let found = issues.iter().filter_map(|id| jira.issues.get(id));
            let seen =
                found.filter(|issue| access::sees(jira, who, issue) && allows(issue.project, Some(issue)));
            let held_issues: Vec<_> = seen.map(|issue| issue.id).collect();
            shown.push(json!({"permission": key, "projects": held_projects, "issues": held_issues}));
        }
    }
    Ok(Reply::json(json!({"globalPermissions": global, "projectPermissions": shown})))
}

/// The account asked about; others than the caller only for administrators.
fn subject<'a>(turn: &'a Turn<'_>, body: &Value) -> Result<Option<&'a Account>, Reply> {
    let Some(id) = body.get("accountId").and_then(Value::as_str) else { return Ok(turn.me()) };
    let own = turn.me().is_some_and(|me| &*me.id == id);
    if !own && permission::global(turn.me(), "ADMINISTER") != Some(true) {
        let sentence = "You must be an administrator to check the permissions of other users.";
        return Err(Reply::jira(StatusCode::FORBIDDEN, sentence));
    }
    Ok(turn.world.people.get(id))
}

fn projects(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.json()?;
    let keys = words(&body, "permissions");
    let has_all = |project: &&Project| {
        keys.iter().all(|key| permission::in_project(turn.me(), key, project, None) == Some(true))
    };
    let found = turn.jira().projects.iter().filter(has_all);
    let shown: Vec<_> = found.map(|project| json!({"id": project.id, "key": project.key})).collect();
    Ok(Reply::json(json!({"projects": shown})))
}
