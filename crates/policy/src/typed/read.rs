//! Values of the types the language has.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};
use toml::value::Datetime;

use super::fields::Value;
use super::keys::{Key, Table, Takes};
use super::{Fields, Name, Word};
use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::limits;
use crate::nearest::nearest;
use crate::source::{At, Span};

type Typed<'i> = Spanned<DeValue<'i>>;

/// What a value is for: the name of its key as written, and where.
#[derive(Clone, Copy)]
struct Of<'k> {
    key: &'k Key,
    span: &'k Span,
}

impl Of<'_> {
    const fn name(self) -> &'static str {
        self.key.name
    }
}

/// The value of a key; `None` when it is wrong, which is among the findings then.
pub(super) fn value<'i>(
    key: &Key,
    name: &Spanned<Cow<'_, str>>,
    value: Typed<'i>,
    findings: &mut Findings<'_, '_>,
) -> Option<Value<'i>> {
    let of = Of { key, span: &findings.source.place(&name.span()) };
    match key.takes {
        Takes::Text | Takes::Time => text(of, value, findings).map(Value::Word),
        Takes::OneOf(words) => {
            let word = text(of, value, findings)?;
            is_one_of(of, &word, words, findings).then_some(Value::Word(word))
        }
        Takes::Texts(most) => texts(of, value, most, findings).map(Value::Words),
        Takes::SomeOf(words) => {
            let mut list = texts(of, value, limits::LIST_ENTRIES, findings)?;
            list.value.retain(|word| is_one_of(of, word, words, findings));
            Some(Value::Words(list))
        }
        Takes::Name => one_name(of, value, findings).map(Value::Name),
        Takes::Names(most) => names(of, value, most, findings).map(Value::Names),
        Takes::Date => date(of, value, findings).map(Value::Date),
        Takes::Flag => flag(of, value, findings).map(Value::Flag),
        Takes::Number(most) => number(of, value, most, findings).map(Value::Number),
        Takes::Size => size(of, value, findings).map(Value::Number),
        Takes::Table(inner) => {
            let At { value, span } = table(of, value, findings)?;
            Some(Value::Table(At { value: super::fields(inner, value, findings), span }))
        }
        Takes::Tables(inner) => tables(of, inner, value, findings).map(Value::Tables),
    }
}

fn text<'i>(of: Of<'_>, value: Typed<'i>, findings: &mut Findings<'_, '_>) -> Option<Word<'i>> {
    let span = findings.source.place(&value.span());
    match value.into_inner() {
        DeValue::String(text) => bounded(text, span, findings),
        other => {
            wrong(&quoted(of.name()), &span, &other, "a text in quotes", findings);
            None
        }
    }
}

fn is_one_of(of: Of<'_>, word: &Word<'_>, words: &[&str], findings: &mut Findings<'_, '_>) -> bool {
    let known = words.contains(&&*word.value);
    if !known {
        findings.add(DiagnosticCode::BadValue, &word.span, || {
            let note = Note::new(format!("{:?} cannot be {}", of.name(), quoted(&word.value)))
                .suggest(format!("it can be {}", words.join(", ")));
            note.did_you_mean(nearest(&word.value, words.iter().copied()), |near| format!("{near:?}"))
        });
    }
    known
}

fn date(of: Of<'_>, value: Typed<'_>, findings: &mut Findings<'_, '_>) -> Option<At<Datetime>> {
    let span = findings.source.place(&value.span());
    match value.into_inner() {
        DeValue::Datetime(value) => Some(At { value, span }),
        DeValue::String(text) if text.parse::<Datetime>().is_ok() => {
            findings.add(DiagnosticCode::WrongType, &span, || {
                Note::new(format!("{:?} must be a date, found a text", of.name()))
                    .did_you_mean(Some(&text), str::to_owned)
                    .suggest("leave the quotes out")
            });
            None
        }
        other => {
            wrong(&quoted(of.name()), &span, &other, "a date such as 2027-06-30", findings);
            None
        }
    }
}

fn flag(of: Of<'_>, value: Typed<'_>, findings: &mut Findings<'_, '_>) -> Option<At<bool>> {
    let span = findings.source.place(&value.span());
    match value.into_inner() {
        DeValue::Boolean(value) => Some(At { value, span }),
        other => {
            wrong(&quoted(of.name()), &span, &other, "true or false", findings);
            None
        }
    }
}

/// A whole number as TOML has it, if 64 bits can hold it.
fn whole(integer: &DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
}

fn number(of: Of<'_>, value: Typed<'_>, most: u64, findings: &mut Findings<'_, '_>) -> Option<At<u64>> {
    let span = findings.source.place(&value.span());
    let found = match value.into_inner() {
        DeValue::Integer(integer) => whole(&integer),
        other => {
            wrong(&quoted(of.name()), &span, &other, "a whole number", findings);
            return None;
        }
    };
    let fits = found.filter(|number| (1..=most).contains(number));
    if fits.is_none() {
        findings.add(DiagnosticCode::BadValue, &span, || {
            Note::new(format!("{:?} must be a whole number from 1 to {most}", of.name()))
        });
    }
    fits.map(|value| At { value, span })
}

