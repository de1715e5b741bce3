//! `products` narrows `effects` and nothing else; alone it does nothing.

use super::Subject;
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::selection::By;

pub(super) fn lint(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    if let Some(span) =
        subject.lowered.spans.products.as_ref().filter(|_| subject.allow(By::Effect).next().is_none())
    {
        findings.add(DiagnosticCode::ProductsWithoutEffects, span, || {
            Note::new("`products` narrows `effects`, and there are none")
                .suggest("write product:id in `ids` to choose one product's operation")
        });
    }
}
