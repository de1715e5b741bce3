//! What has been taken from the queue and is not known to be on disk: written out and chained the moment it comes, so that
//! a record's memory is free again while it is still in the processor's cache.

use std::ops::Range;

use chain::Head;
use jiff::Timestamp;
use store::Block;
use tokio::sync::oneshot;

use crate::lines;
use crate::packed::Packer;
use crate::recorder::{Durable, Entry, NotDurable};
use crate::sinks::Shadow;

/// As much room as is kept between blocks, in bytes: more than a full block of calls takes.
const ROOM: usize = 1 << 20;

/// Entries in order, and their lines, chained from where the log on disk ends.
#[derive(Debug)]
pub(crate) struct Batch {
    entries: Vec<Kept>,
    lines: Vec<u8>,
    end: Head,
    packer: Packer,
}

/// What is left of an entry.
#[derive(Debug)]
struct Kept {
    at: Timestamp,
    /// Where the record's JSON stands among the lines.
    payload: Range<usize>,
    waiting: Option<oneshot::Sender<Durable>>,
    shadow: Shadow,
}

impl Batch {
    /// Nothing, behind `end`.
    pub(crate) fn behind(end: Head) -> Self {
        Self { entries: Vec::new(), lines: Vec::new(), end, packer: Packer::default() }
    }

    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether someone waits for one of them.
    pub(crate) fn is_urgent(&self) -> bool {
        self.entries.iter().any(|kept| kept.waiting.is_some())
    }

    /// Where the log ends once all of it is on disk.
    pub(crate) const fn end(&self) -> Head {
        self.end
    }

    /// As lines.
    pub(crate) fn lines(&self) -> &[u8] {
        &self.lines
    }

    pub(crate) fn push(&mut self, Entry { record, waiting }: Entry) {
        let (at, payload);
        (self.end, payload) = lines::push(&mut self.lines, self.end, |line| record.write_json(line));
        at = record.at;
        self.entries.push(Kept { at, payload, waiting, shadow: Shadow::of(record) });
    }

    /// All of it as one row behind `from`, where the log on disk ends.
    pub(crate) fn block(&mut self, from: Head) -> Block {
        let times = self.entries.iter().map(|kept| kept.at);
        Block {
            first_seq: from.seq.saturating_add(1),
            last_seq: self.end.seq,
            first_at: times.clone().min().unwrap_or(Timestamp::MAX),
            last_at: times.max().unwrap_or(Timestamp::MIN),
            head: self.end.hash,
            records: self.packer.pack(&self.lines),
        }
    }

    /// The first `count` are on disk, where the log now ends with `head`: tells who waited, and gives what the sinks get.
    pub(crate) fn written(&mut self, count: usize, head: Head, mut shadow: impl FnMut(&Shadow)) {
        for mut kept in self.entries.drain(..count.min(self.entries.len())) {
            if let Some(waiting) = kept.waiting.take() {
                // Whoever waited may have gone; the record is there all the same.
                let _ = waiting.send(Ok(()));
            }
            shadow(&kept.shadow);
        }
        self.chain_anew(head);
    }

    /// Refuses and forgets what someone waits for; says how many of those were among the first `known`.
    pub(crate) fn refuse(&mut self, known: usize, from: Head) -> usize {
        let (mut at, mut among) = (0, 0);
        self.entries.retain_mut(|kept| {
            let place = at;
            at += 1;
            let Some(waiting) = kept.waiting.take() else { return true };
            among += usize::from(place < known);
            // Whoever waited may have gone; then nobody needs the answer.
            let _ = waiting.send(Err(NotDurable));
            false
        });
        if self.entries.len() < at {
            self.chain_anew(from);
        }
        among
    }

    /// Writes the lines of what is left again, behind `from`.
    fn chain_anew(&mut self, from: Head) {
        self.end = from;
        if self.entries.is_empty() {
            self.lines.clear();
            self.lines.shrink_to(ROOM);
            return;
        }
        let before = std::mem::take(&mut self.lines);
        for kept in &mut self.entries {
            let json = before.get(kept.payload.clone()).unwrap_or_default();
            (self.end, kept.payload) =
                lines::push(&mut self.lines, self.end, |line| line.extend_from_slice(json));
        }
    }
}

#[cfg(test)]
mod tests;
