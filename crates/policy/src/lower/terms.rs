//! The terms: what a manifest says about projects, fields, transitions and their like, the guardrails on top.

use std::sync::Arc;

use super::guardrails::Guard;
use super::names::{self, Of};
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::source::{At, Span};
use crate::terms::{
    AttachmentRules, Boundary, Clauses, CommentRules, Conditions, FieldRules, Limits, NameEntry, Names,
    Priority, Rule, Terms, Texts, TransitionRule, TransitionRules, Visibility, Which,
};
use crate::typed::{self, Given, Name, Typed, Word};

/// Something that is allowed and denied, for a lint.
pub(crate) struct Overlap {
    pub(crate) span: Span,
    pub(crate) list: &'static str,
    pub(crate) word: String,
}

/// The terms, and what is odd about them.
pub(super) struct Told {
    pub(super) terms: Option<Arc<Terms>>,
    pub(super) conditions: Option<Box<Conditions>>,
    pub(super) overlaps: Vec<Overlap>,
}

pub(super) fn terms(typed: &Typed<'_>, guard: &Guard, findings: &mut Findings<'_, '_>) -> Told {
    let mut overlaps = Vec::new();
    let conditions = conditions(typed, findings);
    let conditions = (!conditions.is_free()).then(|| Box::new(conditions));
    if silent(typed) {
        return Told { terms: guard.terms.clone(), conditions, overlaps };
    }
    let terms = Terms {
        boundary: boundary(typed, guard, &mut overlaps, findings),
        fields: fields(typed, guard, &mut overlaps, findings),
        transitions: TransitionRules { rules: transitions(typed, findings) },
        comments: comments(typed, findings),
        attachments: attachments(typed, findings),
        limits: limits(typed.limits.value().map(|limits| &limits.value)).within(guard.limits),
        priority: typed.priority.value().and_then(|word| Priority::named(&word.value)).unwrap_or_default(),
        observe: typed.observe.value().is_some_and(|flag| flag.value),
    };
    Told { terms: Some(Arc::new(terms)), conditions, overlaps }
}

/// Whether the manifest says nothing that makes terms.
const fn silent(typed: &Typed<'_>) -> bool {
    typed.projects.is_absent()
        && typed.spaces.is_absent()
        && typed.issues.is_absent()
        && typed.fields.is_absent()
        && typed.transitions.is_absent()
        && typed.comments.is_absent()
        && typed.attachments.is_absent()
        && typed.limits.is_absent()
        && typed.priority.is_absent()
        && typed.observe.is_absent()
}

fn conditions(typed: &Typed<'_>, findings: &mut Findings<'_, '_>) -> Conditions {
    let starts = super::expires::starts(&typed.starts, findings).flatten();
    let hours = typed.hours.value().and_then(|at| Some((super::hours::hours(at, findings)?, at)));
    let users = names::some_texts(Of::Account, &typed.on_behalf_of, findings);
    let label = |span: &Span| findings.label(span).into();
    Conditions {
        starts: starts.zip(typed.starts.value()).map(|(starts, at)| (starts, label(&at.span))),
        hours: hours.map(|(hours, at)| (hours, label(&at.span))),
        on_behalf_of: users.map(|(texts, label)| {
            let mut accounts: Vec<_> = texts.into_iter().map(|(account, _)| account).collect();
            accounts.sort();
            (accounts.into(), label)
        }),
    }
}

/// An allow list and a deny list under the guardrails' denies. Names that stand in both are noted.
struct Lists<'t, 'i> {
    of: Of,
    name: &'static str,
    allow: &'t Given<At<Vec<At<Name<'i>>>>>,
    deny: &'t Given<At<Vec<At<Name<'i>>>>>,
    guard: &'t Names,
}

impl Lists<'_, '_> {
    fn rule(self, overlaps: &mut Vec<Overlap>, findings: &mut Findings<'_, '_>) -> Rule {
        let Self { of, name, allow, deny, guard } = self;
        let mut deny = names::names(of, deny, findings);
        deny.entries.extend(guard.entries.iter().cloned());
        let (allow_names, label) = names::some_names(of, allow, findings).unzip();
        let denies = |entry: &NameEntry| match entry {
            NameEntry::Text(text) => deny.find(text, "").is_some(),
            NameEntry::Id(id) => deny.find("", &id.to_string()).is_some(),
        };
        for typed in allow.value().into_iter().flat_map(|list| &list.value) {
            let (entry, word) = match &typed.value {
                Name::Text(text) => (NameEntry::Text((&**text).into()), text.to_string()),
                Name::Number(id) => (NameEntry::Id(*id), id.to_string()),
            };
            if denies(&entry) {
                overlaps.push(Overlap { span: typed.span.clone(), list: name, word });
            }
        }
        Rule { allow: allow_names, deny, label }
    }
}

fn boundary(
    typed: &Typed<'_>,
    guard: &Guard,
    overlaps: &mut Vec<Overlap>,
    findings: &mut Findings<'_, '_>,
) -> Boundary {
    let absent = typed::Places::default();
    let no_issues = typed::Issues::default();
    let projects = typed.projects.value().map_or(&absent, |at| &at.value);
    let spaces = typed.spaces.value().map_or(&absent, |at| &at.value);
    let issues = typed.issues.value().map_or(&no_issues, |at| &at.value);
    let none = Names::NONE;
    let mut rule =
        |of, name, allow, deny, guard| Lists { of, name, allow, deny, guard }.rule(overlaps, findings);
    let projects = rule(Of::Project, "projects", &projects.allow, &projects.deny, &guard.projects);
    let spaces = rule(Of::Space, "spaces", &spaces.allow, &spaces.deny, &guard.spaces);
    let types = rule(Of::Thing, "issues.types", &issues.types, &issues.deny_types, &none);
    let security = rule(
        Of::Thing,
        "issues.security_levels",
        &issues.security_levels,
        &issues.deny_security_levels,
        &none,
    );
    let labels = names::some_texts(Of::Label, &issues.labels, findings).map(|(labels, _)| labels);
    let deny_labels = names::texts(Of::Label, &issues.deny_labels, findings);
    both("issues.labels", &issues.labels, &deny_labels, overlaps);
    let jql = issues.jql.value().and_then(|word| {
        let condition = super::condition::condition(word, findings)?;
        Some((condition, findings.label(&word.span).into()))
    });
    let issues_label = typed.issues.value().map(|at| findings.label(&at.span).into());
    Boundary {
        projects,
        spaces,
        types,
        security,
        labels,
        deny_labels,
        jql,
        issues_label,
        clauses: Clauses::default(),
    }
}

