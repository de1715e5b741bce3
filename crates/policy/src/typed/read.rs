//! Values of the types the language has: text, list of texts, date, table.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::Word;
use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::limits;
use crate::source::{At, Span};

pub(super) type Key<'i> = Spanned<Cow<'i, str>>;
type Value<'i> = Spanned<DeValue<'i>>;

pub(super) fn text<'i>(key: &Key<'_>, value: Value<'i>, findings: &mut Findings<'_, '_>) -> Option<Word<'i>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::String(text) => bounded(text, span, findings),
        other => {
            wrong(&quoted(key.get_ref()), &span, &other, "a text in quotes", findings);
            None
        }
    }
}

pub(super) fn date(key: &Key<'_>, value: Value<'_>, findings: &mut Findings<'_, '_>) -> Option<At<Datetime>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Datetime(value) => Some(At { value, span }),
        DeValue::String(text) if text.parse::<Datetime>().is_ok() => {
            findings.add(DiagnosticCode::WrongType, &span, || {
                Note::new(format!("{:?} must be a date, found a text", key.get_ref()))
                    .did_you_mean(Some(&text), str::to_owned)
                    .suggest("leave the quotes out")
            });
            None
        }
        other => {
            wrong(&quoted(key.get_ref()), &span, &other, "a date such as 2027-06-30", findings);
            None
        }
    }
}

pub(super) fn flag(key: &Key<'_>, value: Value<'_>, findings: &mut Findings<'_, '_>) -> Option<At<bool>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Boolean(value) => Some(At { value, span }),
        other => {
            wrong(&quoted(key.get_ref()), &span, &other, "true or false", findings);
            None
        }
    }
}

pub(super) fn table<'i>(
    key: &Key<'_>,
    value: Value<'i>,
    findings: &mut Findings<'_, '_>,
) -> Option<DeTable<'i>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Table(table) => Some(table),
        other => {
            wrong(&quoted(key.get_ref()), &span, &other, "a table", findings);
            None
        }
    }
}

/// A list of texts. Entries of another type are reported and left out.
pub(super) fn list<'i>(
    key: &Key<'_>,
    value: Value<'i>,
    findings: &mut Findings<'_, '_>,
    most: usize,
) -> Option<At<Vec<Word<'i>>>> {
    let span = value.span();
    let array = match value.into_inner() {
        DeValue::Array(array) => array,
        DeValue::String(text) => {
            findings.add(DiagnosticCode::WrongType, &span, || {
                let list = format!("[{text:?}]");
                Note::new(format!("{:?} must be a list of texts, found a single text", key.get_ref()))
                    .did_you_mean(Some(&list), str::to_owned)
                    .suggest("put it in square brackets")
            });
            return None;
        }
        other => {
            wrong(&quoted(key.get_ref()), &span, &other, "a list of texts in square brackets", findings);
            return None;
        }
    };
    if array.len() > most {
        findings.add(DiagnosticCode::TooLarge, &key.span(), || {
            Note::new(format!("{:?} has {} entries; it may have {most}", key.get_ref(), array.len()))
        });
        return None;
    }
    let mut words = Vec::with_capacity(array.len());
    for item in array {
        let span = item.span();
        match item.into_inner() {
            DeValue::String(text) => words.extend(bounded(text, span, findings)),
            other => {
                let entry = format!("an entry of {}", quoted(key.get_ref()));
                wrong(&entry, &span, &other, "a text in quotes", findings);
            }
        }
    }
    Some(At { value: words, span })
}

/// The same where an absent list and an empty one mean the same.
pub(super) fn words<'i>(
    key: &Key<'_>,
    value: Value<'i>,
    findings: &mut Findings<'_, '_>,
    most: usize,
) -> Vec<Word<'i>> {
    list(key, value, findings, most).map(|list| list.value).unwrap_or_default()
}

fn bounded<'i>(text: Cow<'i, str>, span: Span, findings: &mut Findings<'_, '_>) -> Option<Word<'i>> {
    if text.len() <= limits::TEXT_BYTES {
        return Some(At { value: text, span });
    }
    findings.add(DiagnosticCode::TooLarge, &span, || {
        Note::new(format!("the text has {} bytes; it may have {}", text.len(), limits::TEXT_BYTES))
    });
    None
}

fn wrong(what: &str, span: &Span, found: &DeValue<'_>, takes: &str, findings: &mut Findings<'_, '_>) {
    findings.add(DiagnosticCode::WrongType, span, || {
        let found = match found {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        Note::new(format!("{what} must be {takes}, found {found}"))
    });
}
