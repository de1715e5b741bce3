//! An effect or a tag none of whose operations the scopes cover: it reads as if something were allowed.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::selection::By;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    for choice in subject.allow(By::Tag).chain(subject.allow(By::Effect)) {
        let here = subject.here(&choice.value);
        if !here.is_empty() && !here.meets(subject.covered) {
            findings.add(DiagnosticCode::ChoosesNothing, &choice.span, || {
                Note::new(format!("`scopes` covers nothing that {} chooses", choice.value))
                    .suggest("add the scope that is missing, or leave the entry out")
            });
        }
    }
}
