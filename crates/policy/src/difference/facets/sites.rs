//! The sites, and which of them is meant when a call names none. What may be done at each is said by the operations.

use super::{Allowed, Facet, Item, Subject, Weighs};

pub(super) const FACET: Facet = Facet { name: "sites", weighs: Weighs::Informs, of };
pub(super) const DEFAULT: Facet = Facet { name: "default site", weighs: Weighs::Informs, of: default };

fn of(subject: &Subject<'_>) -> Allowed {
    Allowed::Only(subject.manifest().sites().iter().map(|site| Item::new(site.name.as_str())).collect())
}

fn default(subject: &Subject<'_>) -> Allowed {
    let first = subject.manifest().sites().first();
    Allowed::One(first.map(|site| site.name.to_string()).unwrap_or_default())
}
