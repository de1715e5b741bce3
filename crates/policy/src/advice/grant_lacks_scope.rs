//! A manifest that may do more than its grant: Atlassian refuses what the gateway lets through.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::needs;

pub(super) fn advise(subject: &Subject<'_>, findings: &mut Findings<'_, '_>) {
    let Some(granted) = subject.granted else { return };
    let manifest = &subject.understood.lowered.manifest;
    let held = granted.intersection(&manifest.scopes);
    let operations = subject.catalogue.operations();
    let wanted = || subject.understood.wanted.iter().filter_map(|index| operations.get(index));
    for scope in &subject.understood.lowered.scopes {
        let lacks = |one: &&std::sync::Arc<catalogue::Operation>| {
            let missing = needs::missing_within(one, &held, &manifest.scopes);
            missing.is_some_and(|missing| missing.contains(scope.value))
        };
        let suffer = wanted().filter(lacks).count();
        if suffer > 0 {
            findings.add(DiagnosticCode::GrantLacksScope, &scope.span, || {
                let (name, grant) = (subject.catalogue.scope_name(scope.value), &manifest.grant);
                let plural = if suffer == 1 { "operation" } else { "operations" };
                Note::new(format!(
                    "the grant {grant} does not cover {name:?}, which {suffer} {plural} of this manifest need"
                ))
                .suggest("have it given anew with this scope, or leave the scope out here")
            });
        }
    }
}
