//! Until when.

use super::{Allowed, Facet, Subject, Weighs};

pub(super) const FACET: Facet = Facet { name: "expires", weighs: Weighs::Permits, of };

fn of(subject: &Subject<'_>) -> Allowed {
    Allowed::Until(subject.manifest().expires())
}
