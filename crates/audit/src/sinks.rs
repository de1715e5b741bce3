//! Where records go besides the store, after they are durable: one file per member.
//!
//! A sink cannot fail a commit; what it cannot deliver it says in the log.

pub mod anchors;
mod command;
pub mod events;
mod log;
mod numbers;
mod webhook;

use std::path::PathBuf;

use chain::Head;
use jiff::Timestamp;
use store::Store;

use crate::metrics::{Metrics, Tally};
use crate::record::{Kind, Record};
use clock::Clock;
use events::{EventSettings, Events};

/// What the members need of a record once it is durable.
#[derive(Debug)]
pub(crate) enum Shadow {
    /// It counts, and no log line is wanted: nearly every call.
    Numbers(Option<Tally>),
    /// Everything.
    Whole(Box<Record>),
}

impl Shadow {
    pub(crate) fn of(record: Box<Record>) -> Self {
        match record.kind {
            Kind::Change | Kind::Grant => Self::Whole(record),
            _ if log::is_wanted(&record) => Self::Whole(record),
            Kind::Call => Self::Numbers(Some(Tally::of(&record))),
            Kind::Intent
            | Kind::Token
            | Kind::Consent
            | Kind::Summary
            | Kind::Notice
            | Kind::Start
            | Kind::Stop => Self::Numbers(None),
        }
    }
}

/// Every member, in the order they are fed.
#[derive(Debug)]
pub(crate) struct Sinks {
    numbers: numbers::Numbers,
    anchors: anchors::Anchors,
    events: Events,
}

impl Sinks {
    pub(crate) fn new(
        anchor_file: Option<PathBuf>,
        metrics: Metrics,
        (events, clock): (EventSettings, &Clock),
    ) -> Self {
        Self {
            events: Events::start(events, clock, &metrics),
            numbers: numbers::Numbers::new(metrics),
            anchors: anchors::Anchors::new(anchor_file),
        }
    }

    /// A record that is durable now.
    pub(crate) fn record(&self, shadow: &Shadow) {
        match shadow {
            Shadow::Numbers(tally) => self.numbers.tally(tally.as_ref()),
            Shadow::Whole(record) => {
                self.numbers.record(record);
                if log::is_wanted(record) {
                    log::record(record);
                }
                self.events.record(record);
            }
        }
    }

    /// The end of a commit.
    pub(crate) async fn committed(&mut self, head: Head, now: Timestamp) {
        self.anchors.committed(head, now).await;
    }

    pub(crate) async fn resume(&mut self, store: &Store, head: Head) {
        let _agrees = self.anchors.resume(store, head).await;
    }

    /// Anchors now.
    pub(crate) async fn anchor(&mut self, head: Head, now: Timestamp) {
        self.anchors.write(head, now).await;
    }

    /// Delivers what waits, as far as that is possible soon.
    pub(crate) async fn finish(self) {
        self.events.finish().await;
    }

    /// Whether records were written since the last anchor.
    pub(crate) const fn unanchored(&self) -> bool {
        self.anchors.behind()
    }
}
