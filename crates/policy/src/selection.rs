//! Which operations a manifest chooses, and by which of its entries.

use std::fmt;
use std::sync::Arc;

use catalogue::OperationIndex;

use crate::operation_set::OperationSet;

/// How an entry chooses. The order is by precedence: the most particular entry is the one a permit names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum By {
    Id,
    Path,
    Tag,
    Effect,
    /// Not a list: the key that takes away whatever changes something.
    ReadOnly,
}

impl By {
    /// The key of the list.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Id => "ids",
            Self::Path => "paths",
            Self::Tag => "tags",
            Self::Effect => "effects",
            Self::ReadOnly => "read_only",
        }
    }
}

/// One entry of one list, resolved. Equal entries of different manifests share one choice.
#[derive(Debug)]
pub(crate) struct Choice {
    /// Tells choices of one compilation apart.
    pub(crate) number: u32,
    pub(crate) by: By,
    pub(crate) word: Box<str>,
    pub(crate) operations: OperationSet,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by {
            By::ReadOnly => f.write_str(self.by.key()),
            by => write!(f, "{} {:?}", by.key(), self.word),
        }
    }
}

/// What a selection says about one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mention {
    /// Nothing: default deny.
    None,
    /// Allowed by the entry with this position.
    Allowed(usize),
    /// Denied, whatever else allows it.
    Denied,
}

/// What a manifest's `[operations]` chooses. Manifests with equal tables share one selection.
#[derive(Debug)]
pub(crate) struct Selection {
    /// By precedence, then in the order of the file.
    pub(crate) allow: Box<[Arc<Choice>]>,
    pub(crate) deny: Box<[Arc<Choice>]>,
    denied: OperationSet,
    by: Chosen,
}

impl Selection {
    /// `allow` must be in the order of precedence.
    pub(crate) fn new(operations: usize, allow: Box<[Arc<Choice>]>, deny: Box<[Arc<Choice>]>) -> Self {
        let mut denied = OperationSet::none(operations);
        for choice in &deny {
            denied.add(&choice.operations);
        }
        Self { by: Chosen::new(operations, &allow), allow, deny, denied }
    }

    /// What it says about an operation; the cost depends neither on the number of entries nor on anything else.
    pub(crate) fn mention(&self, operation: OperationIndex) -> Mention {
        if self.denied.contains(operation) {
            return Mention::Denied;
        }
        self.by.entry(operation).map_or(Mention::None, Mention::Allowed)
    }

    /// What is chosen by any entry, denied or not.
    pub(crate) const fn chosen(&self) -> &OperationSet {
        &self.by.members
    }

    /// What is chosen and not denied.
    pub(crate) fn allowed(&self) -> OperationSet {
        let mut allowed = self.by.members.clone();
        allowed.remove(&self.denied);
        allowed
    }
}

/// From operation to the first entry that chooses it, in constant time and little space: a bit per operation says
/// whether any does, and the number of bits before it says where in `entries` to look.
#[derive(Debug)]
struct Chosen {
    members: OperationSet,
    /// How many members there are before each word of `members`.
    before: Box<[u16]>,
    /// For each member, ascending, the position of its entry.
    entries: Box<[u16]>,
}

impl Chosen {
    fn new(operations: usize, choices: &[Arc<Choice>]) -> Self {
        let mut first = vec![u16::MAX; operations];
        let mut members = OperationSet::none(operations);
        for (position, choice) in (0u16..).zip(choices) {
            for operation in choice.operations.iter() {
                if let Some(entry) = first.get_mut(operation) {
                    *entry = position.min(*entry);
                }
            }
            members.add(&choice.operations);
        }
        let entries = members.iter().filter_map(|operation| first.get(operation).copied()).collect();
        let before = members
            .words()
            .iter()
            .scan(0u16, |sum, word| {
                let before = *sum;
                *sum = sum.saturating_add(u16::try_from(word.count_ones()).unwrap_or(0));
                Some(before)
            })
            .collect();
        Self { members, before, entries }
    }

    fn entry(&self, operation: OperationIndex) -> Option<usize> {
        let (index, bit) = (operation.index() / 64, operation.index() % 64);
        let word = *self.members.words().get(index)?;
        if word >> bit & 1 == 0 {
            return None;
        }
        let below = (word & ((1u64 << bit) - 1)).count_ones() as usize;
        let rank = usize::from(*self.before.get(index)?) + below;
        self.entries.get(rank).map(|entry| usize::from(*entry))
    }
}

#[cfg(test)]
mod tests;
