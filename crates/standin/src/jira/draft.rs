//! A change in the making: values are read and checked one by one, and nothing is written until all of them are right.

mod values;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::jira::fields::{self, Field};
use crate::jira::model::{Issue, Item};
use crate::jira::{Jira, rich, tables};
use crate::reply::Reply;
use crate::turn::Turn;
use crate::world::people::AccountId;

pub(crate) use values::{document, person, text_of};
use values::{id_or_name, row_id, rows, strings};

/// An issue as it will be, what changes, and what is wrong.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) issue: Issue,
    pub(crate) items: Vec<Item>,
    errors: Map<String, Value>,
}

impl Item {
    /// A change of words only.
    pub(crate) fn words(field: &str, from: Option<String>, to: Option<String>) -> Self {
        Self::ids(field, (None, from), (None, to))
    }

    /// A change of something with an id and a word.
    pub(crate) fn ids(
        field: &str,
        (from, from_text): (Option<String>, Option<String>),
        (to, to_text): (Option<String>, Option<String>),
    ) -> Self {
        let known = fields::find(field);
        let custom = known.is_some_and(|known| known.custom.is_some());
        let name = known.filter(|_| custom).map_or(field, |known| known.name);
        Self { field: name.to_owned(), field_id: field.to_owned(), custom, from, from_text, to, to_text }
    }
}

impl Draft {
    /// Starts from an issue as it is.
    pub(crate) fn of(issue: &Issue) -> Self {
        Self { issue: issue.clone(), items: Vec::new(), errors: Map::new() }
    }

    /// Notes that a field's value will not do.
    pub(crate) fn refuse(&mut self, field: &str, sentence: impl Into<String>) {
        self.errors.insert(field.to_owned(), json!(sentence.into()));
    }

    /// The finished draft, or every complaint at once.
    pub(crate) fn finished(self) -> Result<(Issue, Vec<Item>), Reply> {
        if self.errors.is_empty() {
            return Ok((self.issue, self.items));
        }
        Err(Reply::with(StatusCode::BAD_REQUEST, &json!({"errorMessages": [], "errors": self.errors})))
    }

    /// Sets a field, or notes why not.
    pub(crate) fn set(&mut self, turn: &Turn<'_>, field: &str, value: &Value) {
        let editable = fields::FIELDS.iter().find(|known| known.id == field).filter(|known| known.editable);
        let Some(known) = editable else {
            let sentence =
                format!("Field '{field}' cannot be set. It is not on the appropriate screen, or unknown.");
            self.refuse(field, sentence);
            return;
        };
        if let Err(sentence) = self.set_known(turn, known, value) {
            self.refuse(field, sentence);
        }
    }

    fn set_known(&mut self, turn: &Turn<'_>, field: &Field, value: &Value) -> Result<(), String> {
        let jira = turn.jira();
        match field.id {
            "summary" => self.summary(value)?,
            "description" => self.description(turn, value)?,
            "assignee" | "reporter" => self.person(turn, field.id, value)?,
            "labels" => self.labels(strings(value).ok_or("The labels must be a list of texts")?)?,
            "priority" => self.priority(value)?,
            "resolution" => self.resolution(value)?,
            "issuetype" => self.issue_type(jira, value)?,
            "components" => self.named(jira, "components", value)?,
            "fixVersions" => self.named(jira, "fixVersions", value)?,
            "duedate" => self.due(value)?,
            "parent" => self.parent(turn, value)?,
            "security" => self.security(turn, value)?,
            "customfield_10016" => self.story_points(value)?,
            "customfield_10020" => self.sprint(jira, value)?,
            "project" | "timetracking" => {}
            _ => return Err(format!("Field '{}' cannot be set this way.", field.id)),
        }
        Ok(())
    }

    fn note(&mut self, item: Item) {
        if item.from != item.to || item.from_text != item.to_text {
            self.items.push(item);
        }
    }

    fn summary(&mut self, value: &Value) -> Result<(), String> {
        let text = value.as_str().map(str::trim).unwrap_or_default();
        if text.is_empty() {
            return Err("You must specify a summary of the issue.".to_owned());
        }
        if text.contains('\n') {
            return Err("The summary is invalid because it contains newline characters.".to_owned());
        }
        if text.chars().count() > 255 {
            return Err("Summary can't exceed 255 characters.".to_owned());
        }
        let old = std::mem::replace(&mut self.issue.summary, text.to_owned());
        self.note(Item::words("summary", Some(old), Some(text.to_owned())));
        Ok(())
    }

