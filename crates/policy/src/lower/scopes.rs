//! The ceiling: the scopes a client can hold at most.

use catalogue::ScopeId;

use super::facts::present;
use crate::compile::Vocabulary;
use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::nearest::nearest;
use crate::source::At;
use crate::typed::{Given, Word};

/// The scopes, each once. `None` when one of them is unknown or the key is missing; an empty list is fine, and right
/// for Data Center, whose operations need none.
pub(super) fn scopes(
    typed: &Given<At<Vec<Word<'_>>>>,
    vocabulary: &Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<Vec<At<ScopeId>>> {
    let list = present("scopes", typed, findings)?;
    let mut scopes: Vec<At<ScopeId>> = Vec::with_capacity(list.value.len());
    let mut seen = catalogue::ScopeSet::EMPTY;
    let mut all_known = true;
    for word in &list.value {
        match vocabulary.catalogue.scope(&word.value) {
            Some(scope) if seen.contains(scope) => super::operations::repeated(word, findings),
            Some(scope) => {
                seen.insert(scope);
                scopes.push(At { value: scope, span: word.span.clone() });
            }
            None => {
                all_known = false;
                unknown(word, vocabulary, findings);
            }
        }
    }
    all_known.then_some(scopes)
}

fn unknown(word: &Word<'_>, vocabulary: &Vocabulary<'_>, findings: &mut Findings<'_, '_>) {
    findings.add(DiagnosticCode::UnknownScope, &word.span, || {
        let names = vocabulary.catalogue.scopes().map(|(_, name)| name);
        let note = Note::new(format!("no operation needs a scope {}", quoted(&word.value)));
        match nearest(&word.value, names) {
            Some(near) => note.did_you_mean(Some(near), |near| format!("{near:?}")),
            None => note.suggest("ticketgate scopes lookup METHOD PATH says which scopes an operation needs"),
        }
    });
}
