//! Records as metrics: what one call adds to the counters.

use crate::metrics::{Metrics, Tally};
use crate::record::{Kind, Record};

#[derive(Debug)]
pub(super) struct Numbers(Metrics);

impl Numbers {
    pub(super) const fn new(metrics: Metrics) -> Self {
        Self(metrics)
    }

    pub(super) fn tally(&self, tally: Option<&Tally>) {
        if let Some(tally) = tally {
            self.0.count(tally);
        }
    }

    pub(super) fn record(&self, record: &Record) {
        match record.kind {
            Kind::Call => self.0.call(record),
            Kind::Change => self.0.change(),
            // What a summary counts was counted when it happened.
            Kind::Intent
            | Kind::Token
            | Kind::Consent
            | Kind::Summary
            | Kind::Notice
            | Kind::Grant
            | Kind::Start
            | Kind::Stop => {}
        }
    }
}
