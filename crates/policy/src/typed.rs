//! What was typed: a manifest as TOML with the right keys and types, and nothing yet understood.
//!
//! `lower` then says what it means. The split keeps every question about spelling here and every question about
//! sites, scopes and operations there.

mod fields;
mod keys;
mod manifest;
mod read;
mod schema;

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::limits;
use crate::source::At;

pub(crate) use fields::Fields;
pub(crate) use keys::{DAYS, Table};
pub(crate) use manifest::{
    Choices, FieldLists, Guardrails, Hours, Issues, Limits, Operations, Places, Transition, Typed,
};
pub use schema::{elevation_schema, fragment_schema, guardrails_schema, key_table, manifest_schema};

/// A text, and where it stands.
pub(crate) type Word<'i> = At<Cow<'i, str>>;

/// What can be named in two ways.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Name<'i> {
    /// By a text: a name, a key, or digits in quotes.
    Text(Cow<'i, str>),
    /// By a number: an id.
    Number(u64),
}

/// A key's value, or why there is none.
#[derive(Clone, Debug, Default)]
pub(crate) enum Given<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// It is there, and what is wrong with its value has been said.
    Wrong,
    /// It is there.
    Value(T),
}

impl<T> Given<T> {
    pub(crate) const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Wrong => None,
        }
    }

    pub(crate) fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Wrong => None,
        }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Wrong => Given::Wrong,
            Self::Value(value) => Given::Value(change(value)),
        }
    }

    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// Reads the text of `findings`' file as a whole of the kind `table`. `None` when it is not even TOML; then no other
/// diagnostic would mean much.
pub(crate) fn read<'i>(table: Table, text: &'i str, findings: &mut Findings<'_, '_>) -> Option<Fields<'i>> {
    if text.len() > limits::FILE_BYTES {
        findings.add(DiagnosticCode::TooLarge, &findings.start(), || {
            Note::new(format!(
                "the file has {} bytes; a manifest may have {}",
                text.len(),
                limits::FILE_BYTES
            ))
        });
        return None;
    }
    let (document, mut errors) = DeTable::parse_recoverable(text);
    let place = |error: &toml::de::Error| error.span().unwrap_or(0..0);
    errors.sort_by_key(|error| place(error).start);
    // One mistake often makes the parser stumble several times on its line; the first time is the one that helps.
    errors.dedup_by_key(|error| findings.source.line(place(error).start));
    for error in &errors {
        let span = findings.source.place(&place(error));
        findings.add(DiagnosticCode::Syntax, &span, || Note::new(error.message()));
    }
    errors.is_empty().then(|| fields(table, document.into_inner(), findings))
}

fn fields<'i>(table: Table, typed: DeTable<'i>, findings: &mut Findings<'_, '_>) -> Fields<'i> {
    let mut fields = Fields::new(table);
    for (name, value) in typed {
        match table.key(name.get_ref()) {
            Some(key) => {
                let value = read::value(key, &name, value, findings);
                fields.add(key, value);
            }
            None => unknown(table, &name, findings),
        }
    }
    fields
}

/// A key the language does not have, or has elsewhere.
fn unknown(table: Table, key: &Spanned<Cow<'_, str>>, findings: &mut Findings<'_, '_>) {
    let name: &str = key.get_ref();
    let span = findings.source.place(&key.span());
    let names = || table.keys().map(|key| key.name);
    let home = Table::ALL.into_iter().find(|other| other.is_beside(table) && other.key(name).is_some());
    match home {
        Some(home) => findings.add(DiagnosticCode::MisplacedKey, &span, || {
            Note::new(format!("{name:?} does not belong {table}")).suggest(format!("it belongs {home}"))
        }),
        None => findings.add(DiagnosticCode::UnknownKey, &span, || {
            let note = Note::new(format!("there is no key {} {table}", quoted(name)));
            match crate::nearest::nearest(name, names()) {
                Some(near) => note.did_you_mean(Some(near), str::to_owned),
                None => {
                    note.suggest(format!("the keys there are {}", names().collect::<Vec<_>>().join(", ")))
                }
            }
        }),
    }
}

#[cfg(test)]
mod tests;
