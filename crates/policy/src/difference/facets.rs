//! The table of facets, and how two values of one are compared.

mod among;
mod amounts;
mod content;
mod facts;
mod grant;
mod issues;
mod most;
mod observe;
mod operations;
mod scopes;
mod sites;
mod time;
mod transitions;
mod vending;

use std::collections::BTreeSet;

use catalogue::Operation;
use types::ClientId;

use super::{Direction, FacetDifference, LISTED};
use among::Among;
use issues::Condition;
use most::Most;
use time::Open;
use transitions::Transitions;

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
    amounts::USERS,
    issues::PROJECTS,
    issues::SPACES,
    issues::TYPES,
    issues::LABELS,
    issues::LEVELS,
    issues::JQL,
    transitions::FACET,
    content::WRITTEN,
    content::SEEN,
    content::COMMENTS,
    content::TYPES,
    content::SIZE,
    time::STARTS,
    time::EXPIRES,
    time::HOURS,
    amounts::RATE,
    amounts::BURST,
    amounts::CONCURRENT,
    amounts::PER_DAY,
    amounts::PRIORITY,
    vending::FACET,
    facts::READ_ONLY,
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
#[derive(Clone, Debug)]
pub(super) enum Allowed {
    /// Exactly these.
    Only(BTreeSet<Item>),
    /// Up to this.
    Most(Most),
    /// One of many, none of which is more than another: what one allows the other does not.
    One(String),
    /// What lists let in.
    Among(Among),
    /// What several lists let in, each of things of another kind.
    Several(Vec<Among>),
    /// What rules let through.
    Transitions(Transitions),
    /// Issues of which this holds.
    Condition(Condition),
    /// Hours of the week.
    Open(Open),
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
        operations::any(self, |_| true) || vending::any(self) || amounts::any(self)
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
        let (gained, lost) =
            (items_beyond(new.as_ref(), old.as_ref()), items_beyond(old.as_ref(), new.as_ref()));
        if gained.is_empty() && lost.is_empty() {
            return None;
        }
        let counts = self.weighs == Weighs::Permits;
        let (more, less) = match (&old, &new) {
            // Both are named, and only one of them is more.
            (Some(Allowed::Most(old)), Some(Allowed::Most(new))) => {
                (new.is_more_than(old), old.is_more_than(new))
            }
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
        let shown = FacetDifference {
            facet: self.name,
            direction,
            gained,
            lost,
            gained_unlisted,
            lost_unlisted,
            takes_away: less,
        };
        Some(Compared { shown, more, less })
    }
}

/// What the first has and the second has not, or cannot be shown to have. Without a second, all of the first, as far as it does not go
/// without saying.
fn items_beyond(these: Option<&Allowed>, those: Option<&Allowed>) -> Vec<Item> {
    let Some(these) = these else { return Vec::new() };
    match (these, those) {
        (Allowed::Only(these), Some(Allowed::Only(those))) => these.difference(those).cloned().collect(),
        (Allowed::Most(this), Some(Allowed::Most(that))) if this == that => Vec::new(),
        (Allowed::Most(this), Some(_)) => vec![this.item()],
        (Allowed::One(this), Some(Allowed::One(that))) if this == that => Vec::new(),
        (Allowed::Among(these), Some(Allowed::Among(those))) => these.beyond(those),
        (Allowed::Several(these), Some(Allowed::Several(those))) => {
            these.iter().zip(those).flat_map(|(these, those)| these.beyond(those)).collect()
        }
        (Allowed::Transitions(these), Some(Allowed::Transitions(those))) => these.beyond(those),
        (Allowed::Condition(this), Some(Allowed::Condition(that))) => this.beyond(that),
        (Allowed::Open(these), Some(Allowed::Open(those))) => these.beyond(those),
        (these, _) if these.is_free() => Vec::new(),
        (these, _) => these.whole(),
    }
}

impl Allowed {
    /// Whether it is all there is, and what a manifest that says nothing of the kind allows.
    fn is_free(&self) -> bool {
        match self {
            Self::Only(_) | Self::One(_) => false,
            Self::Most(most) => most.is_free(),
            Self::Among(among) => among.is_free(),
            Self::Several(all) => all.iter().skip(1).all(Among::is_free),
            Self::Transitions(transitions) => transitions.is_free(),
            Self::Condition(condition) => condition.is_free(),
            Self::Open(open) => open.is_free(),
        }
    }

    fn whole(&self) -> Vec<Item> {
        match self {
            Self::Only(items) => items.iter().cloned().collect(),
            Self::Most(most) => vec![most.item()],
            Self::One(word) => vec![Item::new(word.clone())],
            Self::Among(among) => among.whole(),
            Self::Several(all) => all.iter().flat_map(Among::whole).collect(),
            Self::Transitions(transitions) => transitions.whole(),
            Self::Condition(condition) => condition.whole(),
            Self::Open(open) => open.whole(),
        }
    }
}

/// Whether an operation of this kind is permitted at some time.
pub(super) fn permits(subject: &Subject<'_>, of_kind: impl Fn(&Operation) -> bool) -> bool {
    operations::any(subject, of_kind)
}

/// As they are shown, and how many are not.
pub(super) fn listed(items: &[Item]) -> (Vec<String>, usize) {
    let whole: BTreeSet<&str> = items.iter().map(|item| item.text.as_str()).collect();
    let implied = |item: &&Item| item.part_of.as_deref().is_some_and(|part_of| whole.contains(part_of));
    let mut texts: Vec<String> =
        items.iter().filter(|item| !implied(item)).map(|item| item.text.clone()).collect();
    let unlisted = texts.len().saturating_sub(LISTED);
    texts.truncate(LISTED);
    (texts, unlisted)
}
