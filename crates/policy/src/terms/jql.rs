//! A boundary as a condition of Jira's query language.

use std::borrow::Cow;

use query::{cql, jql};

use super::boundary::{Boundary, NO_LEVEL};
use super::names::{Entry, Names, Rule, Texts, same};

impl Boundary {
    /// What an issue must be, projects included, as one condition in JQL: to be joined to a search with `AND`, in
    /// brackets. `None`: every issue is.
    ///
    /// A search that holds it finds no issue the boundary does not allow, the manifest's own condition included. What it finds may be
    /// less than [`Boundary::allows_issue`] allows: Jira compares labels as they are spelt.
    #[must_use]
    pub fn as_jql(&self) -> Option<String> {
        self.as_jql_without(&[])
    }

    /// The same without projects of these names, as the manifest calls them: Jira takes no query that names a project which is not
    /// there, or which the account does not see.
    #[must_use]
    pub fn as_jql_without(&self, gone: &[String]) -> Option<String> {
        let mut parts = Vec::new();
        among("project", &self.projects, gone, &mut parts);
        among("issuetype", &self.types, &[], &mut parts);
        levels(&self.security, &mut parts);
        if let Some(labels) = &self.labels {
            parts.push(one_of("labels", &texts(labels)));
        }
        if !self.deny_labels.is_empty() {
            let list = texts(&self.deny_labels).join(", ");
            parts.push(format!("(labels is EMPTY OR labels not in ({list}))"));
        }
        parts.extend(self.jql().map(|own| format!("({own})")));
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }
}

impl Boundary {
    /// [`Boundary::as_jql_without`] as a part to constrain queries with. One that could not be read again would find nothing.
    #[must_use]
    pub fn jql_clause(&self, gone: &[String]) -> Option<Cow<'_, jql::Clause>> {
        let nothing = || jql::Clause::field_in("project", NO_NAMES);
        let clause = |text: String| jql::Query::parse_printed(&text).ok()?.clause().cloned();
        let read = |text: String| clause(text).unwrap_or_else(nothing);
        if gone.is_empty() {
            return self.clauses.jql.get_or_init(|| self.as_jql().map(read)).as_ref().map(Cow::Borrowed);
        }
        self.as_jql_without(gone).map(read).map(Cow::Owned)
    }

    /// The same for Confluence.
    #[must_use]
    pub fn cql_clause(&self, gone: &[String]) -> Option<Cow<'_, cql::Clause>> {
        let nothing = || cql::Clause::field_in("space", NO_NAMES);
        let clause = |text: String| cql::Query::parse_printed(&text).ok()?.clause().cloned();
        let read = |text: String| clause(text).unwrap_or_else(nothing);
        if gone.is_empty() {
            return self.clauses.cql.get_or_init(|| self.as_cql().map(read)).as_ref().map(Cow::Borrowed);
        }
        self.as_cql_without(gone).map(read).map(Cow::Owned)
    }

    /// Which spaces there are, as one condition in Confluence's query language: to be joined to a search with `AND`, in
    /// brackets. `None`: all.
    #[must_use]
    pub fn as_cql(&self) -> Option<String> {
        self.as_cql_without(&[])
    }

    /// The same without spaces of these names, as [`Boundary::as_jql_without`].
    #[must_use]
    pub fn as_cql_without(&self, gone: &[String]) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(allow) = &self.spaces.allow {
            let list = names(allow, |entry| !is_among(entry, gone));
            parts.push(if list.is_empty() {
                "space = \"\"".to_owned()
            } else {
                format!("space in ({})", list.join(", "))
            });
        }
        let denied = names(&self.spaces.deny, |entry| !is_among(entry, gone));
        if !denied.is_empty() {
            parts.push(format!("space not in ({})", denied.join(", ")));
        }
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }
}

const NO_NAMES: [&str; 0] = [];

/// What no issue is.
const NOTHING: &str = "(id is EMPTY)";

fn is_among(entry: &Entry, gone: &[String]) -> bool {
    match entry {
        Entry::Text(text) => gone.iter().any(|name| **name == **text),
        Entry::Id(id) => gone.contains(&id.to_string()),
    }
}

fn among(field: &str, rule: &Rule, gone: &[String], parts: &mut Vec<String>) {
    if let Some(allow) = &rule.allow {
        parts.push(one_of(field, &names(allow, |entry| !is_among(entry, gone))));
    }
    let denied = names(&rule.deny, |entry| !is_among(entry, gone));
    if !denied.is_empty() {
        parts.push(format!("{field} not in ({})", denied.join(", ")));
    }
}

fn levels(rule: &Rule, parts: &mut Vec<String>) {
    let is_none = |entry: &Entry| matches!(entry, Entry::Text(text) if same(text, NO_LEVEL));
    let has_none = |names: &Names| names.entries.iter().any(|(entry, _)| is_none(entry));
    if let Some(allow) = &rule.allow {
        let some = names(allow, |entry| !is_none(entry));
        parts.push(match (has_none(allow), some.is_empty()) {
            (true, true) => "level is EMPTY".to_owned(),
            (true, false) => format!("(level is EMPTY OR level in ({}))", some.join(", ")),
            (false, _) => one_of("level", &some),
        });
    }
    if has_none(&rule.deny) {
        parts.push("level is not EMPTY".to_owned());
    }
    let denied = names(&rule.deny, |entry| !is_none(entry));
    if !denied.is_empty() {
        parts.push(format!("(level is EMPTY OR level not in ({}))", denied.join(", ")));
    }
}

fn one_of(field: &str, list: &[String]) -> String {
    if list.is_empty() { NOTHING.to_owned() } else { format!("{field} in ({})", list.join(", ")) }
}

fn names(names: &Names, wanted: impl Fn(&Entry) -> bool) -> Vec<String> {
    let write = |entry: &Entry| match entry {
        Entry::Text(text) => quoted(text),
        Entry::Id(id) => id.to_string(),
    };
    names.entries.iter().filter(|(entry, _)| wanted(entry)).map(|(entry, _)| write(entry)).collect()
}

fn texts(texts: &Texts) -> Vec<String> {
    texts.iter().map(|(text, _)| quoted(text)).collect()
}

/// A text as JQL quotes it. Manifests have no control characters in names, so nothing else needs an escape.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
