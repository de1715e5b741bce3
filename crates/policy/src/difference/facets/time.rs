//! When: from, until, and at which hours.

use super::{Allowed, Facet, Item, Most, Subject, Weighs};
use crate::terms::Hours;

pub(super) const STARTS: Facet = Facet { name: "starts", weighs: Weighs::Permits, of: starts };
pub(super) const EXPIRES: Facet = Facet { name: "expires", weighs: Weighs::Permits, of: expires };
pub(super) const HOURS: Facet = Facet { name: "hours", weighs: Weighs::Permits, of: hours };

fn starts(subject: &Subject<'_>) -> Allowed {
    Allowed::Most(Most::from(subject.manifest().starts()))
}

fn expires(subject: &Subject<'_>) -> Allowed {
    Allowed::Most(Most::until(subject.manifest().expires()))
}

fn hours(subject: &Subject<'_>) -> Allowed {
    Allowed::Open(Open::of(subject.manifest().hours()))
}

const DAY: usize = 24 * 60;

/// The minutes of a week at which calls are permitted.
#[derive(Clone, Debug)]
pub(in crate::difference) struct Open {
    /// From Monday's midnight on. `None`: all.
    week: Option<Vec<bool>>,
    zone: String,
    text: String,
}

impl Open {
    fn of(hours: Option<&Hours>) -> Self {
        let Some(hours) = hours else {
            return Self { week: None, zone: String::new(), text: "always".to_owned() };
        };
        // Hours that leave nothing out are none: then it does not matter whose clock it is.
        let week = Some(hours.week()).filter(|week| week.contains(&false));
        Self { week, zone: hours.zone().to_owned(), text: hours.to_string() }
    }

    pub(super) const fn is_free(&self) -> bool {
        self.week.is_none()
    }

    pub(super) fn whole(&self) -> Vec<Item> {
        vec![Item::new(self.text.clone())]
    }

    /// The stretches of the week at which this is open and the other is not. Clocks of two zones cannot be compared for all time:
    /// then all of it.
    pub(super) fn beyond(&self, other: &Self) -> Vec<Item> {
        let Some(theirs) = &other.week else { return Vec::new() };
        match &self.week {
            None => stretches(theirs.iter().map(|open| !open), &other.zone),
            Some(mine) if !mine.contains(&true) => Vec::new(),
            Some(mine) if self.zone == other.zone => {
                stretches(mine.iter().zip(theirs).map(|(mine, theirs)| *mine && !theirs), &self.zone)
            }
            Some(_) => {
                vec![Item::new(format!("{} (another time zone: cannot be shown to be less)", self.text))]
            }
        }
    }
}

/// `mon 08:00 to 12:00, Europe/Berlin`, day by day.
fn stretches(week: impl Iterator<Item = bool>, zone: &str) -> Vec<Item> {
    let week: Vec<bool> = week.collect();
    let mut found = Vec::new();
    for (day, minutes) in crate::typed::DAYS.iter().zip(week.chunks(DAY)) {
        let mut from = 0;
        for stretch in minutes.chunk_by(|one, next| one == next) {
            let to = from + stretch.len();
            if stretch.first() == Some(&true) {
                let clock = |minute: usize| format!("{:02}:{:02}", minute / 60, minute % 60);
                found.push(Item::new(format!("{day} {} to {}, {zone}", clock(from), clock(to))));
            }
            from = to;
        }
    }
    found
}
