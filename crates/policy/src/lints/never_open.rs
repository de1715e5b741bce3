//! A manifest may be shut, but then somebody has probably not meant it.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let (manifest, spans) = (&subject.lowered.manifest, &subject.lowered.spans);
    if manifest.hours().is_some_and(|hours| !hours.ever()) {
        findings.add(DiagnosticCode::NeverOpen, &spans.hours, || {
            Note::new("these hours have no day: every call is refused")
                .suggest("name days, or leave `days` out")
        });
    }
    if let (Some(starts), Some(expires)) = (manifest.starts(), manifest.expires)
        && starts >= expires
    {
        findings.add(DiagnosticCode::NeverOpen, &spans.starts, || {
            Note::new("the manifest expires before it starts: every call is refused")
                .suggest("correct `starts` or `expires`")
        });
    }
}
