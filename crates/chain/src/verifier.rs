use crate::{Anchor, Head};

/// Walks a log in order, recomputing every hash.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// Where the log claims to be, after the records pushed so far.
    at: Head,
    /// Sorted by number; those not yet passed are at the end, turned around.
    ahead: Vec<Anchor>,
    confirmed: u64,
}

impl Verifier {
    /// Starts after `start` ([`Head::GENESIS`] for a whole log), with what is known from elsewhere.
    ///
    /// Anchors of records before the start say nothing and are left out.
    #[must_use]
    pub fn new(start: Head, mut anchors: Vec<Anchor>) -> Self {
        anchors.retain(|anchor| anchor.seq > start.seq);
        anchors.sort_by_key(|anchor| std::cmp::Reverse(anchor.seq));
        anchors.dedup();
        Self { at: start, ahead: anchors, confirmed: start.seq }
    }

    /// Takes the next record: the number and hash the log claims for it, and its payload.
    ///
    /// # Errors
    /// Every break seen at this record, at most one of the record itself and one per anchor with its number.
    pub fn push(&mut self, seq: u64, payload: &[u8], claimed: [u8; 32]) -> Result<(), Vec<Break>> {
        let mut breaks = Vec::new();
        let expected = self.at.seq.saturating_add(1);
        if seq == expected {
            if self.at.extend(payload).hash != claimed {
                breaks.push(Break::Changed { seq });
            }
        } else if seq > expected {
            breaks.push(Break::Missing { first: expected, last: seq.saturating_sub(1) });
        } else {
            breaks.push(Break::OutOfOrder { seq, expected });
            // A record of the past moves nothing: the next one is expected where it was.
            return Err(breaks);
        }
        self.at = Head { seq, hash: claimed };
        while let Some(anchor) = self.ahead.pop_if(|anchor| anchor.seq <= seq) {
            if anchor.seq == seq && anchor.hash == claimed {
                self.confirmed = seq;
            } else if anchor.seq == seq {
                breaks.push(Break::Rewritten { seq });
            }
        }
        if breaks.is_empty() { Ok(()) } else { Err(breaks) }
    }

    /// Where the log stands now, by its own claim.
    #[must_use]
    pub const fn at(&self) -> Head {
        self.at
    }

    /// The last record that agreed with an anchor. Up to it the log is what it was when the anchor was written,
    /// provided no break was reported before it.
    #[must_use]
    pub const fn confirmed(&self) -> u64 {
        self.confirmed
    }

    /// The end of the log.
    ///
    /// # Errors
    /// [`Break::Cut`] when an anchor names a record after the last one.
    pub fn finish(self) -> Result<Head, Break> {
        match self.ahead.first() {
            Some(last) => Err(Break::Cut { ends: self.at.seq, anchored: last.seq }),
            None => Ok(self.at),
        }
    }
}

/// Where a log stops being the one that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Break {
    /// The record, its hash or the hash before it was changed.
    #[error("record {seq} was changed: its hash does not fit its content")]
    Changed {
        /// The record.
        seq: u64,
    },
    /// Records between two that are there are gone.
    #[error("records {first} to {last} are missing")]
    Missing {
        /// The first that is missing.
        first: u64,
        /// The last that is missing.
        last: u64,
    },
    /// A record stands after one with its own or a higher number.
    #[error("record {seq} stands where record {expected} belongs")]
    OutOfOrder {
        /// The record found.
        seq: u64,
        /// The one expected.
        expected: u64,
    },
    /// The chain fits itself but not the anchor: it was computed anew, from this record or an earlier one.
    #[error("record {seq} is not the one that was anchored: the log was rewritten at or before it")]
    Rewritten {
        /// The anchored record.
        seq: u64,
    },
    /// The log ends before a record that is known to have existed.
    #[error("the log ends at record {ends}, but record {anchored} was anchored: its end was cut off")]
    Cut {
        /// The last record there is.
        ends: u64,
        /// The last record that was anchored.
        anchored: u64,
    },
}

#[cfg(test)]
mod tests;
