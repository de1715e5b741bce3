//! A deny that takes nothing away gives a feeling of safety that nothing stands behind: perhaps it is misspelt.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    for choice in &subject.lowered.deny {
        if !choice.value.operations.meets(subject.selection.chosen()) {
            findings.add(DiagnosticCode::DenyRemovesNothing, &choice.span, || {
                Note::new(format!("nothing this manifest allows is chosen by deny.{}", choice.value))
                    .suggest("leave it out: what is not allowed is denied anyway")
            });
        }
    }
}
