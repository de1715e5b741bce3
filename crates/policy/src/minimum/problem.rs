//! What a set of scopes has to do, and how two sets that do it compare.

use std::collections::HashMap;

use catalogue::{Catalogue, Operation, ScopeSet};

/// How many scopes Atlassian recommends an app to have at most (developer documentation, "Scopes for OAuth 2.0 (3LO) and
/// Forge apps").
pub const RECOMMENDED: usize = 50;

/// What comes first when sets of scopes are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefer {
    /// The fewest scopes; among as many, the fewest operations they open.
    #[default]
    Fewest,
    /// The fewest operations of the catalogue that the scopes open; among as many, the fewest scopes.
    Narrowest,
}

/// The alternatives of one operation, each a set of which all scopes are needed; and how many operations have just these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// At most two in practice, the classic one first; none: nothing satisfies it.
    pub alternatives: Box<[ScopeSet]>,
    /// How many operations; at least 1.
    pub operations: usize,
}

impl Need {
    /// Whether `held` is enough.
    #[must_use]
    pub fn satisfied_by(&self, held: &ScopeSet) -> bool {
        self.alternatives.iter().any(|needed| needed.is_subset(held))
    }
}

/// What is asked of a set of scopes.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// What it has to satisfy, each need once.
    pub required: Vec<Need>,
    /// What it had better not satisfy: operations a client does not have now and would then get.
    pub unwanted: Vec<Need>,
    /// Every operation there is: what the breadth of a set is measured by.
    pub world: Vec<Need>,
    /// The scopes that count as granular; any other is classic.
    pub granular: ScopeSet,
    /// What comes first.
    pub prefer: Prefer,
}

/// How good a set of scopes is: less is better, compared part by part. Every part grows, or stays, when a scope is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Unwanted operations it satisfies.
    pub unwanted: usize,
    /// Scopes beyond [`RECOMMENDED`].
    pub beyond: usize,
    /// Scopes or opened operations, as [`Prefer`] says.
    pub first: usize,
    /// The other of the two.
    pub second: usize,
    /// Granular scopes: where all else is equal, classic ones are preferred.
    pub granular: usize,
}

impl Problem {
    /// The rank of `scopes` when `more` scopes come on top of which nothing is known.
    pub(super) fn rank(&self, scopes: &ScopeSet, more: usize) -> Rank {
        let (count, opens) = (scopes.len().saturating_add(more), self.opens(scopes));
        let (first, second) = match self.prefer {
            Prefer::Fewest => (count, opens),
            Prefer::Narrowest => (opens, count),
        };
        Rank {
            unwanted: satisfied(&self.unwanted, scopes),
            beyond: count.saturating_sub(RECOMMENDED),
            first,
            second,
            granular: scopes.intersection(&self.granular).len(),
        }
    }

    /// How many operations `scopes` open.
    #[must_use]
    pub fn opens(&self, scopes: &ScopeSet) -> usize {
        satisfied(&self.world, scopes)
    }
}

fn satisfied(needs: &[Need], scopes: &ScopeSet) -> usize {
    needs.iter().filter(|need| need.satisfied_by(scopes)).map(|need| need.operations).sum()
}

/// The needs of operations: equal ones become one, what needs no scope or is open to none is left out, and so is an alternative
/// that holds another one.
pub(super) fn needs<'o>(operations: impl IntoIterator<Item = &'o Operation>) -> Vec<Need> {
    let mut found: HashMap<Box<[ScopeSet]>, usize> = HashMap::new();
    let mut order = Vec::new();
    for operation in operations {
        let all: Vec<_> = operation.classic().into_iter().chain(operation.granular()).copied().collect();
        if all.is_empty() || all.iter().any(ScopeSet::is_empty) {
            continue;
        }
        let least = |one: &&ScopeSet| !all.iter().any(|other| other != *one && other.is_subset(one));
        let mut alternatives: Vec<_> = all.iter().filter(least).copied().collect();
        alternatives.dedup();
        let alternatives: Box<[ScopeSet]> = alternatives.into();
        let count = found.entry(alternatives.clone()).or_insert_with(|| {
            order.push(alternatives);
            0
        });
        *count += 1;
    }
    let with_count = |alternatives: Box<[ScopeSet]>| {
        let operations = found.get(&alternatives).copied().unwrap_or_default();
        Need { alternatives, operations }
    };
    order.into_iter().map(with_count).collect()
}

/// The scopes that stand in a granular alternative and in no classic one.
pub(super) fn granular(catalogue: &Catalogue) -> ScopeSet {
    let union = |of: fn(&Operation) -> Option<&ScopeSet>| {
        let sets = catalogue.operations().iter().filter_map(|one| of(one));
        sets.fold(ScopeSet::EMPTY, |all, set| all.union(set))
    };
    union(Operation::granular).difference(&union(Operation::classic))
}
