//! The fields of an issue: names, kinds, and which of them are shown when nobody asks.

use serde_json::{Value, json};

/// A field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// The type of its value, in the words of `schema`; `array:x` is a list of x.
    pub(crate) kind: &'static str,
    pub(crate) navigable: bool,
    /// Whether create and edit screens have it.
    pub(crate) editable: bool,
    /// The number and type key of a custom field.
    pub(crate) custom: Option<(u64, &'static str)>,
}

const fn field(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    navigable: bool,
    editable: bool,
) -> Field {
    Field { id, name, kind, navigable, editable, custom: None }
}

/// Every field.
#[rustfmt::skip]
pub(crate) static FIELDS: [Field; 31] = [
    field("summary", "Summary", "string", true, true),
    field("description", "Description", "string", true, true),
    field("issuetype", "Issue Type", "issuetype", true, true),
    field("project", "Project", "project", true, true),
    field("status", "Status", "status", true, false),
    field("statuscategorychangedate", "Status Category Changed", "datetime", true, false),
    field("priority", "Priority", "priority", true, true),
    field("resolution", "Resolution", "resolution", true, true),
    field("resolutiondate", "Resolved", "datetime", true, false),
    field("assignee", "Assignee", "user", true, true),
    field("reporter", "Reporter", "user", true, true),
    field("creator", "Creator", "user", true, false),
    field("labels", "Labels", "array:string", true, true),
    field("components", "Components", "array:component", true, true),
    field("fixVersions", "Fix versions", "array:version", true, true),
    field("parent", "Parent", "issuelink", true, true),
    field("subtasks", "Sub-tasks", "array:issuelinks", true, false),
    field("issuelinks", "Linked Issues", "array:issuelinks", true, true),
    field("duedate", "Due date", "date", true, true),
    field("created", "Created", "datetime", true, false),
    field("updated", "Updated", "datetime", true, false),
    field("security", "Security Level", "securitylevel", true, true),
    field("watches", "Watchers", "watches", true, false),
    field("votes", "Votes", "votes", true, false),
    field("comment", "Comment", "comments-page", false, true),
    field("worklog", "Log Work", "array:worklog", false, true),
    field("attachment", "Attachment", "array:attachment", false, true),
    field("timetracking", "Time tracking", "timetracking", false, true),
    Field { custom: Some((10016, "com.pyxis.greenhopper.jira:jsw-story-points")), ..field("customfield_10016", "Story point estimate", "number", true, true) },
    Field { custom: Some((10019, "com.pyxis.greenhopper.jira:gh-lexo-rank")), ..field("customfield_10019", "Rank", "any", true, false) },
    Field { custom: Some((10020, "com.pyxis.greenhopper.jira:gh-sprint")), ..field("customfield_10020", "Sprint", "array:json", true, true) },
];

/// A field by id, or by name as JQL and people write it.
pub(crate) fn find(id_or_name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.id == id_or_name || field.name.eq_ignore_ascii_case(id_or_name))
}

impl Field {
    /// The field's `schema`.
    pub(crate) fn schema(&self) -> Value {
        let mut schema = match self.kind.split_once(':') {
            Some((outer, inner)) => json!({"type": outer, "items": inner}),
            None => json!({"type": self.kind}),
        };
        let more = match self.custom {
            Some((number, key)) => json!({"custom": key, "customId": number}),
            None => json!({"system": self.id}),
        };
        if let (Some(schema), Value::Object(more)) = (schema.as_object_mut(), more) {
            schema.extend(more);
        }
        schema
    }

    /// As `GET /field` lists it.
    pub(crate) fn json(&self) -> Value {
        let clause = self.custom.map_or_else(|| self.id.to_owned(), |(number, _)| format!("cf[{number}]"));
        let mut listed = json!({
            "id": self.id, "key": self.id, "name": self.name, "custom": self.custom.is_some(), "orderable": self.editable,
            "navigable": self.navigable, "searchable": true, "clauseNames": [clause, self.name], "schema": self.schema(),
        });
        if self.custom.is_some()
            && let Some(listed) = listed.as_object_mut()
        {
            listed.insert("untranslatedName".to_owned(), json!(self.name));
        }
        listed
    }
}

/// Which fields an answer shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    all: bool,
    navigable: bool,
    named: Vec<String>,
    without: Vec<String>,
}

impl Wanted {
    /// From a list such as `*all,-comment` or `summary,status`; an empty list means `default`.
    pub(crate) fn from_list<'a>(list: impl IntoIterator<Item = &'a str>, default: &'a str) -> Self {
        let mut wanted = Self::default();
        for word in list {
            wanted.take(word);
        }
        let nothing = !wanted.all && !wanted.navigable && wanted.named.is_empty();
        if nothing {
            wanted.take(default);
        }
        wanted
    }

    /// Every field.
    pub(crate) fn everything() -> Self {
        Self { all: true, ..Self::default() }
    }

    fn take(&mut self, word: &str) {
        match word.trim() {
            "*all" => self.all = true,
            "*navigable" => self.navigable = true,
            word => match word.strip_prefix('-') {
                Some(less) => self.without.push(less.to_owned()),
                None => self.named.push(word.to_owned()),
            },
        }
    }

    /// Whether a field is shown.
    pub(crate) fn has(&self, field: &Field) -> bool {
        let is = |names: &[String]| {
            names.iter().any(|name| name == field.id || name.eq_ignore_ascii_case(field.name))
        };
        !is(&self.without) && (self.all || (self.navigable && field.navigable) || is(&self.named))
    }

    /// Whether nothing but ids and keys is shown.
    pub(crate) fn is_bare(&self) -> bool {
        !FIELDS.iter().any(|field| self.has(field))
    }

    /// Whether only the id was asked for: then there is no key either.
    pub(crate) fn is_id_only(&self) -> bool {
        !self.all && !self.navigable && !self.named.is_empty() && self.named.iter().all(|name| name == "id")
    }
}