    fn description(&mut self, turn: &Turn<'_>, value: &Value) -> Result<(), String> {
        let new = document(turn, value)?;
        let text = |document: &Option<Value>| document.as_ref().map(rich::to_text);
        let item = Item::words("description", text(&self.issue.description), text(&new));
        self.issue.description = new;
        self.note(item);
        Ok(())
    }

    fn person(&mut self, turn: &Turn<'_>, field: &str, value: &Value) -> Result<(), String> {
        let new = person(turn, value)?;
        if let (true, Some(id)) = (field == "assignee", &new) {
            let project = turn.jira().project_by_id(self.issue.project);
            let who = turn.world.people.get(id);
            if !project
                .is_some_and(|project| project.scheme.allows(who, "ASSIGNABLE_USER", Some(&self.issue)))
            {
                let name = who.map_or("", |who| who.display_name.as_str());
                return Err(format!("User '{name}' cannot be assigned issues."));
            }
        }
        let slot = if field == "assignee" { &mut self.issue.assignee } else { &mut self.issue.reporter };
        let old = std::mem::replace(slot, new.clone());
        let word = |id: Option<AccountId>| {
            let name =
                id.as_ref().and_then(|id| turn.world.people.get(id)).map(|who| who.display_name.clone());
            (id.map(|id| id.to_string()), name)
        };
        self.note(Item::ids(field, word(old), word(new)));
        Ok(())
    }

