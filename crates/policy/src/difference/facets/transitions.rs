//! Which transitions may be made.

use super::among::fold;
use super::{Allowed, Facet, Item, Subject, Weighs};
use crate::terms::{NameEntry, TransitionRule};

pub(super) const FACET: Facet = Facet { name: "transitions", weighs: Weighs::Permits, of };

fn of(subject: &Subject<'_>) -> Allowed {
    let rules = &subject.manifest().terms().transitions().rules;
    let chosen = |deny: bool| rules.iter().filter(|rule| rule.deny == deny).map(Kind::of).collect();
    Allowed::Transitions(Transitions { allow: chosen(false), deny: chosen(true) })
}

/// Those that rules allow, without those that rules deny. Without a rule that allows: all.
#[derive(Clone, Debug)]
pub(in crate::difference) struct Transitions {
    allow: Vec<Kind>,
    deny: Vec<Kind>,
}

/// A kind of transition: all of this holds.
#[derive(Clone, Debug)]
struct Kind(Vec<(&'static str, Wanted)>);

/// What is wanted of one part, as it is compared and as it is shown.
#[derive(Clone, Debug)]
struct Wanted {
    is_id: bool,
    folded: String,
    shown: String,
}

impl Kind {
    fn of(rule: &TransitionRule) -> Self {
        let which = &rule.which;
        let name = which.name.clone().map(NameEntry::Text);
        let parts = [
            ("in", which.project.clone()),
            ("from", which.from.clone()),
            ("to", which.to.clone()),
            ("with the id", which.id.clone()),
            ("called", name),
        ];
        let wanted = |entry: NameEntry| match entry {
            NameEntry::Text(text) => Wanted { is_id: false, folded: fold(&text), shown: format!("{text:?}") },
            NameEntry::Id(id) => Wanted { is_id: true, folded: id.to_string(), shown: id.to_string() },
        };
        Self(parts.into_iter().filter_map(|(part, entry)| Some((part, wanted(entry?)))).collect())
    }

    /// Whether whatever is of this kind is of the other: all that one asks this one asks too.
    fn is_within(&self, other: &Self) -> bool {
        other.0.iter().all(|(part, wanted)| {
            self.0
                .iter()
                .any(|(mine, has)| mine == part && has.is_id == wanted.is_id && has.folded == wanted.folded)
        })
    }

    fn item(&self) -> Item {
        let parts: Vec<_> = self.0.iter().map(|(part, wanted)| format!("{part} {}", wanted.shown)).collect();
        Item::new(parts.join(" "))
    }
}

impl Transitions {
    pub(super) const fn is_free(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }

    pub(super) fn whole(&self) -> Vec<Item> {
        if self.allow.is_empty() {
            let but: Vec<_> = self.deny.iter().map(|kind| kind.item().text).collect();
            return vec![Item::new(format!("every one but {}", but.join("; ")))];
        }
        self.in_force().map(Kind::item).collect()
    }

    /// The kinds that are allowed and not denied as a whole.
    fn in_force(&self) -> impl Iterator<Item = &Kind> {
        self.allow.iter().filter(|kind| !self.deny.iter().any(|denied| kind.is_within(denied)))
    }

    /// What may be made here and there not, as far as rules can tell: nothing exactly when each kind that is allowed here is part
    /// of one that is there, and each that is denied there is part of one that is here.
    pub(super) fn beyond(&self, other: &Self) -> Vec<Item> {
        let mut found = Vec::new();
        if self.allow.is_empty() && !other.allow.is_empty() {
            found.push(Item::new("every one that is not listed"));
        } else if !other.allow.is_empty() {
            let new = self.in_force().filter(|kind| !other.allow.iter().any(|known| kind.is_within(known)));
            found.extend(new.map(Kind::item));
        }
        // Where nothing is let in, nothing has to be kept out.
        let shut = !self.allow.is_empty() && self.in_force().next().is_none();
        let free = other.deny.iter().filter(|kind| !self.deny.iter().any(|denied| kind.is_within(denied)));
        found.extend(free.filter(|_| !shut).map(Kind::item));
        found
    }
}
