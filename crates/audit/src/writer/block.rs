use chain::Head;
use jiff::Timestamp;
use store::Block;

use crate::recorder::Entry;
use crate::{lines, packed};

/// About what a record takes, frame and all.
const USUAL_LINE: usize = 800;

/// A batch as one row, and where the chain is after it.
pub(crate) struct Encoded {
    pub(crate) block: Block,
    pub(crate) head: Head,
}

impl Encoded {
    pub(crate) fn of(batch: &[Entry], from: Head) -> Self {
        let mut records = Vec::with_capacity(batch.len() * USUAL_LINE);
        let mut head = from;
        let (mut first_at, mut last_at) = (Timestamp::MAX, Timestamp::MIN);
        for entry in batch {
            head = lines::push(&mut records, head, &entry.record);
            first_at = first_at.min(entry.record.at);
            last_at = last_at.max(entry.record.at);
        }
        let block = Block {
            first_seq: from.seq.saturating_add(1),
            last_seq: head.seq,
            first_at,
            last_at,
            head: head.hash,
            records: packed::pack(records),
        };
        Self { block, head }
    }
}
