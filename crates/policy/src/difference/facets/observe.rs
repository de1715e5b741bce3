//! Whether the client is observed: then nothing of its manifest is in the way of what it does.

use std::collections::BTreeSet;

use super::{Allowed, Facet, Item, Subject, Weighs};

/// It weighs by itself, because the terms of the manifest do not hold any more, whichever operations it chooses.
pub(super) const FACET: Facet = Facet { name: "observe", weighs: Weighs::Permits, of };

const WIDE_OPEN: &str = "WIDE OPEN: everything its manifest would refuse is let through and written down; only the guardrails and its grant still hold it";

fn of(subject: &Subject<'_>) -> Allowed {
    let observed = subject.manifest().observed.is_some();
    Allowed::Only(observed.then(|| Item::new(WIDE_OPEN)).into_iter().collect::<BTreeSet<_>>())
}
