//! The minimum of a manifest, told so that a reviewer can follow it.

use catalogue::{Catalogue, Operation, ScopeSet};
use serde::Serialize;
use types::ClientId;

use super::of_manifest::{Asked, Understood};
use super::solve::WORK;

/// The smallest set of scopes of a manifest. Its JSON form is what `ticketgate scopes minimum --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Minimum {
    /// Whose manifest it is.
    pub client: ClientId,
    /// The scopes with their reasons, by name.
    pub scopes: Vec<Reason>,
    /// What the manifest has now, by name.
    pub current: Vec<String>,
    /// What it does not have yet, by name.
    pub add: Vec<String>,
    /// What it has and does not need, by name.
    pub drop: Vec<String>,
    /// How many operations are covered.
    pub operations: usize,
    /// How many operations of the catalogue the scopes open.
    pub opens: usize,
    /// How many those of the manifest open now.
    pub current_opens: usize,
    /// Operations the client cannot call now and could with these scopes, because effects or tags choose them.
    pub newly_allowed: Vec<String>,
    /// Operations to be covered that Atlassian opens to no scope.
    pub closed: Vec<String>,
    /// Whether no other set ranks better. If not, the work ran out: this is the best one that was found.
    pub exact: bool,
    /// No set has fewer scopes (with `narrowest`: opens fewer operations) and ranks better.
    pub at_least: usize,
}

/// Why a scope is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The scope.
    pub scope: String,
    /// Whether it is a granular one.
    pub granular: bool,
    /// The operations that none of the other scopes would cover: label, method and path.
    pub needed_by: Vec<String>,
    /// How many operations of the catalogue it opens besides, together with the others.
    pub also_opens: usize,
}

impl Minimum {
    pub(crate) fn of(understood: &Understood, catalogue: &Catalogue, asked: Asked) -> Self {
        let problem = understood.problem(catalogue, asked);
        let work = if asked.work == 0 { WORK } else { asked.work };
        let solution = problem.solve(work);
        let found = solution.scopes;
        let current = understood.lowered.manifest.scopes;
        let required = understood.required(catalogue, asked);
        let is_closed = |one: &&&Operation| one.classic().is_none() && one.granular().is_none();
        let newly = understood.unwanted(catalogue, asked);
        let names = |scopes: &ScopeSet| -> Vec<String> {
            scopes.iter().map(|scope| catalogue.scope_name(scope).to_owned()).collect()
        };
        let reason = |scope| {
            let only: ScopeSet = std::iter::once(scope).collect();
            let without = found.difference(&only);
            let needs_it = |one: &&&Operation| one.satisfied_by(&found) && !one.satisfied_by(&without);
            let needed_by: Vec<_> = required.iter().filter(needs_it).map(|one| told(one)).collect();
            let opened = problem.opens(&found).saturating_sub(problem.opens(&without));
            Reason {
                scope: catalogue.scope_name(scope).to_owned(),
                granular: problem.granular.contains(scope),
                also_opens: opened.saturating_sub(needed_by.len()),
                needed_by,
            }
        };
        Self {
            client: understood.lowered.manifest.client.clone(),
            scopes: found.iter().map(reason).collect(),
            current: names(&current),
            add: names(&found.difference(&current)),
            drop: names(&current.difference(&found)),
            operations: required.iter().filter(|one| one.satisfied_by(&found)).count(),
            opens: problem.opens(&found),
            current_opens: problem.opens(&current),
            newly_allowed: newly.iter().filter(|one| one.satisfied_by(&found)).map(|one| told(one)).collect(),
            closed: required.iter().filter(is_closed).map(|one| told(one)).collect(),
            exact: solution.exact,
            at_least: solution.at_least,
        }
    }

    /// The scopes, by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(|reason| reason.scope.as_str())
    }

    /// Whether the manifest has just these scopes.
    #[must_use]
    pub const fn is_met(&self) -> bool {
        self.add.is_empty() && self.drop.is_empty()
    }
}

fn told(operation: &Operation) -> String {
    format!("{} ({} {})", operation.label(), operation.verb(), operation.template())
}
