//! Which projects, spaces and issues exist for a client.

use std::sync::{Arc, OnceLock};

use query::{cql, jql};
use types::Face;

use super::names::{Entry, Names, Rule, Texts, same};

/// What `[projects]`, `[spaces]` and `[issues]` say, with the guardrails' denies.
///
/// It is asked about what things *are*: a key or an id a client wrote is a name until somebody has looked it up.
#[derive(Debug, Default)]
pub struct Boundary {
    pub(crate) projects: Rule,
    pub(crate) spaces: Rule,
    pub(crate) types: Rule,
    pub(crate) security: Rule,
    /// `None`: any. At least one of them, as they are spelt.
    pub(crate) labels: Option<Texts>,
    /// None of them, however they are capitalised.
    pub(crate) deny_labels: Texts,
    pub(crate) jql: Option<(Box<str>, Arc<str>)>,
    /// Where `[issues]` stands.
    pub(crate) issues_label: Option<Arc<str>>,
    /// The boundary as conditions, made when the first query is constrained.
    pub(crate) clauses: Clauses,
}

/// A boundary as parts of queries.
#[derive(Debug, Default)]
pub(crate) struct Clauses {
    pub(crate) jql: OnceLock<Option<jql::Clause>>,
    pub(crate) cql: OnceLock<Option<cql::Clause>>,
}

/// The word for an issue without a security level.
pub(crate) const NO_LEVEL: &str = "none";

/// A name and an id of one thing; empty: not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'f> {
    /// Its name, as people see it.
    pub name: &'f str,
    /// Its id, in digits.
    pub id: &'f str,
}

/// What an issue is, as Jira says it. An empty text is something that is not known; it is let in nowhere where a list
/// would have to know it.
#[derive(Clone, Copy, Debug, Default)]
pub struct IssueFacts<'f> {
    /// Its key now.
    pub key: &'f str,
    /// Its id.
    pub id: &'f str,
    /// The key of its project now.
    pub project_key: &'f str,
    /// The id of its project.
    pub project_id: &'f str,
    /// Its type.
    pub issue_type: Named<'f>,
    /// All of its labels.
    pub labels: &'f [String],
    /// Its security level; `None`: it has none.
    pub security: Option<Named<'f>>,
}

impl Boundary {
    pub(crate) const fn free() -> Self {
        Self {
            projects: Rule::FREE,
            spaces: Rule::FREE,
            types: Rule::FREE,
            security: Rule::FREE,
            labels: None,
            deny_labels: Vec::new(),
            jql: None,
            issues_label: None,
            clauses: Clauses { jql: OnceLock::new(), cql: OnceLock::new() },
        }
    }

    /// Whether there is none: everything exists.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.bounds_nothing_in_jira() && !self.bounds_spaces()
    }

    const fn bounds_nothing_in_jira(&self) -> bool {
        !self.bounds_projects() && !self.bounds_issues()
    }

    /// Whether some projects do not exist for the client.
    #[must_use]
    pub const fn bounds_projects(&self) -> bool {
        !self.projects.is_free()
    }

    /// Whether some spaces do not.
    #[must_use]
    pub const fn bounds_spaces(&self) -> bool {
        !self.spaces.is_free()
    }

    /// Whether some issues do not, apart from whole projects.
    #[must_use]
    pub const fn bounds_issues(&self) -> bool {
        !self.types.is_free()
            || !self.security.is_free()
            || self.labels.is_some()
            || !self.deny_labels.is_empty()
            || self.jql.is_some()
    }

    /// Whether a project exists for the client. An empty key or id is one that is not known.
    #[must_use]
    pub fn allows_project(&self, key: &str, id: &str) -> bool {
        self.projects.allows(key, id)
    }

    /// The same for a space of Confluence.
    #[must_use]
    pub fn allows_space(&self, key: &str, id: &str) -> bool {
        self.spaces.allows(key, id)
    }

    /// Whether a project exists for the client of which only the key or only the id is known; `None`: that hangs on the other.
    #[must_use]
    pub fn knows_project(&self, key: &str, id: &str) -> Option<bool> {
        self.projects.knows(key, id)
    }

    /// The same for a space of Confluence.
    #[must_use]
    pub fn knows_space(&self, key: &str, id: &str) -> Option<bool> {
        self.spaces.knows(key, id)
    }

    /// Whether it has anything to say about operations of this face.
    #[must_use]
    pub const fn bounds(&self, face: Face) -> bool {
        match face {
            Face::JiraCloud | Face::JiraDataCenter => !self.bounds_nothing_in_jira(),
            Face::ConfluenceCloud | Face::ConfluenceDataCenter => self.bounds_spaces(),
        }
    }

    /// Whether an issue exists for the client, as far as facts can say: [`Boundary::jql`] is for Jira to judge.
    #[must_use]
    pub fn allows_issue(&self, issue: &IssueFacts<'_>) -> bool {
        self.allows_project(issue.project_key, issue.project_id)
            && self.types.allows(issue.issue_type.name, issue.issue_type.id)
            && self.allows_security(issue.security)
            && self.allows_labels(issue.labels)
    }

    fn allows_security(&self, level: Option<Named<'_>>) -> bool {
        match level {
            // A level somebody has called "none" is one all the same: it goes by its id alone.
            Some(level) if same(level.name, NO_LEVEL) => self.security.allows("", level.id),
            Some(level) => self.security.allows(level.name, level.id),
            None => self.security.allows(NO_LEVEL, "0"),
        }
    }

    fn allows_labels(&self, labels: &[String]) -> bool {
        let has = |wanted: &(Box<str>, Arc<str>)| labels.iter().any(|label| **label == *wanted.0);
        let bad = |denied: &(Box<str>, Arc<str>)| labels.iter().any(|label| same(label, &denied.0));
        self.labels.as_ref().is_none_or(|wanted| wanted.iter().any(has)) && !self.deny_labels.iter().any(bad)
    }

    /// The manifest's own condition, in JQL; `None`: it has none. No fact says whether it holds.
    #[must_use]
    pub fn jql(&self) -> Option<&str> {
        self.jql.as_ref().map(|(jql, _)| &**jql)
    }

    /// The keys and ids of the projects that exist for the client, each once; `None`: all but those that are denied.
    pub fn allowed_projects(&self) -> Option<impl Iterator<Item = String> + '_> {
        Some(shown(self.projects.allow.as_ref()?))
    }

    /// The keys and ids of the projects that do not exist for the client, each once.
    pub fn denied_projects(&self) -> impl Iterator<Item = String> + '_ {
        shown(&self.projects.deny)
    }

    /// The same for spaces.
    pub fn denied_spaces(&self) -> impl Iterator<Item = String> + '_ {
        shown(&self.spaces.deny)
    }

    /// As [`Boundary::allowed_projects`] for spaces.
    pub fn allowed_spaces(&self) -> Option<impl Iterator<Item = String> + '_> {
        Some(shown(self.spaces.allow.as_ref()?))
    }
}

fn shown(names: &Names) -> impl Iterator<Item = String> + '_ {
    names.entries.iter().map(|(entry, _)| match entry {
        Entry::Text(text) => text.to_string(),
        Entry::Id(id) => id.to_string(),
    })
}
