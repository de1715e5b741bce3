//! An id that is allowed and wholly denied: the deny wins, so the id does nothing.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::selection::By;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let allowed = subject.selection.allowed();
    for choice in subject.allow(By::Id).filter(|choice| !choice.value.operations.meets(&allowed)) {
        findings.add(DiagnosticCode::AllowedAndDenied, &choice.span, || {
            Note::new(format!("{:?} is also denied, and a deny wins", choice.value.word))
                .suggest("remove it here or from operations.deny")
        });
    }
}
