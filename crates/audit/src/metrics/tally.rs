use types::Code;

use super::Outcome;
use super::labels::{CallLabels, Named};
use super::series::{Answered, Key};
use crate::record::Record;

/// What one call adds to the metrics: a small part of its record, kept until that is durable.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(super) key: Key,
    pub(super) refusal: Option<Code>,
    pub(super) would_refuse: Option<Code>,
    /// Microseconds.
    pub(super) total: u32,
    /// Microseconds.
    pub(super) forward: u32,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
}

impl Tally {
    pub(crate) fn of(record: &Record) -> Self {
        // Back to the table: the label is one of a closed set, whatever the text says.
        let code = |refusal: &crate::Text| {
            let known = types::REFUSALS.iter().find(|entry| refusal == entry.name);
            known.map_or(Code::Internal, |entry| entry.code)
        };
        Self {
            key: Key {
                call: CallLabels {
                    client: record.client.clone().map(Named),
                    effect: record.effect.into(),
                    outcome: Outcome::of(record),
                },
                upstream: record
                    .upstream_status
                    .map(|status| Answered { site: record.site.clone().map(Named), class: status.into() }),
            },
            refusal: record.refusal.as_ref().map(code),
            would_refuse: record.would_refuse.as_ref().map(|would| code(&would.code)),
            total: record.micros.total,
            forward: record.micros.forward,
            bytes_in: record.bytes_in,
            bytes_out: record.bytes_out,
        }
    }
}
