//! A grant that may do more than all its manifests together: whoever gets hold of it has the rest as well.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};

pub(super) fn advise(subject: &Subject<'_>, findings: &mut Findings<'_, '_>) {
    let Some(spare) = subject.spare.filter(|spare| !spare.is_empty()) else { return };
    let grant = &subject.understood.lowered.manifest.grant;
    findings.add(DiagnosticCode::GrantHasMore, &subject.understood.grant, || {
        Note::new(format!("the grant {grant} covers {}, which no manifest has", subject.names(&spare)))
            .suggest("have it given anew without them")
    });
}
