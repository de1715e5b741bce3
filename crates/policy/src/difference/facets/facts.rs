//! What permits nothing and is worth seeing.

use super::{Allowed, Facet, Item, Subject, Weighs};
use crate::selection::By;

pub(super) const ATTRIBUTION: Facet = Facet { name: "attribution", weighs: Weighs::Informs, of: attribution };
/// What it takes away is missing among the operations.
pub(super) const READ_ONLY: Facet = Facet { name: "read only", weighs: Weighs::Informs, of: read_only };
pub(super) const OWNER: Facet = Facet { name: "owner", weighs: Weighs::Informs, of: owner };
pub(super) const PURPOSE: Facet = Facet { name: "purpose", weighs: Weighs::Informs, of: purpose };

fn attribution(subject: &Subject<'_>) -> Allowed {
    Allowed::One(if subject.manifest().attributes() { "on" } else { "off" }.to_owned())
}

fn owner(subject: &Subject<'_>) -> Allowed {
    Allowed::One(subject.manifest().owner().to_owned())
}

fn purpose(subject: &Subject<'_>) -> Allowed {
    Allowed::One(subject.manifest().purpose().to_owned())
}

fn read_only(subject: &Subject<'_>) -> Allowed {
    let on = subject.entry.selection.deny.iter().any(|choice| choice.by == By::ReadOnly);
    Allowed::Only(on.then(|| Item::new("on")).into_iter().collect())
}
