//! Choosing administration by effect allows a client to change permissions, schemes and users.

use types::Effect;

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::selection::By;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    for choice in
        subject.allow(By::Effect).filter(|choice| *choice.value.word == *Effect::Administer.as_str())
    {
        findings.add(DiagnosticCode::AdministerByEffect, &choice.span, || {
            Note::new("effects \"administer\" allows every change to how the site works: permissions, schemes, users")
                .suggest("name the operations that are needed in `ids`")
        });
    }
}
