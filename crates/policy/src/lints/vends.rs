//! A client with Atlassian's own token is held by nothing of its manifest any more.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    if subject.lowered.manifest.vending {
        findings.add(DiagnosticCode::Vends, &subject.lowered.spans.vending, || {
            Note::new("vending lets Atlassian's own token leave the gateway: calls made with it are neither permitted nor recorded here")
                .suggest("give it a grant of its own that has only the scopes it needs, or leave it out and let the calls pass through")
        });
    }
}
