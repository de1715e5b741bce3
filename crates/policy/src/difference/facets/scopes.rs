//! The scopes that are written down. Which operations they open is said by the operations.

use super::{Allowed, Facet, Item, Subject, Weighs};

pub(super) const FACET: Facet = Facet { name: "scopes", weighs: Weighs::Informs, of };

fn of(subject: &Subject<'_>) -> Allowed {
    let scopes = subject.manifest().scopes.iter();
    Allowed::Only(scopes.map(|scope| Item::new(subject.glossary.scope(scope))).collect())
}