/// Notes what stands in both lists.
fn both(list: &'static str, allow: &Given<At<Vec<Word<'_>>>>, deny: &Texts, overlaps: &mut Vec<Overlap>) {
    for word in allow.value().into_iter().flat_map(|list| &list.value) {
        if deny.iter().any(|(known, _)| known.eq_ignore_ascii_case(&word.value)) {
            overlaps.push(Overlap { span: word.span.clone(), list, word: word.value.to_string() });
        }
    }
}

fn fields(
    typed: &Typed<'_>,
    guard: &Guard,
    overlaps: &mut Vec<Overlap>,
    findings: &mut Findings<'_, '_>,
) -> FieldRules {
    let absent = typed::FieldLists::default();
    let lists = typed.fields.value().map_or(&absent, |at| &at.value);
    let (write, label) = names::some_texts(Of::Field, &lists.write, findings).unzip();
    let mut deny_write = names::texts(Of::Field, &lists.deny_write, findings);
    let mut redact = names::texts(Of::Field, &lists.redact, findings);
    deny_write.extend(guard.deny_write.iter().cloned());
    redact.extend(guard.redact.iter().cloned());
    both("fields.write", &lists.write, &deny_write, overlaps);
    FieldRules { write, deny_write, redact, label }
}

fn transitions(typed: &Typed<'_>, findings: &mut Findings<'_, '_>) -> Vec<TransitionRule> {
    let mut rules = Vec::new();
    for At { value, span } in typed.transitions.value().into_iter().flat_map(|list| &list.value) {
        let mut name =
            |of, given: &Given<At<Name<'_>>>| given.value().and_then(|at| names::name(of, at, findings));
        let which = Which {
            project: name(Of::Project, &value.project),
            from: name(Of::Thing, &value.from),
            to: name(Of::Thing, &value.to),
            id: name(Of::Thing, &value.id),
            name: value.name.value().and_then(|word| names::text(Of::Thing, word, findings)),
        };
        let typed::Transition { project, from, to, id, name, deny } = value;
        let says_nothing = project.is_absent() && from.is_absent() && to.is_absent() && id.is_absent();
        if says_nothing && name.is_absent() {
            findings.add(DiagnosticCode::BadValue, span, || {
                Note::new("this [[transitions]] does not say which").suggest(
                    "give it a project, from, to, id or name; without any [[transitions]] all are allowed",
                )
            });
            continue;
        }
        if let (Some(NameEntry::Text(_)), Some(at)) = (&which.id, id.value()) {
            findings.add(DiagnosticCode::BadValue, &at.span, || {
                Note::new("the id of a transition is a whole number").suggest("write its name as `name`")
            });
            continue;
        }
        let deny = deny.value().is_some_and(|flag| flag.value);
        rules.push(TransitionRule { which, deny, label: findings.label(span).into() });
    }
    rules
}

fn comments(typed: &Typed<'_>, findings: &mut Findings<'_, '_>) -> CommentRules {
    let Some(At { value, span }) = typed.comments.value() else { return CommentRules::default() };
    let visibility = match value.visibility.value().map(|word| &*word.value) {
        Some("public") => Visibility::Public,
        Some("restricted") => Visibility::Restricted,
        _ => Visibility::Any,
    };
    let roles = names::texts(Of::Thing, &value.roles, findings);
    let groups = names::texts(Of::Thing, &value.groups, findings);
    for (key, list) in [("roles", &value.roles), ("groups", &value.groups)] {
        if let Some(list) = list.value().filter(|_| visibility != Visibility::Restricted) {
            findings.add(DiagnosticCode::BadValue, &list.span, || {
                Note::new(format!("{key:?} needs visibility = \"restricted\": else it would say nothing"))
            });
        }
    }
    CommentRules { visibility, roles, groups, label: Some(findings.label(span).into()) }
}

fn attachments(typed: &Typed<'_>, findings: &mut Findings<'_, '_>) -> AttachmentRules {
    let Some(At { value, .. }) = typed.attachments.value() else { return AttachmentRules::default() };
    let (types, label) = names::some_texts(Of::Media, &value.types, findings).unzip();
    let max_bytes = value.max_bytes.value().map(|at| (at.value, findings.label(&at.span).into()));
    AttachmentRules { types, max_bytes, label }
}

/// The numbers of a table `[limits]`.
pub(super) fn limits(typed: Option<&typed::Limits>) -> Limits {
    let Some(typed) = typed else { return Limits::NONE };
    let number = |given: &Given<At<u64>>| given.value().map(|at| at.value);
    let small = |given: &Given<At<u64>>| number(given).and_then(|number| u32::try_from(number).ok());
    Limits {
        requests_per_second: small(&typed.requests_per_second),
        burst: small(&typed.burst),
        concurrent: small(&typed.concurrent),
        per_day: number(&typed.per_day),
    }
}
