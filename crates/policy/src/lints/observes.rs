//! A client that is observed is held by the guardrails and its grant alone.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    if subject.lowered.manifest.observed.is_some() {
        findings.add(DiagnosticCode::Observes, &subject.lowered.spans.observe, || {
            Note::new("while its client is observed, this manifest refuses nothing: only the guardrails and what the grant may do hold")
                .suggest("write down what it does with `ticketgate manifest draft`, and take this line out after some days")
        });
    }
}
