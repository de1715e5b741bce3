//! The manifest's own condition in JQL. Everything that is asked of its text is asked here.

use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::limits;
use crate::typed::Word;

/// The condition, if it can be one.
pub(super) fn condition(word: &Word<'_>, findings: &mut Findings<'_, '_>) -> Option<Box<str>> {
    let text = word.value.trim();
    let wrong = if text.is_empty() {
        "\"jql\" says nothing"
    } else if text.len() > limits::JQL_BYTES {
        "\"jql\" is too long"
    } else {
        return Some(text.into());
    };
    findings.add(DiagnosticCode::BadValue, &word.span, || {
        Note::new(wrong).suggest("write a condition such as: status != Closed")
    });
    None
}
