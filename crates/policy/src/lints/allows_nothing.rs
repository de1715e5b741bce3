//! A manifest may allow nothing, but then its author has probably not finished.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    if !subject.effective.is_empty() {
        return;
    }
    let note = if subject.lowered.allow.is_empty() {
        Note::new("this manifest allows nothing: no operation is chosen")
            .suggest("add, for example: [operations] with a line effects = [\"read\"]")
    } else {
        Note::new(
            "this manifest allows nothing: what is chosen is denied, not covered by `scopes`, or not at its sites",
        )
    };
    findings.add(DiagnosticCode::AllowsNothing, &subject.lowered.spans.operations, || note);
}
