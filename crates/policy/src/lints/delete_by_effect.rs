//! Choosing deletes by effect allows every delete there is, today's and tomorrow's.

use types::Effect;

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::selection::By;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    for choice in subject.allow(By::Effect).filter(|choice| *choice.value.word == *Effect::Delete.as_str()) {
        findings.add(DiagnosticCode::DeleteByEffect, &choice.span, || {
            Note::new("effects \"delete\" allows everything that takes content away, also what Atlassian adds later")
                .suggest("name the operations that are needed in `ids`")
        });
    }
}
