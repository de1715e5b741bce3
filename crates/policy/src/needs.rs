//! Which scopes an operation needs, given what is held.

use catalogue::{Operation, ScopeSet};

/// The alternatives of an operation: each is a set of scopes of which all are needed.
fn alternatives(operation: &Operation) -> impl Iterator<Item = &ScopeSet> {
    operation.classic().into_iter().chain(operation.granular())
}

/// The alternative that `held` covers, classic first; `None`: it covers none.
pub(crate) fn satisfied(operation: &Operation, held: &ScopeSet) -> Option<ScopeSet> {
    alternatives(operation).find(|needed| needed.is_subset(held)).copied()
}

/// The fewest scopes which, added to `held`, make it cover the operation, classic ones if it is a tie; empty when
/// nothing is missing. `None`: no scope helps, the operation is closed to OAuth.
pub(crate) fn missing(operation: &Operation, held: &ScopeSet) -> Option<ScopeSet> {
    alternatives(operation).map(|needed| needed.difference(held)).min_by_key(ScopeSet::len)
}

/// The alternative of which `held` lacks the fewest scopes, classic ones if it is a tie. `None`: the operation is closed to OAuth.
pub(crate) fn nearest(operation: &Operation, held: &ScopeSet) -> Option<ScopeSet> {
    alternatives(operation).min_by_key(|needed| needed.difference(held).len()).copied()
}

/// The same, when only scopes of `most` can be added: a token can ask for no more than its manifest has.
pub(crate) fn missing_within(operation: &Operation, held: &ScopeSet, most: &ScopeSet) -> Option<ScopeSet> {
    let possible = alternatives(operation).filter(|needed| needed.is_subset(most));
    possible.map(|needed| needed.difference(held)).min_by_key(ScopeSet::len)
}

/// Every alternative that `held` covers.
pub(crate) fn satisfied_all<'o>(
    operation: &'o Operation,
    held: &ScopeSet,
) -> impl Iterator<Item = &'o ScopeSet> {
    alternatives(operation).filter(|needed| needed.is_subset(held))
}

#[cfg(test)]
mod tests;
