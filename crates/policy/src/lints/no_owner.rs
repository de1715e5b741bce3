//! A manifest outlives the person who remembers why it is there; a placeholder is no owner to ask.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

/// What people write when they do not want to say.
const PLACEHOLDERS: &[&str] =
    &["?", "-", "n/a", "na", "nobody", "none", "owner", "someone", "tbd", "todo", "unknown", "xxx"];

/// Whether it is nobody who could be asked.
pub(crate) fn is_placeholder(owner: &str) -> bool {
    PLACEHOLDERS.contains(&owner.trim().to_lowercase().trim_end_matches(['.', '!']))
}

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    let owner = &subject.lowered.manifest.owner;
    if is_placeholder(owner) {
        findings.add(DiagnosticCode::NoOwner, &subject.lowered.spans.owner, || {
            Note::new(format!("{owner:?} is nobody who could be asked"))
                .suggest("name a person or, better, a team that answers for this client")
        });
    }
}
