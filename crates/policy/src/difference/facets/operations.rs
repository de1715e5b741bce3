//! Which operations at which sites, and with which scopes a token has to be asked for at least.

use std::collections::BTreeSet;

use catalogue::{Operation, ScopeSet};
use types::Site;

use super::{Allowed, Facet, Item, Subject, Weighs};
use crate::denial;
use crate::needs;
use crate::selection::Mention;

pub(super) const FACET: Facet = Facet { name: "operations", weighs: Weighs::Permits, of };

/// Each operation at each site once, and once for each smallest set of scopes that permits it. A token that holds one of these sets
/// is permitted, any other is not; so comparing the sets compares what every token may. An alternative that contains
/// another never decides: wherever it is held, so is the other.
fn of(subject: &Subject<'_>) -> Allowed {
    let mut items = BTreeSet::new();
    each(subject, |site, operation| {
        let whole = format!("{} at {}", operation.label(), site.name);
        // Versions of one API share a label, and a path can mean one of them alone.
        let exact = format!("{} {} at {}", operation.verb(), operation.template(), site.name);
        let held = &subject.manifest().scopes;
        let ways: Vec<&ScopeSet> = needs::satisfied_all(operation, held).collect();
        for way in &ways {
            let contains_another = ways.iter().any(|other| other != way && other.is_subset(way));
            if !contains_another {
                let names: Vec<_> = way.iter().map(|scope| subject.glossary.scope(scope)).collect();
                let text = format!("{whole} by {}", names.join(" and "));
                items.insert(Item {
                    text: format!("{exact} by {}", names.join(" and ")),
                    part_of: Some(text.clone()),
                });
                items.insert(Item { text, part_of: Some(whole.clone()) });
            }
        }
        items.insert(Item { text: exact, part_of: Some(whole.clone()) });
        items.insert(Item::new(whole));
        true
    });
    Allowed::Only(items)
}

/// Whether there is any of this kind.
pub(super) fn any(subject: &Subject<'_>, of_kind: impl Fn(&Operation) -> bool) -> bool {
    let mut found = false;
    each(subject, |_, operation| {
        found = of_kind(operation);
        !found
    });
    found
}

/// Every operation the manifest permits at some time, until `go_on` says no. The conditions are those of `decide`.
fn each(subject: &Subject<'_>, mut go_on: impl FnMut(&Site, &Operation) -> bool) {
    let manifest = subject.manifest();
    for site in manifest.sites() {
        let faces = [site.face(false), site.face(true)];
        for operation in &subject.glossary.operations {
            let allowed = matches!(subject.entry.selection.mention(operation.index()), Mention::Allowed(_))
                && needs::satisfied(operation, &manifest.scopes).is_some();
            // What a manifest could allow and this one does not is let through as well.
            let observed = manifest.observed.is_some()
                && needs::nearest(operation, &manifest.scopes).is_some()
                && !denial::is_guarded(subject.entry, operation);
            let here = faces.contains(&Some(operation.face()));
            if here && (allowed || observed) && !go_on(site, operation) {
                return;
            }
        }
    }
}
