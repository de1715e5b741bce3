//! What is allowed and wholly denied: the deny wins, so the entry does nothing.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let allowed = subject.selection.allowed();
    for choice in subject.lowered.allow.iter().filter(|choice| !choice.value.operations.meets(&allowed)) {
        // An effect of no product chooses nothing, which is another matter.
        if choice.value.operations.is_empty() {
            continue;
        }
        findings.add(DiagnosticCode::AllowedAndDenied, &choice.span, || {
            Note::new(format!("{:?} is also denied, and a deny wins", choice.value.word))
                .suggest(format!("remove it here or from {}", subject.denying(&choice.value)))
        });
    }
    for overlap in &subject.lowered.overlaps {
        findings.add(DiagnosticCode::AllowedAndDenied, &overlap.span, || {
            Note::new(format!(
                "{:?} stands in {} and is also denied, and a deny wins",
                overlap.word, overlap.list
            ))
            .suggest("remove it from one of them")
        });
    }
}
