//! Operations that Atlassian is taking away. Only what is named by id: whoever writes `effects = ["read"]` means
//! whatever there is to read.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::selection::By;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let now = subject.vocabulary.known.now.to_string();
    for choice in subject.allow(By::Id) {
        let here = subject.here(&choice.value);
        // An id often names two versions of one thing. While one of them stays, there is nothing to warn about.
        if here.is_empty()
            || subject.operations(&here).any(|one| one.removal().is_none() && !one.deprecated())
        {
            continue;
        }
        let word = &choice.value.word;
        match subject.operations(&here).filter_map(|one| one.removal()).max() {
            Some(day) => findings.add(DiagnosticCode::Removed, &choice.span, || {
                // Both are written year first, so the order of the texts is the order of the days.
                let tense = if day.to_string().as_str() <= now.as_str() { "was to be" } else { "will be" };
                Note::new(format!("{word:?} {tense} removed by Atlassian on {day}"))
                    .suggest("move the client to the operation that replaces it")
            }),
            None => findings.add(DiagnosticCode::Deprecated, &choice.span, || {
                Note::new(format!("{word:?} is deprecated by Atlassian; no day of removal is announced"))
            }),
        }
    }
}
