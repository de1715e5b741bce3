//! Lists of names and ids, and what is in them.

use std::sync::Arc;

/// One entry of a list: a name, or an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Text(Box<str>),
    Id(u64),
}

/// A list of them, and the labels of the lines where they stand. Lists are short; a handful is looked through faster than hashed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) entries: Vec<(Entry, Arc<str>)>,
}

impl Names {
    pub(crate) const NONE: Self = Self { entries: Vec::new() };

    /// The label of the entry that is `name` or `id`; names are compared without regard to letter case.
    pub(crate) fn find(&self, name: &str, id: &str) -> Option<&Arc<str>> {
        let number: Option<u64> = id.parse().ok();
        self.entries.iter().find_map(|(entry, label)| {
            let is_it = match entry {
                Entry::Text(text) => !name.is_empty() && same(text, name),
                Entry::Id(known) => number == Some(*known),
            };
            is_it.then_some(label)
        })
    }

    /// Whether there is an entry that only something unknown could tell to be it: then nobody can say that it is not.
    pub(crate) fn may_be(&self, name: &str, id: &str) -> bool {
        self.entries.iter().any(|(entry, _)| match entry {
            Entry::Text(_) => name.is_empty(),
            Entry::Id(_) => id.parse::<u64>().is_err(),
        })
    }

    /// Whether all entries are of the kind that is given: keys where there is a key, ids where there is an id.
    pub(crate) fn only_like(&self, name: &str, id: &str) -> bool {
        !self.may_be(name, id)
    }

    pub(crate) fn first_label(&self) -> Option<&Arc<str>> {
        self.entries.first().map(|(_, label)| label)
    }
}

/// Whether two names are one to Jira, which compares most of them without regard to letter case.
pub(crate) fn same(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    fold(one) == fold(other)
}

/// An allow list that may be absent, and a deny list that wins.
#[derive(Debug, Default)]
pub(crate) struct Rule {
    /// `None`: all.
    pub(crate) allow: Option<Names>,
    pub(crate) deny: Names,
    /// Where the allow list stands.
    pub(crate) label: Option<Arc<str>>,
}

impl Rule {
    pub(crate) const FREE: Self = Self { allow: None, deny: Names::NONE, label: None };

    pub(crate) const fn is_free(&self) -> bool {
        self.allow.is_none() && self.deny.entries.is_empty()
    }

    /// Whether what has this name and id is in. An empty name or id is one that is not known, and what is not known
    /// is not let in where it could be what is denied.
    pub(crate) fn allows(&self, name: &str, id: &str) -> bool {
        let denied = self.deny.find(name, id).is_some() || self.deny.may_be(name, id);
        !denied && self.allow.as_ref().is_none_or(|allow| allow.find(name, id).is_some())
    }

    /// Whether what has this name or id is in, where only one of the two is known; `None`: that hangs on the other.
    pub(crate) fn knows(&self, name: &str, id: &str) -> Option<bool> {
        if self.denies(name, id) {
            return Some(false);
        }
        let may_be_denied = self.deny.may_be(name, id);
        match &self.allow {
            Some(allow) if allow.find(name, id).is_none() => (!allow.may_be(name, id)).then_some(false),
            Some(_) | None => (!may_be_denied).then_some(true),
        }
    }

    /// Where it says no to this.
    pub(crate) fn objector(&self, name: &str, id: &str) -> Option<&Arc<str>> {
        self.deny.find(name, id).or(self.label.as_ref()).or_else(|| self.deny.first_label())
    }

    /// Whether an entry that denies it says so.
    pub(crate) fn denies(&self, name: &str, id: &str) -> bool {
        self.deny.find(name, id).is_some()
    }
}

/// A list of texts and their labels.
pub(crate) type Texts = Vec<(Box<str>, Arc<str>)>;
