//! Warnings about manifests that are correct but perhaps not meant: one file each.
//!
//! A lint never changes what is compiled. Adding one is adding a file, a line in [`ALL`] and a line in the table of
//! diagnostics.

mod administer_by_effect;
mod allowed_and_denied;
mod allows_nothing;
mod chooses_nothing;
mod delete_by_effect;
mod deny_removes_nothing;
mod deprecated;
mod elsewhere_only;
mod expired;
mod many_scopes;
mod never_matches;
mod never_open;
mod no_owner;
mod observes;
mod partly_covered;
mod products_without_effects;
mod shadowed;
mod unused_scope;
mod vends;

use std::sync::Arc;

use catalogue::Operation;

use crate::compile::Vocabulary;
use crate::diagnostic::Findings;
use crate::lower::Lowered;
use crate::operation_set::OperationSet;
use crate::selection::{By, Choice, Selection};
use crate::source::At;

/// What a lint may look at.
pub(crate) struct Subject<'a, 'k> {
    lowered: &'a Lowered,
    vocabulary: &'a Vocabulary<'k>,
    selection: &'a Selection,
    /// Operations the manifest's scopes cover.
    covered: &'a OperationSet,
    /// Operations the client may really call: chosen, not denied, covered, at its sites.
    effective: OperationSet,
}

impl<'a, 'k> Subject<'a, 'k> {
    pub(crate) fn new(
        lowered: &'a Lowered,
        selection: &'a Selection,
        covered: &'a OperationSet,
        vocabulary: &'a Vocabulary<'k>,
    ) -> Self {
        let mut effective = selection.allowed();
        effective.keep(covered);
        effective.keep(&lowered.reachable);
        Self { lowered, vocabulary, selection, covered, effective }
    }

    /// The entries that allow by one of the lists.
    fn allow(&self, by: By) -> impl Iterator<Item = &'a At<Arc<Choice>>> {
        self.lowered.allow.iter().filter(move |choice| choice.value.by == by)
    }

    /// The operations of a set.
    fn operations<'s>(&'s self, set: &'s OperationSet) -> impl Iterator<Item = &'k Arc<Operation>> + 's {
        let all = self.vocabulary.catalogue.operations();
        set.iter().filter_map(|index| all.get(index))
    }

    /// What denies a choice, or some of it: `operations.deny`, `read_only`, the guardrails.
    fn denying(&self, choice: &Choice) -> &'static str {
        let by = |list: &[At<Arc<Choice>>]| {
            list.iter().any(|deny| deny.value.operations.meets(&choice.operations))
        };
        let (by_reading, own): (Vec<_>, Vec<_>) =
            self.lowered.deny.iter().cloned().partition(|deny| deny.value.by == By::ReadOnly);
        match (by(&own), by(&by_reading)) {
            (true, _) => "operations.deny",
            (false, true) => "`read_only`",
            (false, false) => "what the guardrails let you allow: they deny it",
        }
    }

    /// What of a choice exists at the manifest's sites.
    fn here(&self, choice: &Choice) -> OperationSet {
        let mut here = choice.operations.clone();
        here.keep(&self.lowered.reachable);
        here
    }
}

type Lint = fn(&Subject<'_, '_>, &mut Findings<'_, '_>);

const ALL: &[Lint] = &[
    no_owner::lint,
    expired::lint,
    allows_nothing::lint,
    unused_scope::lint,
    vends::lint,
    observes::lint,
    chooses_nothing::lint,
    partly_covered::lint,
    elsewhere_only::lint,
    deprecated::lint,
    delete_by_effect::lint,
    administer_by_effect::lint,
    deny_removes_nothing::lint,
    allowed_and_denied::lint,
    products_without_effects::lint,
    never_matches::lint,
    never_open::lint,
    many_scopes::lint,
    shadowed::lint,
];

pub(crate) use no_owner::is_placeholder;

/// Runs every lint.
pub(crate) fn run(subject: &Subject<'_, '_>, findings: &mut Findings<'_, '_>) {
    for lint in ALL {
        lint(subject, findings);
    }
}
