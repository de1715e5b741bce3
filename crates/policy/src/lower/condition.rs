//! The manifest's own condition in JQL. Everything that is asked of its text is asked here.

use query::jql;

use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::limits;
use crate::typed::Word;

/// The condition, if it can be one: read as queries of clients are, and kept as it is printed, so that it stands beside the rest
/// of the boundary as one part and cannot get out of it.
pub(super) fn condition(word: &Word<'_>, findings: &mut Findings<'_, '_>) -> Option<Box<str>> {
    let text = word.value.trim();
    let wrong = if text.is_empty() {
        "\"jql\" says nothing".to_owned()
    } else if text.len() > limits::JQL_BYTES {
        "\"jql\" is too long".to_owned()
    } else {
        match jql::Clause::parse(text) {
            Ok(clause) => return Some(clause.to_string().into()),
            Err(error) => format!("\"jql\" cannot be read, {error}"),
        }
    };
    findings.add(DiagnosticCode::BadValue, &word.span, || {
        Note::new(wrong).suggest("write a condition such as: status != Closed")
    });
    None
}

#[cfg(test)]
mod tests;
