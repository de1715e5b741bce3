//! What the guardrails say about changes: which operations ask for an approval of every change.

use std::collections::BTreeSet;

use catalogue::Operation;

use super::facets::{self, Item, Subject};
use super::{Direction, FacetDifference};
use crate::rulebook::Rulebook;

/// Whether one of these rulebooks asks for an approval of every change of a manifest that allows what this one allows.
pub(super) fn ask_approval(rulebooks: [&Rulebook; 2], subject: &Subject<'_>) -> bool {
    let rulebooks = rulebooks.map(Rulebook::guardrails);
    let asked = rulebooks.iter().any(|guardrails| guardrails.ask_anything());
    asked
        && facets::permits(subject, |operation| {
            rulebooks.iter().any(|guardrails| guardrails.ask_approval_for(operation))
        })
}

/// What changes about that. To ask for less is wider: what somebody else had to see they need not see any more.
pub(super) fn compare(before: &Rulebook, after: &Rulebook) -> Option<FacetDifference> {
    let (old, new) = (asked(before), asked(after));
    let (gained, lost) = (&old - &new, &new - &old);
    if gained.is_empty() && lost.is_empty() {
        return None;
    }
    let direction = if gained.is_empty() { Direction::Narrower } else { Direction::Wider };
    let takes_away = !lost.is_empty();
    let items = |set: BTreeSet<Item>| facets::listed(&set.into_iter().collect::<Vec<_>>());
    let ((gained, gained_unlisted), (lost, lost_unlisted)) = (items(gained), items(lost));
    let facet = "changes without approval";
    Some(FacetDifference { facet, direction, gained, lost, gained_unlisted, lost_unlisted, takes_away })
}

fn asked(rulebook: &Rulebook) -> BTreeSet<Item> {
    let guardrails = rulebook.guardrails();
    let name = |operation: &Operation| Item::new(format!("manifests with {}", operation.label()));
    let operations = rulebook.glossary.operations.iter();
    operations.filter(|one| guardrails.ask_approval_for(one)).map(|one| name(one)).collect()
}
