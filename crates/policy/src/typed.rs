//! What was typed: a manifest as TOML with the right keys and types, and nothing yet understood.
//!
//! `lower` then says what it means. The split keeps every question about spelling here and every question about
//! sites, scopes and operations there.

mod keys;
mod read;

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::limits;
use crate::source::{At, Span};
use keys::Table;

/// A text, and where it stands.
pub(crate) type Word<'i> = At<Cow<'i, str>>;

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
    fn read(value: Option<T>) -> Self {
        value.map_or(Self::Wrong, Self::Value)
    }

    pub(crate) const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Wrong => None,
        }
    }

    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A manifest as typed. Absent keys are absent: what is required is `lower`'s business.
#[derive(Default)]
pub(crate) struct Typed<'i> {
    pub(crate) client: Given<Word<'i>>,
    pub(crate) owner: Given<Word<'i>>,
    pub(crate) purpose: Given<Word<'i>>,
    pub(crate) expires: Given<At<toml::value::Datetime>>,
    pub(crate) site: Given<Word<'i>>,
    pub(crate) sites: Given<At<Vec<Word<'i>>>>,
    pub(crate) grant: Given<Word<'i>>,
    pub(crate) scopes: Given<At<Vec<Word<'i>>>>,
    pub(crate) vending: Given<At<bool>>,
    pub(crate) attribution: Given<At<bool>>,
    pub(crate) operations: Given<At<Operations<'i>>>,
}

/// The table `[operations]`.
#[derive(Default)]
pub(crate) struct Operations<'i> {
    pub(crate) allow: Choices<'i>,
    pub(crate) products: Option<At<Vec<Word<'i>>>>,
    pub(crate) deny: Choices<'i>,
}

/// The three ways to choose operations, the same for allowing and for denying.
#[derive(Default)]
pub(crate) struct Choices<'i> {
    pub(crate) effects: Vec<Word<'i>>,
    pub(crate) tags: Vec<Word<'i>>,
    pub(crate) ids: Vec<Word<'i>>,
}

/// Reads the text of `findings`' file. `None` when it is not even TOML; then no other diagnostic would mean much.
pub(crate) fn read<'i>(text: &'i str, findings: &mut Findings<'_, '_>) -> Option<Typed<'i>> {
    if text.len() > limits::FILE_BYTES {
        findings.add(DiagnosticCode::TooLarge, &(0..0), || {
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
        findings.add(DiagnosticCode::Syntax, &place(error), || Note::new(error.message()));
    }
    errors.is_empty().then(|| manifest(document.into_inner(), findings))
}

fn manifest<'i>(table: DeTable<'i>, findings: &mut Findings<'_, '_>) -> Typed<'i> {
    let mut typed = Typed::default();
    for (key, value) in table {
        match &**key.get_ref() {
            "client" => typed.client = Given::read(read::text(&key, value, findings)),
            "owner" => typed.owner = Given::read(read::text(&key, value, findings)),
            "purpose" => typed.purpose = Given::read(read::text(&key, value, findings)),
            "expires" => typed.expires = Given::read(read::date(&key, value, findings)),
            "site" => typed.site = Given::read(read::text(&key, value, findings)),
            "sites" => typed.sites = Given::read(read::list(&key, value, findings, limits::SITES)),
            "grant" => typed.grant = Given::read(read::text(&key, value, findings)),
            "vending" => typed.vending = Given::read(read::flag(&key, value, findings)),
            "attribution" => typed.attribution = Given::read(read::flag(&key, value, findings)),
            "scopes" => typed.scopes = Given::read(read::list(&key, value, findings, limits::LIST_ENTRIES)),
            "operations" => {
                let span = key.span();
                let table = read::table(&key, value, findings);
                typed.operations =
                    Given::read(table.map(|table| At { value: operations(table, findings), span }));
            }
            _ => unknown(Table::Manifest, &key, findings),
        }
    }
    typed
}

fn operations<'i>(table: DeTable<'i>, findings: &mut Findings<'_, '_>) -> Operations<'i> {
    let mut operations = Operations::default();
    for (key, value) in table {
        match &**key.get_ref() {
            "products" => operations.products = read::list(&key, value, findings, limits::LIST_ENTRIES),
            "deny" => {
                if let Some(table) = read::table(&key, value, findings) {
                    operations.deny = deny(table, findings);
                }
            }
            _ => choice(Table::Operations, &mut operations.allow, (key, value), findings),
        }
    }
    operations
}

fn deny<'i>(table: DeTable<'i>, findings: &mut Findings<'_, '_>) -> Choices<'i> {
    let mut choices = Choices::default();
    for entry in table {
        choice(Table::Deny, &mut choices, entry, findings);
    }
    choices
}

fn choice<'i>(
    table: Table,
    choices: &mut Choices<'i>,
    (key, value): (Spanned<Cow<'i, str>>, Spanned<DeValue<'i>>),
    findings: &mut Findings<'_, '_>,
) {
    let list = match &**key.get_ref() {
        "effects" => &mut choices.effects,
        "tags" => &mut choices.tags,
        "ids" => &mut choices.ids,
        _ => return unknown(table, &key, findings),
    };
    *list = read::words(&key, value, findings, limits::LIST_ENTRIES);
}

/// A key the language does not have, or has elsewhere.
fn unknown(table: Table, key: &Spanned<Cow<'_, str>>, findings: &mut Findings<'_, '_>) {
    let name: &str = key.get_ref();
    let span: Span = key.span();
    match Table::ALL.into_iter().find(|other| other.keys().contains(&name)) {
        Some(home) => findings.add(DiagnosticCode::MisplacedKey, &span, || {
            Note::new(format!("{name:?} does not belong {table}")).suggest(format!("it belongs {home}"))
        }),
        None => findings.add(DiagnosticCode::UnknownKey, &span, || {
            let note = Note::new(format!("there is no key {} {table}", quoted(name)));
            match crate::nearest::nearest(name, table.keys().iter().copied()) {
                Some(near) => note.did_you_mean(Some(near), str::to_owned),
                None => note.suggest(format!("the keys there are {}", table.keys().join(", "))),
            }
        }),
    }
}

#[cfg(test)]
mod tests;
