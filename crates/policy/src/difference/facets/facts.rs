//! What permits nothing and is worth seeing.

use super::{Allowed, Facet, Subject, Weighs};

pub(super) const ATTRIBUTION: Facet = Facet { name: "attribution", weighs: Weighs::Informs, of: attribution };
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
