//! Issues as a change makes them: they have to lie inside afterwards too.

use std::sync::Arc;

use ::boundary::{Json, Name};
use catalogue::{IssueBody, Kind, Place as Where};
use policy::Objection;
use types::{Code, IssueKey, Refusal};

use super::super::judge::Judge;
use super::super::places::{Issue, Labelled, Place};
use super::{at, refuse};

/// Checks what an issue is made into: its type, its labels, its level, and the issues its custom fields point at.
pub(super) async fn check(
    judge: &Judge<'_>,
    shape: IssueBody,
    named: &[Name],
    json: &Json<'_>,
) -> Result<(), Refusal> {
    for way in shape.fields().iter().chain(shape.update()) {
        for fields in at(json, way)? {
            if shape == IssueBody::EditMany {
                let mut named = Vec::new();
                keys_in(fields, &mut named);
                lie_inside(judge, way, None, named).await?;
            } else {
                points_inside(judge, fields).await?;
            }
        }
    }
    if !judge.bounds.terms().boundary().bounds_issues() {
        return Ok(());
    }
    if matches!(shape, IssueBody::EditMany | IssueBody::MoveMany | IssueBody::Request) {
        let detail = "It sets types, labels or levels in a way that cannot be told apart from here, and the client's boundary depends on them.";
        return Err(Refusal::new(Code::NotConfinable, detail));
    }
    for way in shape.fields() {
        for fields in at(json, way)?.into_iter().filter(|fields| matches!(fields, Json::Object(_))) {
            becomes_inside(judge, shape, named, fields).await?;
        }
    }
    for way in shape.update() {
        let touches = |update: &&Json<'_>| {
            ["labels", "security", "issuetype"].iter().any(|field| update.get(field).is_some())
        };
        if at(json, way)?.iter().any(touches) {
            let detail =
                "It changes type, labels or level in `update`, and the client's boundary depends on them.";
            return Err(Refusal::new(Code::NotConfinable, detail).advise("Set them as a whole in `fields`."));
        }
    }
    Ok(())
}

/// The issue as it will be: as it is, with what the change sets.
async fn becomes_inside(
    judge: &Judge<'_>,
    shape: IssueBody,
    named: &[Name],
    fields: &Json<'_>,
) -> Result<(), Refusal> {
    let said = |field: &str, member: &str| {
        fields
            .get(field)
            .and_then(|value| value.get(member))
            .and_then(Json::name)
            .map(|name| name.into_owned())
    };
    let makes = matches!(shape, IssueBody::Create | IssueBody::CreateMany);
    let mut issue = Issue::default();
    if makes {
        let project = said("project", "id").or_else(|| said("project", "key"));
        if let Some(name) = project
            && let Some(Place::Project(project)) = judge.finder.place(Kind::Project, &name).await?
        {
            issue.project = (*project).clone();
        }
    } else {
        let name = named.iter().find(|name| name.place == Where::Path && name.kind == Kind::Issue);
        if let Some(name) = name
            && let Some(Place::Issue(now)) = judge.finder.place(Kind::Issue, &name.text).await?
        {
            issue = (*now).clone();
        }
    }
    if makes || fields.get("issuetype").is_some() {
        let (name, number) = (said("issuetype", "name"), said("issuetype", "id"));
        issue.kind = judge.finder.issue_type(name.as_deref(), number.as_deref()).await?;
    }
    match fields.get("labels") {
        Some(Json::List(labels)) => {
            issue.labels = labels.iter().filter_map(Json::text).map(Into::into).collect()
        }
        Some(_) => issue.labels = Vec::new(),
        None => {}
    }
    if let Some(level) = fields.get("security") {
        let level = (!level.is_null()).then_some(level);
        let (name, id) = (said("security", "name"), said("security", "id"));
        issue.security =
            level.map(|_| Labelled { id: id.unwrap_or_default(), name: name.unwrap_or_default() });
    }
    let facts = issue.facts();
    if judge.bounds.terms().boundary().allows_issue(&facts) {
        return Ok(());
    }
    Err(refuse(judge.bounds, Objection::Issue(&facts)))
}

