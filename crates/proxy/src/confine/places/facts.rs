//! What Atlassian says of things: read from its answers.

use std::sync::Arc;

use catalogue::Kind;
use policy::{IssueFacts, Named};
use serde_json::Value;

use super::Place;

/// A project or a space, as Atlassian calls it now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Container {
    pub(in super::super) id: String,
    pub(in super::super) key: String,
    pub(in super::super) title: String,
}

/// A name and an id, as Jira gives them for a type, a level or a status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Labelled {
    pub(in super::super) id: String,
    pub(in super::super) name: String,
}

impl Labelled {
    pub(in super::super) fn named(&self) -> Named<'_> {
        Named { name: &self.name, id: &self.id }
    }
}

/// What an issue is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(in super::super) id: String,
    pub(in super::super) key: String,
    pub(in super::super) project: Container,
    pub(in super::super) kind: Labelled,
    pub(in super::super) labels: Vec<String>,
    pub(in super::super) security: Option<Labelled>,
}

impl Issue {
    pub(in super::super) fn facts(&self) -> IssueFacts<'_> {
        IssueFacts {
            key: &self.key,
            id: &self.id,
            project_key: &self.project.key,
            project_id: &self.project.id,
            issue_type: self.kind.named(),
            labels: &self.labels,
            security: self.security.as_ref().map(Labelled::named),
        }
    }
}

/// A transition, as Jira says it is; all empty where Jira does not offer it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Transition {
    pub(in super::super) name: String,
    pub(in super::super) from: Labelled,
    pub(in super::super) to: Labelled,
}

/// The fields a boundary is decided on.
pub(super) const FIELDS: &str = "project,issuetype,labels,security";

pub(super) fn with(kind: Kind, name: String) -> Place {
    Place::With([(kind, name)].into())
}

pub(super) fn encoded(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
}

/// An id, which some answers give as a number and others as a text.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn text(value: Option<&Value>) -> String {
    value.and_then(id).unwrap_or_default()
}

pub(super) fn labelled(value: &Value) -> Labelled {
    Labelled { id: text(value.get("id")), name: text(value.get("name")) }
}

pub(super) fn container(value: &Value) -> Option<Container> {
    let (key, title) = (text(value.get("key")), text(value.get("name")));
    Some(Container { id: id(value.get("id")?)?, key, title })
}

pub(super) fn issue(value: &Value) -> Option<Arc<Issue>> {
    let fields = value.get("fields")?;
    let labels = fields.get("labels").and_then(Value::as_array);
    Some(Arc::new(Issue {
        id: id(value.get("id")?)?,
        key: id(value.get("key")?)?,
        project: container(fields.get("project")?)?,
        kind: labelled(fields.get("issuetype")?),
        labels: labels.into_iter().flatten().filter_map(id).collect(),
        security: fields.get("security").filter(|level| level.is_object()).map(labelled),
    }))
}

pub(super) fn project(value: &Value) -> Option<Place> {
    container(value).map(|project| Place::Project(Arc::new(project)))
}

/// Something that says in which project it lies.
pub(super) fn in_project(value: &Value) -> Option<Place> {
    let key = ["projectKey", "project"].iter().find_map(|name| id(value.get(*name)?));
    let number = value.get("projectId").and_then(id);
    number.or(key).map(|project| with(Kind::Project, project))
}

pub(super) fn space(value: &Value) -> Option<Place> {
    container(value).map(|space| Place::Space(Arc::new(space)))
}
