//! Fewer scopes would do, and open no more: not because one is unused, which is a lint of its own, but because others cover what
//! it is there for.

use catalogue::ScopeSet;

use super::{Subject, WORK};
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::minimum::{Asked, Minimum};
use crate::needs;

pub(super) fn advise(subject: &Subject<'_>, findings: &mut Findings<'_, '_>) {
    let manifest = &subject.understood.lowered.manifest;
    let operations = subject.catalogue.operations();
    let wanted = subject.understood.wanted.iter().filter_map(|index| operations.get(index));
    let used = wanted
        .flat_map(|operation| needs::satisfied_all(operation, &manifest.scopes))
        .fold(ScopeSet::EMPTY, |used, needed| used.union(needed));
    if used.len() < 2 {
        return;
    }
    let least = Minimum::of(subject.understood, subject.catalogue, Asked { work: WORK, ..Asked::default() });
    if least.scopes.len() >= used.len() || least.opens > least.current_opens {
        return;
    }
    let list: Vec<_> = least.names().map(|name| format!("{name:?}")).collect();
    let list = format!("[{}]", list.join(", "));
    findings.add(DiagnosticCode::LargerThanMinimum, &subject.understood.scopes, || {
        let note = Note::new(format!(
            "{} scopes cover what this manifest allows; it uses {}",
            least.scopes.len(),
            used.len()
        ));
        note.replace_with(list, "`ticketgate scopes minimum --write` makes it so and keeps your comments")
    });
}
