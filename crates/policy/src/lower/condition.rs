//! The manifest's own condition in JQL. Everything that is asked of its text is asked here.

use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::limits;
use crate::typed::Word;

/// The condition, if it can be one: it stands in brackets beside the rest of the boundary, and must not get out of them.
pub(super) fn condition(word: &Word<'_>, findings: &mut Findings<'_, '_>) -> Option<Box<str>> {
    let text = word.value.trim();
    let wrong = if text.is_empty() {
        "\"jql\" says nothing"
    } else if text.len() > limits::JQL_BYTES {
        "\"jql\" is too long"
    } else if !is_whole(text) {
        "\"jql\" has a bracket or a quote without its other half, or orders what it finds"
    } else {
        return Some(text.into());
    };
    findings.add(DiagnosticCode::BadValue, &word.span, || {
        Note::new(wrong).suggest("write a condition such as: status != Closed")
    });
    None
}

/// Whether every bracket and quote has its other half, and nothing outside of quotes says `ORDER`.
fn is_whole(text: &str) -> bool {
    let (mut open, mut quote, mut outside) = (Vec::new(), None, String::new());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        // Outside of quotes a backslash escapes too; whatever follows it is no bracket and no quote.
        if letter == '\\' {
            if letters.next().is_none() {
                return false;
            }
            continue;
        }
        match (quote, letter) {
            (Some(mark), _) if letter == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(') => open.push(letter),
            (None, ')') if open.pop().is_none() => return false,
            (None, _) => {}
        }
        outside.push(if quote.is_none() { letter.to_ascii_lowercase() } else { ' ' });
    }
    let words = |letter: char| !letter.is_alphanumeric() && letter != '_';
    open.is_empty() && quote.is_none() && !outside.split(words).any(|word| word == "order")
}

#[cfg(test)]
mod tests;
