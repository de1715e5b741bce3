//! What has been taken from the queue and is not known to be on disk: written out and chained the moment it comes, so that
//! a record's memory is free again while it is still in the processor's cache.

use chain::Head;
use jiff::Timestamp;
use store::Block;
use tokio::sync::oneshot;

use crate::lines;
use crate::packed::Packing;
use crate::recorder::{Durable, Entry, NotDurable};
use crate::sinks::Shadow;

/// Entries in order, and their lines, chained from where the log on disk ends.
#[derive(Debug)]
pub(crate) struct Batch {
    entries: Vec<Kept>,
    /// One record for each.
    packing: Packing,
}

/// What is left of an entry.
#[derive(Debug)]
struct Kept {
    at: Timestamp,
    waiting: Option<oneshot::Sender<Durable>>,
    shadow: Shadow,
}

impl Batch {
    /// Nothing, behind `end`.
    pub(crate) fn behind(end: Head) -> Self {
        Self { entries: Vec::new(), packing: Packing::behind(end) }
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
        self.packing.end()
    }

    /// As lines.
    pub(crate) fn lines(&self) -> Vec<u8> {
        self.packing.lines()
    }

    pub(crate) fn push(&mut self, Entry { record, waiting }: Entry) {
        self.packing.record(|line| record.write_json(line));
        self.entries.push(Kept { at: record.at, waiting, shadow: Shadow::of(record) });
    }

    /// All of it as one row behind `from`, where the log on disk ends.
    pub(crate) fn block(&mut self, from: Head) -> Block {
        let times = self.entries.iter().map(|kept| kept.at);
        Block {
            first_seq: from.seq.saturating_add(1),
            last_seq: self.end().seq,
            first_at: times.clone().min().unwrap_or(Timestamp::MAX),
            last_at: times.max().unwrap_or(Timestamp::MIN),
            head: self.end().hash,
            records: self.packing.block(),
        }
    }

    /// The first `count` are on disk, where the log now ends with `head`: tells who waited, and gives what the sinks get.
    pub(crate) fn written(&mut self, count: usize, head: Head, mut shadow: impl FnMut(&Shadow)) {
        let count = count.min(self.entries.len());
        for mut kept in self.entries.drain(..count) {
            if let Some(waiting) = kept.waiting.take() {
                // Whoever waited may have gone; the record is there all the same.
                let _ = waiting.send(Ok(()));
            }
            shadow(&kept.shadow);
        }
        self.chain_anew(head, |place| place >= count);
    }

    /// Refuses and forgets what someone waits for; says how many of those were among the first `known`.
    pub(crate) fn refuse(&mut self, known: usize, from: Head) -> usize {
        let (mut stays, mut among) = (Vec::with_capacity(self.entries.len()), 0);
        self.entries.retain_mut(|kept| {
            let place = stays.len();
            stays.push(kept.waiting.is_none());
            let Some(waiting) = kept.waiting.take() else { return true };
            among += usize::from(place < known);
            // Whoever waited may have gone; then nobody needs the answer.
            let _ = waiting.send(Err(NotDurable));
            false
        });
        if self.entries.len() < stays.len() {
            self.chain_anew(from, |place| stays.get(place).copied().unwrap_or_default());
        }
        among
    }

    /// Chains what is left again, behind `from`; `stays` says of each place whether its record does.
    fn chain_anew(&mut self, from: Head, stays: impl Fn(usize) -> bool) {
        let before = if self.entries.is_empty() { Vec::new() } else { self.packing.records() };
        self.packing.begin(from);
        for (_, json) in lines::split(&before).enumerate().filter(|(place, _)| stays(*place)) {
            self.packing.record(|line| line.extend_from_slice(json));
        }
    }
}

#[cfg(test)]
mod tests;
