//! As whom calls go out. Another grant is another's permissions at Atlassian: more than before, and less.

use super::{Allowed, Facet, Subject, Weighs};

pub(super) const FACET: Facet = Facet { name: "grant", weighs: Weighs::Permits, of };

fn of(subject: &Subject<'_>) -> Allowed {
    Allowed::One(subject.manifest().grant().to_string())
}
