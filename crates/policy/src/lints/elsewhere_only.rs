//! A Data Center operation in the manifest of a Cloud site, or the other way round, can never be called.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    for choice in &subject.lowered.allow {
        if choice.value.operations.is_empty() || choice.value.operations.meets(&subject.lowered.reachable) {
            continue;
        }
        findings.add(DiagnosticCode::ElsewhereOnly, &choice.span, || {
            Note::new(format!("nothing that {} chooses exists at the sites of this manifest", choice.value))
                .suggest("name a site that has it, or leave the entry out")
        });
    }
}
