//! A list of what is allowed, or all, without what is denied.

use std::collections::BTreeSet;

use super::Item;
use crate::terms::{NameEntry, Names, Rule, Texts};

/// How many exceptions are named where everything else is allowed.
const EXCEPTIONS: usize = 20;

/// What an allow list and a deny list let in.
#[derive(Clone, Debug)]
pub(in crate::difference) struct Among {
    /// `None`: all.
    allow: Option<Vec<Entry>>,
    deny: Vec<Entry>,
    /// Whether a thing has one name and one id, so that what is one entry is no other of the same kind. An issue has many labels.
    apart: bool,
    /// What all together are called: `every project`.
    every: &'static str,
    /// Whether it is worth saying of a new manifest that it allows all.
    told: bool,
}

/// One of the list.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// A name, or an id. Nobody can tell here whether a name and an id are of the same thing.
    is_id: bool,
    /// As an allow list compares it.
    exact: String,
    /// As a deny list compares it.
    folded: String,
    /// The entry that has this one in it: `image/*` of `image/png`.
    family: Option<String>,
    shown: String,
}

impl Entry {
    /// What goes by its spelling where it is allowed, and by `folded` where it is denied.
    pub(super) fn spelt(text: &str, folded: String) -> Self {
        Self { is_id: false, exact: text.to_owned(), folded, family: None, shown: text.to_owned() }
    }

    pub(super) fn called(self, shown: String) -> Self {
        Self { shown, ..self }
    }

    pub(super) fn of_family(self, family: Option<String>) -> Self {
        Self { family, ..self }
    }

    fn named(entry: &NameEntry) -> Self {
        match entry {
            NameEntry::Text(text) => Self { exact: fold(text), ..Self::spelt(text, fold(text)) },
            NameEntry::Id(id) => Self { is_id: true, ..Self::spelt(&id.to_string(), id.to_string()) },
        }
    }

    fn is_denied_by(&self, deny: &[Self]) -> bool {
        deny.iter().any(|denied| denied.is_id == self.is_id && denied.folded == self.folded)
    }

    fn is_within(&self, other: &Self) -> bool {
        let whole = Some(&other.exact) == self.family.as_ref();
        other.is_id == self.is_id && (other.exact == self.exact || whole)
    }
}

/// Names that Jira takes for one.
pub(super) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Among {
    pub(super) const fn new(allow: Option<Vec<Entry>>, deny: Vec<Entry>, every: &'static str) -> Self {
        Self { allow, deny, apart: true, every, told: false }
    }

    /// Names and ids.
    pub(super) fn rule(rule: &Rule, every: &'static str) -> Self {
        let entries = |names: &Names| names.entries.iter().map(|(entry, _)| Entry::named(entry)).collect();
        Self::new(rule.allow.as_ref().map(entries), entries(&rule.deny), every)
    }

    /// Texts, of which a thing can have several.
    pub(super) fn several(allow: Option<&Texts>, deny: &Texts, every: &'static str) -> Self {
        let entries = |texts: &Texts| texts.iter().map(|(text, _)| Entry::spelt(text, fold(text))).collect();
        Self { apart: false, ..Self::new(allow.map(entries), entries(deny), every) }
    }

    /// To be said of a new manifest, too.
    pub(super) fn told(self) -> Self {
        Self { told: true, ..self }
    }

    /// Whether it allows all, and that goes without saying.
    pub(super) const fn is_free(&self) -> bool {
        self.allow.is_none() && self.deny.is_empty() && !self.told
    }

    /// The entries that let something in.
    fn in_force(&self) -> Option<impl Iterator<Item = &Entry>> {
        Some(self.allow.as_ref()?.iter().filter(|entry| !entry.is_denied_by(&self.deny)))
    }

    /// Everything.
    pub(super) fn whole(&self) -> Vec<Item> {
        let Some(open) = self.in_force() else {
            let mut text = self.every.to_owned();
            let names: Vec<_> = self.deny.iter().take(EXCEPTIONS).map(|entry| entry.shown.as_str()).collect();
            if !names.is_empty() {
                text = format!("{text} but {}", names.join(", "));
            }
            if let more @ 1.. = self.deny.len().saturating_sub(EXCEPTIONS) {
                text = format!("{text} and {more} more");
            }
            return vec![Item::new(text)];
        };
        open.map(|entry| Item::new(entry.shown.clone())).collect()
    }

    /// What this lets in and the other may not. Nothing exactly when everything that is let in here certainly is there.
    pub(super) fn beyond(&self, other: &Self) -> Vec<Item> {
        let mut found = BTreeSet::new();
        match (self.in_force(), &other.allow) {
            (None, Some(_)) => drop(found.insert(Item::new(format!("{} that is not listed", self.every)))),
            (Some(open), Some(theirs)) => {
                let new = open.filter(|entry| !theirs.iter().any(|known| entry.is_within(known)));
                found.extend(new.map(|entry| Item::new(entry.shown.clone())));
            }
            (_, None) => {}
        }
        let kept_out = other.deny.iter().filter(|denied| !self.keeps_out(denied));
        found.extend(kept_out.map(|entry| Item::new(entry.shown.clone())));
        found.into_iter().collect()
    }

    /// Whether what this entry names certainly is not let in.
    fn keeps_out(&self, what: &Entry) -> bool {
        let elsewhere =
            |entry: &Entry| self.apart && entry.is_id == what.is_id && entry.folded != what.folded;
        what.is_denied_by(&self.deny) || self.in_force().is_some_and(|mut open| open.all(elsewhere))
    }
}
