//! Sets of operations of one catalogue, as bits.

use catalogue::OperationIndex;

const BITS: usize = u64::BITS as usize;

/// A set of operations of one catalogue. About 300 bytes for the builtin one; shared wherever it can be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OperationSet(Box<[u64]>);

impl OperationSet {
    /// The empty set of a catalogue with this many operations.
    pub(crate) fn none(operations: usize) -> Self {
        Self(vec![0; operations.div_ceil(BITS)].into())
    }

    pub(crate) fn of(operations: usize, members: impl IntoIterator<Item = OperationIndex>) -> Self {
        let mut set = Self::none(operations);
        for member in members {
            set.insert(member);
        }
        set
    }

    pub(crate) fn insert(&mut self, operation: OperationIndex) {
        if let Some(word) = self.0.get_mut(operation.index() / BITS) {
            *word |= 1 << (operation.index() % BITS);
        }
    }

    pub(crate) fn contains(&self, operation: OperationIndex) -> bool {
        self.0.get(operation.index() / BITS).is_some_and(|word| word >> (operation.index() % BITS) & 1 == 1)
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.0
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    pub(crate) fn remove(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine &= !theirs;
        }
    }

    pub(crate) fn keep(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine &= theirs;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(mine, theirs)| mine & theirs != 0)
    }

    /// The members' positions in the catalogue, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest.wrapping_sub(1);
                (bit < BITS).then_some(index * BITS + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests;
