//! An entry that makes no difference: what it allows is allowed by others, or all of it is denied. Whoever takes it out believes that
//! something is shut.

use std::sync::Arc;

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::operation_set::OperationSet;
use crate::selection::Choice;
use crate::source::At;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let allowed = subject.selection.allowed();
    let all = &subject.lowered.allow;
    let effect_of = |choice: &Choice| {
        let mut effect = subject.here(choice);
        effect.keep(&allowed);
        effect.keep(subject.covered);
        effect
    };
    let effects: Vec<OperationSet> = all.iter().map(|choice| effect_of(&choice.value)).collect();
    let mut stands = vec![true; all.len()];
    for (index, (choice, effect)) in all.iter().zip(&effects).enumerate() {
        if effect.is_empty() {
            wholly_denied(subject, choice, &allowed, findings);
            continue;
        }
        let mut rest = effect.clone();
        let others = effects
            .iter()
            .zip(&stands)
            .enumerate()
            .filter(|(other, (_, stands))| *other != index && **stands);
        for (_, (other, _)) in others {
            rest.remove(other);
        }
        if rest.is_empty() {
            // The other one of two that cover each other is then the one that counts.
            if let Some(stands) = stands.get_mut(index) {
                *stands = false;
            }
            by_others(choice, findings);
        }
    }
}

fn by_others(choice: &At<Arc<Choice>>, findings: &mut Findings<'_, '_>) {
    findings.add(DiagnosticCode::Shadowed, &choice.span, || {
        Note::new(format!("other entries allow all that {} allows", choice.value))
            .suggest("leave it out, or narrow the others if they are too wide")
    });
}

/// Of what is denied at every site, another lint says so.
fn wholly_denied(
    subject: &Subject<'_, '_>,
    choice: &At<Arc<Choice>>,
    allowed: &OperationSet,
    findings: &mut Findings<'_, '_>,
) {
    let here = subject.here(&choice.value);
    let somewhere = choice.value.operations.meets(allowed);
    if somewhere && !here.is_empty() && !here.meets(allowed) {
        findings.add(DiagnosticCode::Shadowed, &choice.span, || {
            Note::new(format!("all that {} allows is denied, and a deny wins", choice.value))
                .suggest("remove it here or from operations.deny")
        });
    }
}