    /// Replaces the labels.
    pub(crate) fn labels(&mut self, new: Vec<String>) -> Result<(), String> {
        if let Some(bad) = new.iter().find(|label| label.contains(' ')) {
            return Err(format!("The label '{bad}' contains spaces which is invalid."));
        }
        let mut labels: Vec<String> = Vec::new();
        for label in new.into_iter().filter(|label| !label.is_empty()) {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let old = std::mem::replace(&mut self.issue.labels, labels);
        self.note(Item::words("labels", Some(old.join(" ")), Some(self.issue.labels.join(" "))));
        Ok(())
    }

    fn priority(&mut self, value: &Value) -> Result<(), String> {
        let rows = tables::PRIORITIES.iter().map(|row| (row.0, row.1));
        let new =
            tables::by_id_or_name(rows, &id_or_name(value)?).ok_or("The priority selected is invalid.")?;
        let old = std::mem::replace(&mut self.issue.priority, new);
        let word = |id: u64| (Some(id.to_string()), Some(tables::priority_name(id).to_owned()));
        self.note(Item::ids("priority", word(old), word(new)));
        Ok(())
    }

    fn resolution(&mut self, value: &Value) -> Result<(), String> {
        let rows = tables::RESOLUTIONS.iter().map(|row| (row.0, row.1));
        let new = match value {
            Value::Null => None,
            value => {
                Some(tables::by_id_or_name(rows, &id_or_name(value)?).ok_or("The resolution is invalid.")?)
            }
        };
        self.resolve(new);
        Ok(())
    }

    /// Sets or takes away the resolution.
    pub(crate) fn resolve(&mut self, new: Option<u64>) {
        let old = std::mem::replace(&mut self.issue.resolution, new);
        let word = |id: Option<u64>| {
            (id.map(|id| id.to_string()), id.map(|id| tables::resolution_name(id).to_owned()))
        };
        self.note(Item::ids("resolution", word(old), word(new)));
    }

    fn issue_type(&mut self, jira: &Jira, value: &Value) -> Result<(), String> {
        let project = jira.project_by_id(self.issue.project);
        let types = project.map_or(&[][..], |project| project.issue_types);
        let rows = tables::ISSUE_TYPES.iter().filter(|row| types.contains(&row.0)).map(|row| (row.0, row.1));
        let new = tables::by_id_or_name(rows, &id_or_name(value)?).ok_or("Specify a valid issue type")?;
        let old = std::mem::replace(&mut self.issue.issue_type, new);
        let word = |id: u64| (Some(id.to_string()), Some(tables::issue_type_name(id).to_owned()));
        self.note(Item::ids("issuetype", word(old), word(new)));
        Ok(())
    }

    /// Replaces components or versions by the rows a list names.
    fn named(&mut self, jira: &Jira, field: &str, value: &Value) -> Result<(), String> {
        let rows = rows(jira, &self.issue, field);
        let listed = value.as_array().ok_or("data was not an array")?;
        let ids = listed.iter().map(|one| row_id(rows, one)).collect::<Result<Vec<_>, _>>()?;
        self.replace_named(jira, field, &ids);
        Ok(())
    }

    /// Adds or takes away one component or version.
    pub(crate) fn change_named(
        &mut self,
        jira: &Jira,
        field: &str,
        (add, one): (bool, &Value),
    ) -> Result<(), String> {
        let id = row_id(rows(jira, &self.issue, field), one)?;
        let mut ids = if field == "components" {
            self.issue.components.clone()
        } else {
            self.issue.fix_versions.clone()
        };
        ids.retain(|other| *other != id);
        if add {
            ids.push(id);
        }
        self.replace_named(jira, field, &ids);
        Ok(())
    }

    fn replace_named(&mut self, jira: &Jira, field: &str, ids: &[u64]) {
        let rows = rows(jira, &self.issue, field);
        let words = |ids: &[u64]| {
            let names: Vec<_> =
                rows.iter().filter(|row| ids.contains(&row.id)).map(|row| row.name.as_str()).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let slot =
            if field == "components" { &mut self.issue.components } else { &mut self.issue.fix_versions };
        let old = std::mem::replace(slot, ids.to_vec());
        self.note(Item::words(field, words(&old), words(ids)));
    }

    fn due(&mut self, value: &Value) -> Result<(), String> {
        let new = match value {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            Value::String(text) if text.parse::<jiff::civil::Date>().is_ok() => Some(text.clone()),
            _ => return Err("The date must be of the format \"yyyy-MM-dd\"".to_owned()),
        };
        let old = std::mem::replace(&mut self.issue.due, new.clone());
        self.note(Item::words("duedate", old, new));
        Ok(())
    }

    fn parent(&mut self, turn: &Turn<'_>, value: &Value) -> Result<(), String> {
        let jira = turn.jira();
        let new = match value {
            Value::Null => None,
            value => {
                let named = ["key", "id"].iter().find_map(|name| value.get(name)).and_then(text_of);
                let found = named.as_deref().and_then(|named| jira.find(named));
                let seen = found.filter(|issue| crate::jira::access::sees(jira, turn.me(), issue));
                Some(seen.ok_or("Could not find issue by id or key.")?.id)
            }
        };
        let old = std::mem::replace(&mut self.issue.parent, new);
        let word = |id: Option<u64>| {
            let key = id.and_then(|id| jira.issues.get(&id)).map(|issue| issue.key.clone());
            (id.map(|id| id.to_string()), key)
        };
        self.note(Item::ids("parent", word(old), word(new)));
        Ok(())
    }

    fn security(&mut self, turn: &Turn<'_>, value: &Value) -> Result<(), String> {
        let project = turn.jira().project_by_id(self.issue.project);
        if !project
            .is_some_and(|project| project.scheme.allows(turn.me(), "SET_ISSUE_SECURITY", Some(&self.issue)))
        {
            let sentence = "Field 'security' cannot be set. It is not on the appropriate screen, or unknown.";
            return Err(sentence.to_owned());
        }
        let rows = tables::SECURITY_LEVELS.iter().map(|row| (row.0, row.1));
        let new = match value {
            Value::Null => None,
            value => {
                Some(tables::by_id_or_name(rows, &id_or_name(value)?).ok_or("Security level is invalid.")?)
            }
        };
        let old = std::mem::replace(&mut self.issue.security, new);
        let word = |id: Option<u64>| id.map(|id| id.to_string());
        self.note(Item::ids("security", (word(old), None), (word(new), None)));
        Ok(())
    }

    fn story_points(&mut self, value: &Value) -> Result<(), String> {
        let new = match value {
            Value::Null => None,
            value => Some(value.as_f64().ok_or("Operation value must be a number")?),
        };
        let old = std::mem::replace(&mut self.issue.story_points, new);
        let word = |points: Option<f64>| points.map(|points| points.to_string());
        self.note(Item::words("customfield_10016", word(old), word(new)));
        Ok(())
    }

    fn sprint(&mut self, jira: &Jira, value: &Value) -> Result<(), String> {
        let new = match value {
            Value::Null => Vec::new(),
            value => {
                let id = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
                let id = id.ok_or("Number value expected as the Sprint id.")?;
                jira.sprints.iter().find(|sprint| sprint.id == id).ok_or("The sprint does not exist.")?;
                vec![id]
            }
        };
        self.place(jira, new);
        Ok(())
    }

    /// Puts the issue into sprints, or into the backlog.
    pub(crate) fn place(&mut self, jira: &Jira, new: Vec<u64>) {
        let old = std::mem::replace(&mut self.issue.sprints, new);
        let word = |ids: &[u64]| {
            let ids_text: Vec<_> = ids.iter().map(u64::to_string).collect();
            let names: Vec<_> =
                jira.sprints.iter().filter(|s| ids.contains(&s.id)).map(|s| s.name.clone()).collect();
            (Some(ids_text.join(", ")), Some(names.join(", ")))
        };
        let item = Item::ids("customfield_10020", word(&old), word(&self.issue.sprints));
        self.note(item);
    }
}
