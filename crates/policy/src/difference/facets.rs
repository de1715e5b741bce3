//! The table of facets, and how two values of one are compared.

mod expires;
mod facts;
mod grant;
mod observe;
mod operations;
mod scopes;
mod sites;
mod vending;

use std::collections::BTreeSet;

use jiff::Timestamp;
use types::ClientId;

use super::{Direction, FacetDifference, LISTED};
use crate::manifest::Manifest;
use crate::rulebook::{Entry, Glossary, Rulebook};

/// Every facet, in the order in which they are shown. A further one is a line here and a file beside the others.
pub(super) static FACETS: &[Facet] = &[
    observe::FACET,
    operations::FACET,
    scopes::FACET,
    sites::FACET,
    sites::DEFAULT,
    grant::FACET,
    expires::FACET,
    vending::FACET,
    facts::ATTRIBUTION,
    facts::OWNER,
    facts::PURPOSE,
];

/// One thing a manifest says, as exactly what it allows.
pub(super) struct Facet {
    pub(super) name: &'static str,
    pub(super) weighs: Weighs,
    pub(super) of: fn(&Subject<'_>) -> Allowed,
}

/// What more of a facet means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weighs {
    /// More in it is more permitted.
    Permits,
    /// It is shown, and permits nothing by itself.
    Informs,
}

/// What a manifest allows in one facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Exactly these.
    Only(BTreeSet<Item>),
    /// Until this instant; `None`: for ever.
    Until(Option<Timestamp>),
    /// One of many, none of which is more than another: what one allows the other does not.
    One(String),
}

/// One thing that is allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    pub(super) text: String,
    /// The item this is a variety of: not shown again where that one is gained or lost as a whole.
    pub(super) part_of: Option<String>,
}

impl Item {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), part_of: None }
    }
}

/// A client's manifest, with what is needed to name things.
pub(super) struct Subject<'r> {
    pub(super) entry: &'r Entry,
    pub(super) glossary: &'r Glossary,
}

impl<'r> Subject<'r> {
    /// `None` where the client has no manifest.
    pub(super) fn of(rulebook: &'r Rulebook, client: &ClientId) -> Option<Self> {
        let entry = rulebook.clients.get(client)?;
        Some(Self { entry, glossary: &rulebook.glossary })
    }

    pub(super) const fn manifest(&self) -> &'r Manifest {
        &self.entry.manifest
    }

    /// Whether any call is permitted at some time, or a token handed out.
    pub(super) fn permits_anything(&self) -> bool {
        operations::any(self) || vending::any(self)
    }
}

/// How one facet of two manifests compares.
pub(super) struct Compared {
    pub(super) shown: FacetDifference,
    /// Whether it holds something it did not, and that counts.
    pub(super) more: bool,
    /// Whether it lacks something it held, and that counts.
    pub(super) less: bool,
}

impl Facet {
    /// `None` where there is no difference. A manifest that is missing allows nothing.
    pub(super) fn compare(&self, old: Option<&Subject<'_>>, new: Option<&Subject<'_>>) -> Option<Compared> {
        let (old, new) = (old.map(self.of), new.map(self.of));
        if old == new {
            return None;
        }
        let (gained, lost) =
            (items_beyond(new.as_ref(), old.as_ref()), items_beyond(old.as_ref(), new.as_ref()));
        if gained.is_empty() && lost.is_empty() {
            return None;
        }
        let counts = self.weighs == Weighs::Permits;
        let (more, less) = match (&old, &new) {
            // Both are named, and only one of them is more.
            (Some(Allowed::Until(old)), Some(Allowed::Until(new))) => (later(*new, *old), later(*old, *new)),
            _ => (!gained.is_empty(), !lost.is_empty()),
        };
        let (more, less) = (more && counts, less && counts);
        let direction = match (more, less) {
            (true, _) => Direction::Wider,
            (false, true) => Direction::Narrower,
            (false, false) => Direction::Same,
        };
        let (gained, gained_unlisted) = listed(&gained);
        let (lost, lost_unlisted) = listed(&lost);
        let shown =
            FacetDifference { facet: self.name, direction, gained, lost, gained_unlisted, lost_unlisted };
        Some(Compared { shown, more, less })
    }
}

/// What the first has and the second has not.
fn items_beyond(these: Option<&Allowed>, those: Option<&Allowed>) -> Vec<Item> {
    match (these, those) {
        (None, _) => Vec::new(),
        (Some(Allowed::Only(these)), Some(Allowed::Only(those))) => {
            these.difference(those).cloned().collect()
        }
        (Some(Allowed::Only(these)), _) => these.iter().cloned().collect(),
        (Some(Allowed::Until(until)), _) => {
            vec![Item::new(until.map_or_else(|| "never".to_owned(), |at| at.to_string()))]
        }
        (Some(Allowed::One(word)), _) => vec![Item::new(word.clone())],
    }
}

/// Whether one end is after another; none is after every one.
fn later(this: Option<Timestamp>, that: Option<Timestamp>) -> bool {
    match (this, that) {
        (None, that) => that.is_some(),
        (Some(_), None) => false,
        (Some(this), Some(that)) => this > that,
    }
}

/// As they are shown, and how many are not.
fn listed(items: &[Item]) -> (Vec<String>, usize) {
    let whole: BTreeSet<&str> = items.iter().map(|item| item.text.as_str()).collect();
    let implied = |item: &&Item| item.part_of.as_deref().is_some_and(|part_of| whole.contains(part_of));
    let mut texts: Vec<String> =
        items.iter().filter(|item| !implied(item)).map(|item| item.text.clone()).collect();
    let unlisted = texts.len().saturating_sub(LISTED);
    texts.truncate(LISTED);
    (texts, unlisted)
}
