//! One id can name several things (`getProperty` of a sprint, of an organization). If `scopes` covers only some, the
//! others stay refused, which is safe but may surprise.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::selection::By;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    for choice in subject.allow(By::Id) {
        let mut left = subject.here(&choice.value);
        let covers_some = left.meets(subject.covered);
        left.remove(subject.covered);
        let Some(operation) = subject.operations(&left).next().filter(|_| covers_some) else {
            continue;
        };
        findings.add(DiagnosticCode::PartlyCovered, &choice.span, || {
            Note::new(format!(
                "{:?} also names {} {}, which `scopes` does not cover",
                choice.value.word,
                operation.verb(),
                operation.template()
            ))
            .suggest("write product:id, or method and path, to say which one is meant")
        });
    }
}
