//! What the terms do not allow, told as a denial.

use std::sync::Arc;

use types::Code;

use super::boundary::{Boundary, IssueFacts, NO_LEVEL};
use super::comments::Audience;
use super::transitions::TransitionFacts;
use super::{Rule, Terms};
use crate::denial::{Denial, Edit, GUARDRAILS, edit};
use crate::manifest::Manifest;

/// What of a request the terms of its permit do not allow.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Objection<'o> {
    /// It touches a project that does not exist for the client.
    Project {
        /// Its key; empty: not known.
        key: &'o str,
        /// Its id; empty: not known.
        id: &'o str,
    },
    /// It touches a space that does not exist for the client.
    Space {
        /// Its key; empty: not known.
        key: &'o str,
        /// Its id; empty: not known.
        id: &'o str,
    },
    /// It touches an issue that does not exist for the client.
    Issue(&'o IssueFacts<'o>),
    /// It sets a field that may not be set.
    Field(&'o str),
    /// It makes a transition that may not be made.
    Transition(&'o TransitionFacts<'o>),
    /// It writes a comment for an audience that is not allowed.
    Comment(Audience<'o>),
    /// It attaches a file of a type that is not allowed.
    AttachmentType(&'o str),
    /// It attaches a file of so many bytes.
    AttachmentSize(u64),
    /// It searches with a query that cannot be bounded.
    Query {
        /// Why not, half a sentence.
        why: &'o str,
    },
    /// What it would answer, or touch, cannot be held within the boundary.
    NotConfinable {
        /// Why not, half a sentence.
        why: &'o str,
    },
}

/// Why, where it says so, and what would help.
struct Reason {
    code: Code,
    sentence: String,
    rule: Option<Arc<str>>,
    edit: Option<Edit>,
}

/// The denial of a call the manifest permits but for this.
pub(crate) fn denial(manifest: &Manifest, terms: &Terms, objection: Objection<'_>) -> Denial {
    let Reason { code, sentence, rule, edit } = reason(manifest, terms, objection);
    // The list as well as the place: `etl.toml:12 projects.deny`.
    let list = edit.as_ref().and_then(Edit::list);
    let rule = rule.map(|at| list.map_or_else(|| Arc::clone(&at), |list| format!("{at} {list}").into()));
    let by_guardrail = rule.as_deref().is_some_and(|rule| rule.starts_with(GUARDRAILS));
    let edits: Vec<Edit> = if by_guardrail { Vec::new() } else { edit.into_iter().collect() };
    let smallest_change = if by_guardrail {
        crate::denial::no_manifest_can(rule.as_deref())
    } else if edits.is_empty() {
        code.entry().advice.to_owned()
    } else {
        edit::sentence(&edits, &manifest.file)
    };
    Denial { code, rule, sentence, smallest_change, edits }
}

fn reason(manifest: &Manifest, terms: &Terms, objection: Objection<'_>) -> Reason {
    let client = &manifest.client;
    match objection {
        Objection::Project { key, id } => {
            let sentence = format!("For {client} there is no project {}.", called(key, id));
            listed(("projects.allow", "projects.deny"), &terms.boundary.projects, (key, id), sentence)
        }
        Objection::Space { key, id } => {
            let sentence = format!("For {client} there is no space {}.", called(key, id));
            listed(("spaces.allow", "spaces.deny"), &terms.boundary.spaces, (key, id), sentence)
        }
        Objection::Issue(facts) => issue(manifest, &terms.boundary, facts),
        Objection::Field(field) => {
            let (rule, denied) = terms.fields.objector(field);
            let at = rule.map(ToString::to_string).unwrap_or_default();
            let edit = if denied {
                Edit::RemoveFrom { list: "fields.deny_write", at }
            } else {
                Edit::AddTo { list: "fields.write", word: field.to_owned(), at }
            };
            let sentence = format!("The manifest of {client} does not allow the field {field:?} to be set.");
            Reason { code: Code::FieldNotPermitted, sentence, rule: rule.cloned(), edit: Some(edit) }
        }
        Objection::Transition(facts) => transition(manifest, terms, facts),
        Objection::Comment(audience) => {
            let whom = match audience {
                Audience::Everybody => "everybody who sees the issue".to_owned(),
                Audience::Role(name) => format!("the role {name:?}"),
                Audience::Group(name) => format!("the group {name:?}"),
            };
            let sentence = format!("The manifest of {client} does not allow comments for {whom}.");
            changed(Code::CommentNotPermitted, "comments", sentence, terms.comments.label.as_ref())
        }
        Objection::AttachmentType(media) => {
            let sentence =
                format!("The manifest of {client} does not allow attachments of the type {media:?}.");
            let label = terms.attachments.label.as_ref();
            changed(Code::AttachmentNotPermitted, "attachments.types", sentence, label)
        }
        Objection::AttachmentSize(bytes) => {
            let most = terms.attachments.max_bytes().unwrap_or(u64::MAX);
            let sentence =
                format!("The manifest of {client} allows attachments of {most} bytes, and this has {bytes}.");
            let label = terms.attachments.max_bytes.as_ref().map(|(_, label)| label);
            changed(Code::AttachmentNotPermitted, "attachments.max_bytes", sentence, label)
        }
        Objection::Query { why } => {
            let sentence = format!("The query cannot be held within the boundary of {client}: {why}.");
            Reason {
                code: Code::QueryNotPermitted,
                sentence,
                rule: terms.boundary.label().cloned(),
                edit: None,
            }
        }
        Objection::NotConfinable { why } => {
            let sentence = format!("It cannot be held within the boundary of {client}: {why}.");
            Reason { code: Code::NotConfinable, sentence, rule: terms.boundary.label().cloned(), edit: None }
        }
    }
}

fn called(name: &str, id: &str) -> String {
    match (name.is_empty(), id.is_empty()) {
        (false, _) => format!("{name:?}"),
        (true, false) => format!("with the id {id}"),
        (true, true) => "that could be looked up".to_owned(),
    }
}

/// Something a list allows or denies.
fn listed(
    (allow, deny): (&'static str, &'static str),
    rule: &Rule,
    (name, id): (&str, &str),
    sentence: String,
) -> Reason {
    let label = rule.objector(name, id);
    let at = label.map(ToString::to_string).unwrap_or_default();
    let known = !(name.is_empty() && id.is_empty());
    let edit = if rule.denies(name, id) {
        Some(Edit::RemoveFrom { list: deny, at })
    } else {
        let word = if name.is_empty() { id } else { name }.to_owned();
        (known && rule.allow.is_some()).then_some(Edit::AddTo { list: allow, word, at })
    };
    Reason { code: Code::ProjectNotPermitted, sentence, rule: label.cloned(), edit }
}

fn changed(code: Code, what: &'static str, sentence: String, label: Option<&Arc<str>>) -> Reason {
    let edit = label.map(|label| Edit::Change { what, at: label.to_string() });
    Reason { code, sentence, rule: label.cloned(), edit }
}

fn issue(manifest: &Manifest, boundary: &Boundary, facts: &IssueFacts<'_>) -> Reason {
    let client = &manifest.client;
    let sentence = format!("For {client} there is no issue {}.", called(facts.key, facts.id));
    if !boundary.allows_project(facts.project_key, facts.project_id) {
        let project = (facts.project_key, facts.project_id);
        return listed(("projects.allow", "projects.deny"), &boundary.projects, project, sentence);
    }
    let kind = facts.issue_type;
    if !boundary.types.allows(kind.name, kind.id) {
        let lists = ("issues.types", "issues.deny_types");
        return listed(lists, &boundary.types, (kind.name, kind.id), sentence);
    }
    let level = facts.security.map_or((NO_LEVEL, "0"), |level| (level.name, level.id));
    if !boundary.security.allows(level.0, level.1) {
        let lists = ("issues.security_levels", "issues.deny_security_levels");
        return listed(lists, &boundary.security, level, sentence);
    }
    changed(Code::ProjectNotPermitted, "issues", sentence, boundary.issues_label.as_ref())
}

fn transition(manifest: &Manifest, terms: &Terms, facts: &TransitionFacts<'_>) -> Reason {
    let rules = &terms.transitions;
    let Manifest { client, .. } = manifest;
    let from = called(facts.from.name, facts.from.id);
    let to = called(facts.to.name, facts.to.id);
    let sentence = format!("The manifest of {client} does not allow the transition from {from} to {to}.");
    let (label, edit) = match rules.denying(facts) {
        Some(rule) => {
            let at = rule.label.to_string();
            (Some(&rule.label), Some(Edit::RemoveFrom { list: "transitions", at }))
        }
        None => {
            let label = rules.first_label();
            let at = label.map(ToString::to_string).unwrap_or_default();
            (label, Some(Edit::Change { what: "transitions", at }))
        }
    };
    Reason { code: Code::TransitionNotPermitted, sentence, rule: label.cloned(), edit }
}

impl Boundary {
    /// Any line of it, for what the whole boundary objects to.
    pub fn label(&self) -> Option<&Arc<str>> {
        let rules = [&self.projects, &self.spaces, &self.types, &self.security];
        let of_rules =
            rules.into_iter().find_map(|rule| rule.label.as_ref().or_else(|| rule.deny.first_label()));
        of_rules.or(self.issues_label.as_ref())
    }
}
