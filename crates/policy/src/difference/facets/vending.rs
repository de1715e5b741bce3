//! Where Atlassian's own token is handed out: with it, a client is held by nothing but what the grant may.

use std::collections::BTreeSet;

use super::{Allowed, Facet, Item, Subject, Weighs};

pub(super) const FACET: Facet = Facet { name: "vending", weighs: Weighs::Permits, of };

fn of(subject: &Subject<'_>) -> Allowed {
    let sites: BTreeSet<Item> = match any(subject) {
        true => subject
            .manifest()
            .sites()
            .iter()
            .map(|site| Item::new(format!("token for {}", site.name)))
            .collect(),
        false => BTreeSet::new(),
    };
    Allowed::Only(sites)
}

/// Whether there is any.
pub(super) fn any(subject: &Subject<'_>) -> bool {
    subject.manifest().vends() && !subject.manifest().acts_as_user()
}
