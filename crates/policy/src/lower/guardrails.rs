//! `guardrails.toml`: what holds for every manifest, whatever it says.

use std::sync::Arc;

use super::names::{self, Of};
use super::operations;
use crate::compile::{Products, Vocabulary};
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::guardrails::Guardrails;
use crate::operation_set::OperationSet;
use crate::selection::Choice;
use crate::source::At;
use crate::terms::{Boundary, FieldRules, Limits, Names, Rule, Terms, Texts};
use crate::typed;

/// The guardrails understood; the default is to have none.
#[derive(Default)]
pub(crate) struct Guard {
    pub(crate) deny: Vec<At<Arc<Choice>>>,
    pub(crate) projects: Names,
    pub(crate) spaces: Names,
    pub(crate) deny_write: Texts,
    pub(crate) redact: Texts,
    pub(crate) limits: Limits,
    /// The terms of a manifest that says nothing of its own; `None`: free ones.
    pub(crate) terms: Option<Arc<Terms>>,
    /// The label of the line that asks for it.
    pub(crate) needs_expires: Option<String>,
    pub(crate) needs_owner: Option<String>,
    pub(crate) max_days: Option<(u64, String)>,
    pub(crate) approval: Option<OperationSet>,
    pub(crate) bulk: bool,
}

pub(crate) fn guardrails(
    typed: &typed::Guardrails<'_>,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Guard {
    let mut guard = Guard {
        deny: operations::choices(&typed.deny, Products::ALL, vocabulary, findings),
        projects: names::names(Of::Project, &typed.projects, findings),
        spaces: names::names(Of::Space, &typed.spaces, findings),
        deny_write: names::texts(Of::Field, &typed.deny_write, findings),
        redact: names::texts(Of::Field, &typed.redact, findings),
        limits: super::terms::limits(typed.limits.value().map(|limits| &limits.value)),
        bulk: typed.approval.bulk.value().is_some_and(|flag| flag.value),
        max_days: typed.max_days.value().map(|at| (at.value, findings.label(&at.span))),
        ..Guard::default()
    };
    for word in typed.require.value().into_iter().flat_map(|list| &list.value) {
        let label = Some(findings.label(&word.span));
        match &*word.value {
            "expires" => guard.needs_expires = label,
            _ => guard.needs_owner = label,
        }
    }
    let approved = operations::choices(&typed.approval.operations, Products::ALL, vocabulary, findings);
    let mut approval = OperationSet::none(vocabulary.catalogue.operations().len());
    approved.iter().for_each(|choice| approval.add(&choice.value.operations));
    guard.approval = (!approval.is_empty()).then_some(approval);
    let terms = guard.observing(&Terms { limits: guard.limits, ..Terms::default() });
    guard.terms = (!terms.is_free() || !terms.limits.is_none()).then(|| Arc::new(terms));
    guard
}

impl Guard {
    /// What is published of them.
    pub(crate) fn published(&self, operations: usize) -> Guardrails {
        let mut denied = OperationSet::none(operations);
        self.deny.iter().for_each(|choice| denied.add(&choice.value.operations));
        let approval = self.approval.clone().unwrap_or_else(|| OperationSet::none(operations));
        Guardrails { denied, approval, bulk: self.bulk, limits: self.limits }
    }

    /// What holds for a client that is observed: the guardrails, with what the manifest says of how much and how soon.
    pub(super) fn observing(&self, written: &Terms) -> Terms {
        let rule = |deny: &Names| Rule { deny: deny.clone(), ..Rule::default() };
        Terms {
            boundary: Boundary {
                projects: rule(&self.projects),
                spaces: rule(&self.spaces),
                ..Boundary::default()
            },
            fields: FieldRules {
                deny_write: self.deny_write.clone(),
                redact: self.redact.clone(),
                ..FieldRules::default()
            },
            limits: written.limits,
            priority: written.priority,
            observe: written.observe,
            ..Terms::default()
        }
    }

    /// Whether a manifest says what every manifest must.
    pub(super) fn check(
        &self,
        typed: &typed::Typed<'_>,
        expires: Option<jiff::Timestamp>,
        now: jiff::Timestamp,
        findings: &mut Findings<'_, '_>,
    ) {
        let start = findings.start();
        let at = |span: Option<&crate::source::Span>| span.cloned().unwrap_or_else(|| start.clone());
        let asks = self.needs_expires.as_ref().or_else(|| self.max_days.as_ref().map(|(_, label)| label));
        if let Some(label) = asks.filter(|_| typed.expires.is_absent()) {
            findings.add(DiagnosticCode::Guardrail, &start, || {
                Note::new(format!("the guardrails ask every manifest to expire ({label})"))
                    .suggest("add a line such as: expires = 2027-06-30")
            });
        }
        if let (Some((days, label)), Some(expires)) = (&self.max_days, expires) {
            // The last day counts: what expires at its end is a day later.
            let most = i64::try_from(*days).unwrap_or(i64::MAX).saturating_add(1);
            let latest = now.checked_add(jiff::SignedDuration::from_hours(most.saturating_mul(24)));
            if latest.is_ok_and(|latest| expires > latest) {
                let span = at(typed.expires.value().map(|date| &date.span));
                findings.add(DiagnosticCode::Guardrail, &span, || {
                    Note::new(format!(
                        "the guardrails let no manifest last longer than {days} days ({label})"
                    ))
                    .suggest("set an earlier date, and renew it in time")
                });
            }
        }
        let placeholder = |owner: &str| crate::lints::is_placeholder(owner);
        if let (Some(label), Some(owner)) = (&self.needs_owner, typed.owner.value())
            && placeholder(&owner.value)
        {
            findings.add(DiagnosticCode::Guardrail, &owner.span, || {
                Note::new(format!(
                    "the guardrails ask every manifest for an owner ({label}), and this is nobody"
                ))
                .suggest("name a team that can be asked")
            });
        }
        self.check_limits(typed, findings);
    }

    fn check_limits(&self, typed: &typed::Typed<'_>, findings: &mut Findings<'_, '_>) {
        let Some(limits) = typed.limits.value().map(|at| &at.value) else { return };
        let most = self.limits;
        for (name, given, most) in [
            ("requests_per_second", &limits.requests_per_second, most.requests_per_second.map(u64::from)),
            ("burst", &limits.burst, most.burst.map(u64::from)),
            ("concurrent", &limits.concurrent, most.concurrent.map(u64::from)),
            ("per_day", &limits.per_day, most.per_day),
        ] {
            if let (Some(at), Some(most)) = (given.value(), most)
                && at.value > most
            {
                findings.add(DiagnosticCode::AboveGuardrail, &at.span, || {
                    Note::new(format!("the guardrails give no client more than {most} {name}; that holds"))
                });
            }
        }
    }
}
