//! A scope nothing needs is a door left open: the next operation someone adds comes through it unnoticed.

use catalogue::ScopeSet;

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::needs;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let scopes = &subject.lowered.manifest.scopes;
    let used = subject
        .operations(&subject.effective)
        .flat_map(|operation| needs::satisfied_all(operation, scopes))
        .fold(ScopeSet::EMPTY, |used, needed| used.union(needed));
    for scope in subject.lowered.scopes.iter().filter(|scope| !used.contains(scope.value)) {
        findings.add(DiagnosticCode::UnusedScope, &scope.span, || {
            let name = subject.vocabulary.catalogue.scope_name(scope.value);
            Note::new(format!("nothing this manifest allows needs {name:?}")).suggest("leave it out")
        });
    }
}
