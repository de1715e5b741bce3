//! An expired manifest refuses every call of its client: right, but rarely what is wanted at publishing time.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let manifest = &subject.lowered.manifest;
    if let Some(expires) = manifest.expires.filter(|_| manifest.expired(subject.vocabulary.known.now)) {
        findings.add(DiagnosticCode::Expired, &subject.lowered.spans.expires, || {
            Note::new(format!("expired at {expires}: every call of {} is refused", manifest.client))
                .suggest("set a later date, or remove the file")
        });
    }
}