/// What a field holds that lies somewhere has to lie inside: an issue, a sprint, a version. One outside is none, and whether
/// there is such a thing is not told.
async fn points_inside(judge: &Judge<'_>, fields: &Json<'_>) -> Result<(), Refusal> {
    let Json::Object(members) = fields else { return Ok(()) };
    let is_custom = |name: &str| name.starts_with("customfield_");
    let known = if members.iter().any(|member| is_custom(&member.name)) {
        judge.finder.fields().await?
    } else {
        Arc::default()
    };
    for member in members {
        let own = OWN_FIELDS.iter().find(|(name, _)| *name == member.name).map(|(_, kind)| *kind);
        let kind = own.or_else(|| known.get(&*member.name).copied());
        let mut named = Vec::new();
        match kind {
            Some(_) if !names_in(&member.value, &mut named) => return Err(strange(&member.name)),
            Some(_) => {}
            None if member.name == "issuelinks" => ends_in(&member.value, &mut named),
            None if is_custom(&member.name) => keys_in(&member.value, &mut named),
            None => {}
        }
        lie_inside(judge, &member.name, kind, named).await?;
    }
    Ok(())
}

/// A field nobody knows the type of may hold any text that looks like a key.
async fn lie_inside(
    judge: &Judge<'_>,
    field: &str,
    kind: Option<Kind>,
    named: Vec<String>,
) -> Result<(), Refusal> {
    let what = kind.unwrap_or(Kind::Issue);
    for name in named {
        if !judge.is_inside(what, &name).await? {
            return Err(Refusal::new(
                Code::FieldNotPermitted,
                format!("The value {name:?} of {field} names a {what} that does not exist."),
            )
            .advise("Name what lies within the client's projects."));
        }
    }
    Ok(())
}

/// The issues at both ends of links, in whatever way they are set.
fn ends_in(value: &Json<'_>, named: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            for member in members {
                if matches!(&*member.name, "inwardIssue" | "outwardIssue") {
                    // What is no name here was trouble before.
                    let _named = names_in(&member.value, named);
                } else {
                    ends_in(&member.value, named);
                }
            }
        }
        Json::List(items) => items.iter().for_each(|item| ends_in(item, named)),
        Json::Scalar(_) => {}
    }
}

/// Jira's own fields that hold something of a project, by id.
const OWN_FIELDS: [(&str, Kind); 5] = [
    ("versions", Kind::Version),
    ("fixVersions", Kind::Version),
    ("components", Kind::Component),
    ("parent", Kind::Issue),
    ("project", Kind::Project),
];

fn strange(field: &str) -> Refusal {
    Refusal::new(Code::MalformedRequest, format!("What {field} is set to is nothing that it can hold."))
}

/// The ids and keys in a field's value, also in what `update` does to it; something with a name alone is looked for in the
/// issue's own project by Jira. `false`: something else stands there.
fn names_in(value: &Json<'_>, named: &mut Vec<String>) -> bool {
    match value {
        Json::List(items) => items.iter().all(|item| names_in(item, named)),
        Json::Object(members) => members.iter().all(|member| match &*member.name {
            "add" | "set" | "remove" | "edit" => names_in(&member.value, named),
            "id" | "key" => member.value.is_null() || names_in(&member.value, named),
            _ => true,
        }),
        Json::Scalar(_) if value.is_null() => true,
        Json::Scalar(_) => match value.name() {
            Some(name) => {
                named.extend(name.split(',').map(str::trim).filter(|one| !one.is_empty()).map(Into::into));
                true
            }
            None => false,
        },
    }
}

fn keys_in(value: &Json<'_>, keys: &mut Vec<String>) {
    match value {
        Json::Object(members) => members.iter().for_each(|member| keys_in(&member.value, keys)),
        Json::List(items) => items.iter().for_each(|item| keys_in(item, keys)),
        Json::Scalar(_) => {
            let text = value.text().map(|text| text.trim().to_ascii_uppercase());
            keys.extend(text.filter(|text| text.parse::<IssueKey>().is_ok()));
        }
    }
}
