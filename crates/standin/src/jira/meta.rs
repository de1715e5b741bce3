//! What may be put into an issue: create and edit metadata.

use serde_json::{Map, Value, json};

use crate::jira::fields::{FIELDS, Field};
use crate::jira::model::{Issue, Project};
use crate::jira::render::issue::named_row;
use crate::jira::tables::{self, PRIORITIES, RESOLUTIONS};
use crate::jira::{access, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get};
use crate::turn::Turn;

/// Routes of metadata.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/createmeta", scopes::GET_CREATE_ISSUE_META, create),
    get(
        "/rest/api/{v}/issue/createmeta/{project}/issuetypes",
        scopes::GET_CREATE_ISSUE_META_ISSUE_TYPES,
        types,
    ),
    get(
        "/rest/api/{v}/issue/createmeta/{project}/issuetypes/{type}",
        scopes::GET_CREATE_ISSUE_META_ISSUE_TYPE_ID,
        fields,
    ),
    get("/rest/api/{v}/issue/{issue}/editmeta", scopes::GET_EDIT_ISSUE_META, edit),
];

fn edit(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    Ok(Reply::json(editable(turn, turn.jira().issue(id)?)))
}

/// The fields of an issue that the caller may edit.
pub(crate) fn editable(turn: &Turn<'_>, issue: &Issue) -> Value {
    if !access::may(turn, issue.id, "EDIT_ISSUES") {
        return json!({"fields": {}});
    }
    let project = turn.jira().project_by_id(issue.project);
    let editable =
        FIELDS.iter().filter(|one| one.editable && !matches!(one.id, "project" | "security" | "worklog"));
    let fields: Map<_, _> =
        editable.map(|one| (one.id.to_owned(), field(turn, project, one, one.id == "summary"))).collect();
    json!({"fields": fields})
}

/// One field's metadata.
pub(crate) fn field(turn: &Turn<'_>, project: Option<&Project>, field: &Field, required: bool) -> Value {
    let operations = match field.id {
        "labels" | "components" | "fixVersions" => json!(["add", "set", "remove"]),
        "comment" => json!(["add", "edit", "remove"]),
        "issuelinks" | "worklog" => json!(["add"]),
        _ => json!(["set"]),
    };
    let mut shown = json!({
        "required": required, "schema": field.schema(), "name": field.name, "key": field.id,
        "operations": operations, "hasDefaultValue": field.id == "priority",
    });
    let allowed = match field.id {
        "priority" => PRIORITIES.iter().map(|row| render::priority(turn, row.0)).collect(),
        "resolution" => RESOLUTIONS.iter().map(|row| render::resolution(turn, row.0)).collect(),
        "issuetype" => {
            project.iter().flat_map(|p| p.issue_types).map(|id| render::issue_type(turn, *id)).collect()
        }
        "components" => {
            project.iter().flat_map(|p| &p.components).map(|row| named_row(turn, row, "component")).collect()
        }
        "fixVersions" => {
            project.iter().flat_map(|p| &p.versions).map(|row| named_row(turn, row, "version")).collect()
        }
        "project" => project.iter().map(|project| render::project_brief(turn, project)).collect(),
        _ => Vec::new(),
    };
    if let (false, Some(shown)) = (allowed.is_empty(), shown.as_object_mut()) {
        shown.insert("allowedValues".to_owned(), Value::Array(allowed));
    }
    shown
}

fn creatable<'a>(turn: &'a Turn<'_>) -> impl Iterator<Item = &'a Project> {
    turn.jira().projects.iter().filter(|project| project.scheme.allows(turn.me(), "CREATE_ISSUES", None))
}

fn on_create(turn: &Turn<'_>, project: &Project, issue_type: u64) -> Vec<(&'static str, Value)> {
    let subtask = tables::is_subtask(issue_type);
    let chosen = FIELDS
        .iter()
        .filter(|one| one.editable && !matches!(one.id, "comment" | "worklog" | "resolution" | "security"));
    let required = |one: &Field| {
        matches!(one.id, "summary" | "issuetype" | "project") || (one.id == "parent" && subtask)
    };
    chosen.map(|one| (one.id, field(turn, Some(project), one, required(one)))).collect()
}

/// The old route: everything at once.
fn create(turn: &mut Turn<'_>) -> Answer {
    let keys = turn.ask.query_list("projectKeys");
    let ids = turn.ask.query_list("projectIds");
    let types = turn.ask.query_list("issuetypeNames");
    let with_fields = turn.ask.query_list("expand").contains(&"projects.issuetypes.fields");
    let wanted = |project: &&Project| {
        (keys.is_empty() && ids.is_empty())
            || keys.contains(&project.key.as_str())
            || ids.contains(&project.id.to_string().as_str())
    };
    let projects = creatable(turn).filter(wanted).map(|project| {
        let chosen = project
            .issue_types
            .iter()
            .filter(|id| types.is_empty() || types.contains(&tables::issue_type_name(**id)));
        let types = chosen.map(|id| {
            let mut shown = render::issue_type(turn, *id);
            if let (true, Some(shown)) = (with_fields, shown.as_object_mut()) {
                let fields: Map<_, _> =
                    on_create(turn, project, *id).into_iter().map(|(id, one)| (id.to_owned(), one)).collect();
                shown.insert("fields".to_owned(), Value::Object(fields));
            }
            shown
        });
        let types: Vec<_> = types.collect();
        let mut shown = render::project_brief(turn, project);
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("issuetypes".to_owned(), Value::Array(types));
        }
        shown
    });
    let projects: Vec<_> = projects.collect();
    Ok(Reply::json(json!({"expand": "projects", "projects": projects})))
}

fn named<'a>(turn: &'a Turn<'_>) -> Result<&'a Project, Reply> {
    let wanted = turn.capture("project");
    let found =
        creatable(turn).find(|one| one.key.eq_ignore_ascii_case(wanted) || one.id.to_string() == wanted);
    found.ok_or_else(|| {
        Reply::missing("The project is not found, or you do not have permission to create issues in it.")
    })
}

fn page(turn: &Turn<'_>, name: &str, all: Vec<Value>) -> Answer {
    let (start, limit) =
        (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 50).min(200));
    let total = all.len();
    let page: Vec<_> = all.into_iter().skip(start).take(limit).collect();
    Ok(Reply::json(json!({"startAt": start, "maxResults": limit, "total": total, name: page})))
}

fn types(turn: &mut Turn<'_>) -> Answer {
    let types = named(turn)?.issue_types.iter().map(|id| render::issue_type(turn, *id)).collect();
    page(turn, "issueTypes", types)
}

fn fields(turn: &mut Turn<'_>) -> Answer {
    let project = named(turn)?;
    let wanted = turn.capture("type");
    let id = project.issue_types.iter().find(|id| id.to_string() == wanted);
    let id = id.ok_or_else(|| Reply::missing("The issue type is not found in this project."))?;
    let fields = on_create(turn, project, *id).into_iter().map(|(id, mut field)| {
        // Only this route repeats the field's id.
        if let Some(field) = field.as_object_mut() {
            field.insert("fieldId".to_owned(), json!(id));
        }
        field
    });
    page(turn, "fields", fields.collect())
}
