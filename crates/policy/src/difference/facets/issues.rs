//! Which projects, spaces and issues there are.

use super::{Allowed, Among, Facet, Item, Subject, Weighs};
use crate::terms::Boundary;

pub(super) const PROJECTS: Facet = Facet { name: "projects", weighs: Weighs::Permits, of: projects };
pub(super) const SPACES: Facet = Facet { name: "spaces", weighs: Weighs::Permits, of: spaces };
pub(super) const TYPES: Facet = Facet { name: "issue types", weighs: Weighs::Permits, of: types };
pub(super) const LABELS: Facet = Facet { name: "labels", weighs: Weighs::Permits, of: labels };
pub(super) const LEVELS: Facet = Facet { name: "security levels", weighs: Weighs::Permits, of: levels };
pub(super) const JQL: Facet = Facet { name: "issues by jql", weighs: Weighs::Permits, of: jql };

fn boundary<'r>(subject: &Subject<'r>) -> &'r Boundary {
    subject.manifest().terms().boundary()
}

fn projects(subject: &Subject<'_>) -> Allowed {
    Allowed::Among(Among::rule(&boundary(subject).projects, "every project").told())
}

fn spaces(subject: &Subject<'_>) -> Allowed {
    Allowed::Among(Among::rule(&boundary(subject).spaces, "every space").told())
}

fn types(subject: &Subject<'_>) -> Allowed {
    Allowed::Among(Among::rule(&boundary(subject).types, "every type"))
}

fn levels(subject: &Subject<'_>) -> Allowed {
    Allowed::Among(Among::rule(&boundary(subject).security, "every security level"))
}

fn labels(subject: &Subject<'_>) -> Allowed {
    let boundary = boundary(subject);
    Allowed::Among(Among::several(boundary.labels.as_ref(), &boundary.deny_labels, "every label or none"))
}

fn jql(subject: &Subject<'_>) -> Allowed {
    Allowed::Condition(Condition(boundary(subject).jql().map(str::to_owned)))
}

/// A condition in JQL that must hold; `None`: there is none.
#[derive(Clone, Debug)]
pub(in crate::difference) struct Condition(Option<String>);

impl Condition {
    pub(super) const fn is_free(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn whole(&self) -> Vec<Item> {
        vec![Item::new(self.0.as_deref().unwrap_or("every issue"))]
    }

    /// What may hold of issues here and not there. Which issues those are only Jira could say; what is certain is that a condition with
    /// all the parts of another, and more, finds no more.
    pub(super) fn beyond(&self, other: &Self) -> Vec<Item> {
        let Some(theirs) = &other.0 else { return Vec::new() };
        let Some(mine) = &self.0 else {
            return vec![Item::new(format!("every issue for which not: {theirs}"))];
        };
        let (parts, needed) = (parts(mine), parts(theirs));
        if needed.iter().all(|part| parts.contains(part)) {
            return Vec::new();
        }
        vec![Item::new(format!("{mine} (cannot be shown to be narrower)"))]
    }
}

fn parts(condition: &str) -> Vec<String> {
    // Conditions are kept as they were printed, so this one can be read.
    query::jql::Clause::parse(condition)
        .map_or_else(|_| vec![condition.to_owned()], |clause| clause.conjuncts())
}
