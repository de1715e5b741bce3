//! An operation allowed by its id must be covered by the manifest's scopes: whoever wrote the id wants it to work.
//!
//! Tags and effects are different: there, `scopes` is what narrows them, and being covered in part is the point.

use std::sync::Arc;

use catalogue::ScopeSet;

use crate::compile::Vocabulary;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::needs;
use crate::operation_set::OperationSet;
use crate::selection::{By, Choice};
use crate::source::At;

pub(super) fn check(
    allow: &[At<Arc<Choice>>],
    scopes: &ScopeSet,
    reachable: &OperationSet,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) {
    let covered = vocabulary.covered(scopes);
    for At { value: choice, span } in allow.iter().filter(|choice| choice.value.by == By::Id) {
        let mut here = choice.operations.clone();
        here.keep(reachable);
        if here.is_empty() || here.meets(&covered) {
            continue;
        }
        let operations = vocabulary.catalogue.operations();
        let named = here.iter().filter_map(|index| operations.get(index));
        let missing =
            named.filter_map(|operation| needs::missing(operation, scopes)).min_by_key(ScopeSet::len);
        match missing {
            Some(missing) => findings.add(DiagnosticCode::ScopeNotCovered, span, || {
                let names = names(&missing, vocabulary);
                Note::new(format!("{:?} needs {names}, missing from `scopes`", choice.word))
                    .suggest(format!("add {names} to `scopes`"))
            }),
            None => findings.add(DiagnosticCode::ClosedOperation, span, || {
                Note::new(format!("no scope opens {:?}: Atlassian offers it to no OAuth client", choice.word))
                    .suggest("leave it out")
            }),
        }
    }
}

/// Scopes as a person would list them: `"a" and "b"`.
fn names(scopes: &ScopeSet, vocabulary: &Vocabulary<'_>) -> String {
    crate::denial::listed(scopes.iter().map(|scope| vocabulary.catalogue.scope_name(scope)))
}