fn size(of: Of<'_>, value: Typed<'_>, findings: &mut Findings<'_, '_>) -> Option<At<u64>> {
    let span = findings.source.place(&value.span());
    let found = match value.into_inner() {
        DeValue::Integer(integer) => whole(&integer),
        DeValue::String(text) => bytes(&text),
        other => {
            wrong(
                &quoted(of.name()),
                &span,
                &other,
                "a number of bytes, or a text such as \"10 MB\"",
                findings,
            );
            return None;
        }
    };
    let fits = found.filter(|bytes| *bytes > 0);
    if fits.is_none() {
        findings.add(DiagnosticCode::BadValue, &span, || {
            Note::new(format!(
                "{:?} must be a number of bytes, or a text such as \"10 MB\" or \"10 MiB\"",
                of.name()
            ))
        });
    }
    fits.map(|value| At { value, span })
}

/// The units of sizes, and how many bytes each is. The schema takes its pattern from here.
pub(super) const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

fn bytes(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let (_, unit) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(unit)
}

fn table<'i>(of: Of<'_>, value: Typed<'i>, findings: &mut Findings<'_, '_>) -> Option<At<DeTable<'i>>> {
    let span = findings.source.place(&value.span());
    match value.into_inner() {
        DeValue::Table(value) => Some(At { value, span: of.span.clone() }),
        other => {
            wrong(&quoted(of.name()), &span, &other, "a table", findings);
            None
        }
    }
}

fn tables<'i>(
    of: Of<'_>,
    inner: Table,
    value: Typed<'i>,
    findings: &mut Findings<'_, '_>,
) -> Option<At<Vec<At<Fields<'i>>>>> {
    let name = of.name();
    let array = array(of, value, &format!("a list of tables: [[{name}]]"), of.key.most(), findings)?;
    let mut all = Vec::with_capacity(array.value.len());
    for item in array.value {
        let span = findings.source.place(&item.span());
        match item.into_inner() {
            DeValue::Table(table) => {
                let value = super::fields(inner, table, findings);
                all.push(At { value, span });
            }
            other => wrong(&format!("an entry of {}", quoted(name)), &span, &other, "a table", findings),
        }
    }
    Some(At { value: all, span: array.span })
}

fn array<'i>(
    of: Of<'_>,
    value: Typed<'i>,
    takes: &str,
    most: usize,
    findings: &mut Findings<'_, '_>,
) -> Option<At<Vec<Typed<'i>>>> {
    let span = findings.source.place(&value.span());
    let array: Vec<_> = match value.into_inner() {
        DeValue::Array(array) => array.into_iter().collect(),
        DeValue::String(text) if !matches!(of.key.takes, Takes::Tables(_)) => {
            findings.add(DiagnosticCode::WrongType, &span, || {
                let list = format!("[{text:?}]");
                Note::new(format!("{:?} must be a list of texts, found a single text", of.name()))
                    .did_you_mean(Some(&list), str::to_owned)
                    .suggest("put it in square brackets")
            });
            return None;
        }
        other => {
            wrong(&quoted(of.name()), &span, &other, takes, findings);
            return None;
        }
    };
    if array.len() > most {
        findings.add(DiagnosticCode::TooLarge, of.span, || {
            Note::new(format!("{:?} has {} entries; it may have {most}", of.name(), array.len()))
        });
        return None;
    }
    Some(At { value: array, span })
}

/// A list of texts. Entries of another type are reported and left out.
fn texts<'i>(
    of: Of<'_>,
    value: Typed<'i>,
    most: usize,
    findings: &mut Findings<'_, '_>,
) -> Option<At<Vec<Word<'i>>>> {
    let array = array(of, value, "a list of texts in square brackets", most, findings)?;
    let mut words = Vec::with_capacity(array.value.len());
    for item in array.value {
        let span = findings.source.place(&item.span());
        match item.into_inner() {
            DeValue::String(text) => words.extend(bounded(text, span, findings)),
            other => {
                wrong(
                    &format!("an entry of {}", quoted(of.name())),
                    &span,
                    &other,
                    "a text in quotes",
                    findings,
                );
            }
        }
    }
    Some(At { value: words, span: array.span })
}

fn one_name<'i>(of: Of<'_>, value: Typed<'i>, findings: &mut Findings<'_, '_>) -> Option<At<Name<'i>>> {
    name(&quoted(of.name()), value, findings)
}

fn names<'i>(
    of: Of<'_>,
    value: Typed<'i>,
    most: usize,
    findings: &mut Findings<'_, '_>,
) -> Option<At<Vec<At<Name<'i>>>>> {
    let array = array(of, value, "a list of names or ids in square brackets", most, findings)?;
    let what = format!("an entry of {}", quoted(of.name()));
    let value = array.value.into_iter().filter_map(|item| name(&what, item, findings)).collect();
    Some(At { value, span: array.span })
}

fn name<'i>(what: &str, value: Typed<'i>, findings: &mut Findings<'_, '_>) -> Option<At<Name<'i>>> {
    let span = findings.source.place(&value.span());
    match value.into_inner() {
        DeValue::String(text) => {
            bounded(text, span, findings).map(|At { value, span }| At { value: Name::Text(value), span })
        }
        DeValue::Integer(integer) => {
            let number = whole(&integer).filter(|number| *number > 0);
            if number.is_none() {
                findings.add(DiagnosticCode::BadValue, &span, || {
                    Note::new(format!("{what} is a number no id can be: ids are from 1 to {}", u64::MAX))
                });
            }
            number.map(|number| At { value: Name::Number(number), span })
        }
        other => {
            wrong(what, &span, &other, "a text in quotes, or a whole number", findings);
            None
        }
    }
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
