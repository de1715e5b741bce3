//! Exact cover by branch and bound.
//!
//! A node says of some scopes that they are in and of some that they are out. From this follows more: of an operation one
//! of whose alternatives has a scope that is out, the other alternatives are left, and what all that are left need is in. When
//! something is still open, the scope most alternatives wait for is tried both ways. A node is given up when even what it cannot
//! avoid ranks worse than the best set found: every part of a [`Rank`] only grows with more scopes.

use catalogue::{ScopeId, ScopeSet};

use super::problem::{Need, Prefer, Problem, Rank};

/// How many nodes are looked at before the best set so far has to do: about a second of work on the largest manifests.
pub const WORK: usize = 20_000;

/// The best set of scopes found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The scopes.
    pub scopes: ScopeSet,
    /// How good they are.
    pub rank: Rank,
    /// Whether no set ranks better; otherwise the work ran out before this was known.
    pub exact: bool,
    /// No set that ranks better has less of what [`Rank::first`] counts.
    pub at_least: usize,
    /// How many nodes were looked at.
    pub nodes: usize,
}

struct Node {
    within: ScopeSet,
    without: ScopeSet,
}

/// What follows from a node.
enum Settled {
    /// Something cannot be satisfied any more.
    Impossible,
    /// Everything is satisfied by the scopes that are in.
    Done,
    /// This scope decides most; and so many more scopes are needed at the least.
    Open { branch: ScopeId, more: usize },
}

impl Problem {
    /// The best set of scopes, looking at no more than `work` nodes. What nothing satisfies is not among what is required.
    ///
    /// Sets are compared by [`Rank`], and equal ones by the names of their scopes, so that the answer is the same every time.
    #[must_use]
    pub fn solve(&self, work: usize) -> Solution {
        let first = self.at_hand();
        let mut best = (self.rank(&first, 0), first);
        let mut open = vec![Node { within: ScopeSet::EMPTY, without: ScopeSet::EMPTY }];
        let mut nodes = 0;
        while nodes < work {
            let Some(mut node) = open.pop() else { break };
            nodes += 1;
            let settled = self.settle(&mut node);
            let more = match settled {
                Settled::Impossible => continue,
                Settled::Done => 0,
                Settled::Open { more, .. } => more,
            };
            let rank = self.rank(&node.within, more);
            if rank > best.0 {
                continue;
            }
            match settled {
                Settled::Open { branch, .. } => self.branch(&node, branch, &mut open),
                _ => {
                    if (rank, names(&node.within)) < (best.0, names(&best.1)) {
                        best = (rank, node.within);
                    }
                }
            }
        }
        let (rank, scopes) = best;
        let bounds = open.iter_mut().filter_map(|node| match self.settle(node) {
            Settled::Impossible => None,
            Settled::Done => Some(self.rank(&node.within, 0)),
            Settled::Open { more, .. } => Some(self.rank(&node.within, more)),
        });
        let left: Vec<_> = bounds.filter(|bound| *bound < rank).collect();
        let at_least = left.iter().map(|bound| bound.first).fold(rank.first, usize::min);
        Solution { scopes, rank, exact: left.is_empty(), at_least, nodes }
    }

    /// Both ways, the likelier one last, so that it is looked at first.
    fn branch(&self, node: &Node, scope: ScopeId, open: &mut Vec<Node>) {
        let mut with = Node { within: node.within, without: node.without };
        let mut out = Node { within: node.within, without: node.without };
        with.within.insert(scope);
        out.without.insert(scope);
        open.extend(match self.prefer {
            Prefer::Fewest => [out, with],
            Prefer::Narrowest => [with, out],
        });
    }

    /// A set that does, to begin with: the first alternative of everything.
    fn at_hand(&self) -> ScopeSet {
        let first = self.required.iter().filter_map(|need| need.alternatives.first());
        first.fold(ScopeSet::EMPTY, |all, needed| all.union(needed))
    }

    /// Puts in what has to be in.
    fn settle(&self, node: &mut Node) -> Settled {
        loop {
            let before = node.within;
            let mut waiting: Vec<(ScopeSet, usize)> = Vec::new();
            let mut wanted = [0u32; 512];
            for need in &self.required {
                if need.satisfied_by(&node.within) {
                    continue;
                }
                let Some(missing) = Missing::of(need, node) else { return Settled::Impossible };
                node.within = node.within.union(&missing.common);
                waiting.push((missing.any, missing.fewest));
                for scope in missing.each.iter().flat_map(ScopeSet::iter) {
                    if let Some(count) = wanted.get_mut(scope.index()) {
                        *count += 1;
                    }
                }
            }
            if node.within != before {
                continue;
            }
            let undecided = waiting.iter().fold(ScopeSet::EMPTY, |all, (any, _)| all.union(any));
            let count = |scope: &ScopeId| wanted.get(scope.index()).copied().unwrap_or_default();
            // The first of those wanted as often: `max_by_key` would take the last.
            let branch = undecided.iter().fold(None, |best: Option<ScopeId>, scope| match best {
                Some(best) if count(&best) >= count(&scope) => Some(best),
                _ => Some(scope),
            });
            return match branch {
                None => Settled::Done,
                Some(branch) => Settled::Open { branch, more: apart(waiting) },
            };
        }
    }
}

/// What a need lacks at a node.
struct Missing {
    /// What each alternative that is left lacks.
    each: Vec<ScopeSet>,
    /// What all of them lack.
    common: ScopeSet,
    /// What any of them lacks.
    any: ScopeSet,
    /// How many scopes the cheapest lacks.
    fewest: usize,
}

impl Missing {
    /// `None`: no alternative is left.
    fn of(need: &Need, node: &Node) -> Option<Self> {
        let left = need.alternatives.iter().filter(|one| one.intersection(&node.without).is_empty());
        let each: Vec<_> = left.map(|one| one.difference(&node.within)).collect();
        let (first, rest) = each.split_first()?;
        Some(Self {
            common: rest.iter().fold(*first, |common, one| common.intersection(one)),
            any: rest.iter().fold(*first, |any, one| any.union(one)),
            fewest: each.iter().map(ScopeSet::len).min().unwrap_or_default(),
            each,
        })
    }
}

/// How many scopes are needed at the least: the sum over needs that have no scope in common, the dearest first.
fn apart(mut waiting: Vec<(ScopeSet, usize)>) -> usize {
    waiting.sort_by_key(|(any, fewest)| (std::cmp::Reverse(*fewest), any.len()));
    let mut taken = ScopeSet::EMPTY;
    let mut sum = 0;
    for (any, fewest) in waiting {
        if any.intersection(&taken).is_empty() {
            taken = taken.union(&any);
            sum += fewest;
        }
    }
    sum
}

/// Scopes in the order of their names, for comparing.
fn names(scopes: &ScopeSet) -> Vec<ScopeId> {
    scopes.iter().collect()
}
