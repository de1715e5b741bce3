//! A table as typed: its keys are keys of the language, their values of the right type, and nothing is understood yet.

use std::collections::HashSet;

use toml::value::Datetime;

use super::keys::{Key, Merge, Table, Takes};
use super::{Given, Name, Word};
use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::source::{At, Span};

/// A value of one of the types the language has.
#[derive(Clone, Debug)]
pub(super) enum Value<'i> {
    Word(Word<'i>),
    Words(At<Vec<Word<'i>>>),
    Name(At<Name<'i>>),
    Names(At<Vec<At<Name<'i>>>>),
    Date(At<Datetime>),
    Flag(At<bool>),
    Number(At<u64>),
    Table(At<Fields<'i>>),
    Tables(At<Vec<At<Fields<'i>>>>),
}

/// The keys of a table and their values; `None`: the value is wrong, and that has been said.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'i> {
    table: Table,
    entries: Vec<(&'static Key, Option<Value<'i>>)>,
}

impl<'i> Fields<'i> {
    pub(super) const fn new(table: Table) -> Self {
        Self { table, entries: Vec::new() }
    }

    pub(super) fn add(&mut self, key: &'static Key, value: Option<Value<'i>>) {
        self.entries.push((key, value));
    }

    fn take<T>(&mut self, name: &str, pick: impl FnOnce(Value<'i>) -> Option<T>) -> Given<T> {
        debug_assert!(self.table.key(name).is_some(), "{name} is no key {}", self.table);
        let Some(at) = self.entries.iter().position(|(key, _)| key.name == name) else {
            return Given::Absent;
        };
        let (_, value) = self.entries.swap_remove(at);
        value.and_then(pick).map_or(Given::Wrong, Given::Value)
    }

    pub(super) fn word(&mut self, name: &str) -> Given<Word<'i>> {
        self.take(name, |value| if let Value::Word(word) = value { Some(word) } else { None })
    }

    pub(super) fn words(&mut self, name: &str) -> Given<At<Vec<Word<'i>>>> {
        self.take(name, |value| if let Value::Words(words) = value { Some(words) } else { None })
    }

    /// The same where an absent list and an empty one mean the same.
    pub(super) fn list(&mut self, name: &str) -> Vec<Word<'i>> {
        self.words(name).into_value().map(|list| list.value).unwrap_or_default()
    }

    pub(super) fn name(&mut self, name: &str) -> Given<At<Name<'i>>> {
        self.take(name, |value| if let Value::Name(name) = value { Some(name) } else { None })
    }

    pub(super) fn names(&mut self, name: &str) -> Given<At<Vec<At<Name<'i>>>>> {
        self.take(name, |value| if let Value::Names(names) = value { Some(names) } else { None })
    }

    pub(super) fn date(&mut self, name: &str) -> Given<At<Datetime>> {
        self.take(name, |value| if let Value::Date(date) = value { Some(date) } else { None })
    }

    pub(super) fn flag(&mut self, name: &str) -> Given<At<bool>> {
        self.take(name, |value| if let Value::Flag(flag) = value { Some(flag) } else { None })
    }

    pub(super) fn number(&mut self, name: &str) -> Given<At<u64>> {
        self.take(name, |value| if let Value::Number(number) = value { Some(number) } else { None })
    }

    pub(super) fn table<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> Given<At<T>> {
        let table = self.take(name, |value| if let Value::Table(table) = value { Some(table) } else { None });
        table.map(|At { mut value, span }| At { value: read(&mut value), span })
    }

    pub(super) fn tables<T>(&mut self, name: &str, read: impl Fn(&mut Self) -> T) -> Given<At<Vec<At<T>>>> {
        let tables =
            self.take(name, |value| if let Value::Tables(tables) = value { Some(tables) } else { None });
        let one = |At { mut value, span }: At<Fields<'i>>| At { value: read(&mut value), span };
        tables.map(|At { value, span }| At { value: value.into_iter().map(one).collect(), span })
    }

    /// What it extends; the key is gone then.
    pub(crate) fn extends(&mut self) -> Vec<Word<'i>> {
        self.list("extends")
    }

    /// Takes in what a fragment says. `at` is where it is extended: what becomes too long by it is told there.
    pub(crate) fn unite(&mut self, fragment: &Self, at: &Span, findings: &mut Findings<'_, '_>) {
        self.take_in(fragment, Prevails::Mine, at, findings);
    }

    /// Takes in what an elevation says, which is more: of what can be said once only, it is what holds.
    pub(crate) fn elevate(&mut self, elevation: &Self, at: &Span, findings: &mut Findings<'_, '_>) {
        self.take_in(elevation, Prevails::Theirs, at, findings);
    }

    fn take_in(&mut self, other: &Self, prevails: Prevails, at: &Span, findings: &mut Findings<'_, '_>) {
        for (key, theirs) in &other.entries {
            // What a fragment builds on, and what it is for, is its own.
            if matches!(key.name, "extends" | "purpose") {
                continue;
            }
            let Some(theirs) = theirs else { continue };
            match self.entries.iter_mut().find(|(mine, _)| mine.name == key.name) {
                None => self.entries.push((key, Some(theirs.clone()))),
                Some((_, Some(mine))) => merge((key, prevails), mine, theirs, at, findings),
                Some((_, None)) => {}
            }
        }
    }
}

/// Whose value holds, of two that cannot be united.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prevails {
    Mine,
    Theirs,
}

fn merge<'i>(
    (key, prevails): (&Key, Prevails),
    mine: &mut Value<'i>,
    theirs: &Value<'i>,
    at: &Span,
    findings: &mut Findings<'_, '_>,
) {
    if key.merge == Merge::Whole {
        if prevails == Prevails::Theirs {
            *mine = theirs.clone();
        }
        return;
    }
    let length = match (mine, theirs) {
        (Value::Words(mine), Value::Words(theirs)) => {
            let known: HashSet<_> = mine.value.iter().map(|word| word.value.clone()).collect();
            mine.value.extend(theirs.value.iter().filter(|word| !known.contains(&word.value)).cloned());
            mine.value.len()
        }
        (Value::Names(mine), Value::Names(theirs)) => {
            let known: HashSet<_> = mine.value.iter().map(|name| name.value.clone()).collect();
            mine.value.extend(theirs.value.iter().filter(|name| !known.contains(&name.value)).cloned());
            mine.value.len()
        }
        (Value::Tables(mine), Value::Tables(theirs)) => {
            mine.value.extend(theirs.value.iter().cloned());
            mine.value.len()
        }
        (Value::Table(mine), Value::Table(theirs)) => {
            mine.value.take_in(&theirs.value, prevails, at, findings);
            0
        }
        (Value::Flag(mine), Value::Flag(theirs)) if key.merge == Merge::Any => {
            if theirs.value && !mine.value {
                *mine = theirs.clone();
            }
            0
        }
        (mine, theirs) => {
            if prevails == Prevails::Theirs {
                *mine = theirs.clone();
            }
            0
        }
    };
    let most = key.most();
    if length > most {
        findings.add(DiagnosticCode::TooLarge, at, || {
            Note::new(format!("with this {:?} has {length} entries; it may have {most}", key.name))
        });
    }
}

impl Key {
    /// How many entries its list may have.
    pub(super) const fn most(&self) -> usize {
        match self.takes {
            Takes::Texts(most) | Takes::Names(most) => most,
            Takes::Tables(_) => crate::limits::TRANSITIONS,
            Takes::SomeOf(words) => words.len(),
            _ => 1,
        }
    }
}
