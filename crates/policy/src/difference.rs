//! What each client gains and loses when one rulebook takes the place of another: by enumerating what is permitted, not by
//! comparing texts.
//!
//! What a manifest permits is a product: **these operations**, **until this instant**, **as this grant**. Each factor is a
//! **facet**, one file of `facets/`, which says for one manifest exactly what it allows. One rulebook permits something
//! another does not exactly when a client is permitted anything at all and some facet of it holds more than before.
//! That is the whole rule, and a property test holds it against [`Rulebook::decide`](crate::Rulebook::decide). Facets that only inform
//! (which scopes are written down, who is the owner) are shown and weigh nothing.
//!
//! What cannot be enumerated (conditions in JQL, rules about transitions, clocks of two zones) is compared soundly: equal, certainly
//! narrower, or else wider. Names and ids count as different things, because only Atlassian knows which are one.
//!
//! A further facet is one file and one line of the table in `facets.rs`.

mod facets;
mod guardrails;

use std::collections::BTreeMap;

use serde::Serialize;
use types::ClientId;

use crate::rulebook::Rulebook;

/// The most entries that one facet of one client lists in each direction; how many more there are is counted.
pub const LISTED: usize = 2_000;

/// Which way a change goes. The order is by how much somebody has to look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Nothing is permitted that was not, and nothing else was permitted before.
    #[default]
    Same,
    /// Something is not permitted any more, and nothing is that was not.
    Narrower,
    /// Something is permitted that was not, whatever is lost besides.
    Wider,
}

impl Direction {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Narrower => "narrower",
            Self::Wider => "wider",
        }
    }
}

/// What happens to a client's manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// There was none.
    New,
    /// There is none any more.
    Gone,
    /// It says something else.
    Changed,
}

/// What one facet of a client gains and loses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetDifference {
    /// The facet's name: `operations`, `expires`.
    pub facet: &'static str,
    /// Which way it goes by itself. [`Direction::Same`] for facets that only inform.
    pub direction: Direction,
    /// What is allowed and was not, at most [`LISTED`].
    pub gained: Vec<String>,
    /// What was allowed and is not any more, at most [`LISTED`].
    pub lost: Vec<String>,
    /// How many more are gained than are listed.
    pub gained_unlisted: usize,
    /// How many more are lost than are listed.
    pub lost_unlisted: usize,
    /// Whether it takes something away, whatever it adds besides. In `lost` stands also what more has taken the place of.
    #[serde(skip)]
    pub takes_away: bool,
}

/// What a client gains and loses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientDifference {
    /// Whose manifest it is.
    pub client: ClientId,
    /// What happens to it.
    pub fate: Fate,
    /// Which way the client's permissions go.
    pub direction: Direction,
    /// The facets that differ, in the order of the table.
    pub facets: Vec<FacetDifference>,
    /// Whether the guardrails, those in force or those that are to be, ask for an approval of every change of this manifest, because of
    /// an operation it allows before or after.
    pub asks_approval: bool,
}

/// What every client gains and loses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The widest of all clients' directions.
    pub direction: Direction,
    /// The clients of which something differs, by name.
    pub clients: Vec<ClientDifference>,
    /// How many have a manifest that is the same in every facet.
    pub unchanged: usize,
    /// What of the guardrails weighs on no call: for which operations every change needs an approval. What they deny is among the
    /// facets of the clients it is denied to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardrails: Option<FacetDifference>,
}

impl Difference {
    /// Whether the guardrails ask for an approval, whichever way the change goes.
    #[must_use]
    pub fn asks_approval(&self) -> bool {
        let loosened = self.guardrails.as_ref().is_some_and(|one| one.direction == Direction::Wider);
        loosened || self.clients.iter().any(|client| client.asks_approval)
    }
}

/// Compares two rulebooks compiled against the same catalogue and sites.
#[must_use]
pub fn difference(before: &Rulebook, after: &Rulebook) -> Difference {
    difference_among(before, after, |_| true)
}

/// The same, where only these clients' manifests may have changed: the others, whose texts are the same, are not looked at. With
/// ten thousand clients of which one changes, that is most of the cost.
#[must_use]
pub fn difference_among(
    before: &Rulebook,
    after: &Rulebook,
    may_differ: impl Fn(&ClientId) -> bool,
) -> Difference {
    let mut clients: BTreeMap<&ClientId, ()> = BTreeMap::new();
    clients.extend(before.clients().chain(after.clients()).map(|client| (client, ())));
    let mut found = Difference { guardrails: guardrails::compare(before, after), ..Difference::default() };
    if let Some(differs) = &found.guardrails {
        found.direction = differs.direction;
    }
    for client in clients.keys() {
        match may_differ(client).then(|| of_client(client, before, after)).flatten() {
            None => found.unchanged += 1,
            Some(differs) => {
                found.direction = found.direction.max(differs.direction);
                found.clients.push(differs);
            }
        }
    }
    found
}

/// `None` when nothing differs in any facet.
fn of_client(client: &ClientId, before: &Rulebook, after: &Rulebook) -> Option<ClientDifference> {
    let (old, new) = (facets::Subject::of(before, client), facets::Subject::of(after, client));
    let fate = match (&old, &new) {
        (None, _) => Fate::New,
        (_, None) => Fate::Gone,
        (Some(_), Some(_)) => Fate::Changed,
    };
    let differing: Vec<_> =
        facets::FACETS.iter().filter_map(|facet| facet.compare(old.as_ref(), new.as_ref())).collect();
    if differing.is_empty() && fate == Fate::Changed {
        return None;
    }
    let permits =
        |subject: Option<&facets::Subject<'_>>| subject.is_some_and(facets::Subject::permits_anything);
    // More of one factor is more of nothing where another is empty.
    let wider = permits(new.as_ref()) && differing.iter().any(|facet| facet.more);
    let narrower = permits(old.as_ref()) && differing.iter().any(|facet| facet.less);
    let direction = match (wider, narrower) {
        (true, _) => Direction::Wider,
        (false, true) => Direction::Narrower,
        (false, false) => Direction::Same,
    };
    let facets = differing.into_iter().map(|compared| compared.shown).collect();
    let asks = |subject: Option<&facets::Subject<'_>>| {
        subject.is_some_and(|subject| guardrails::ask_approval([before, after], subject))
    };
    let asks_approval = asks(old.as_ref()) || asks(new.as_ref());
    Some(ClientDifference { client: client.clone(), fate, direction, facets, asks_approval })
}

#[cfg(test)]
mod tests;
