//! Atlassian recommends at most fifty scopes: with more, whoever consents does not see any more what to.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::minimum::RECOMMENDED;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let scopes = &subject.lowered.scopes;
    if let Some(beyond) = scopes.get(RECOMMENDED) {
        findings.add(DiagnosticCode::ManyScopes, &beyond.span, || {
            Note::new(format!("{} scopes are more than the {RECOMMENDED} Atlassian recommends", scopes.len()))
                .suggest("`ticketgate scopes minimum` shows the smallest set that does the same")
        });
    }
}
