//! Requests that ended before anyone proved who was asking. Anyone who reaches the listener can make them, as many as fit
//! through the wire, so not each may cost a record on the disk: they are recorded one by one while they are few, and beyond
//! that counted, by what they heard and where they came from. Every one is in a record or in a number in one.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::{Clock, Tick};
use jiff::Timestamp;

use crate::record::{Ended, Kind, Record, Summary, Text};

/// What one record costs: 20 a second in the long run.
const COST: Duration = Duration::from_millis(50);
/// What can be saved up for: 100 records at once.
const SAVED: Duration = Duration::from_secs(5);
/// How long is counted before a summary is written.
pub(crate) const SPAN: Duration = Duration::from_secs(1);
/// Summaries for one peer each, at most; the calls of further peers are counted together, without an address.
const PEERS: usize = 16;

/// The requests of strangers, of all peers together.
#[derive(Debug)]
pub(crate) struct Strangers(Mutex<State>);

#[derive(Debug)]
struct State {
    /// What was saved up for records, and up to when.
    saved: Duration,
    saved_at: Option<Tick>,
    counted: Vec<Counted>,
    /// When the first of what is counted now ended.
    since: Option<Tick>,
}

/// Like requests: what a summary says.
#[derive(Debug)]
struct Counted {
    of: Kind,
    refusal: Option<Text>,
    status: Option<u16>,
    ended: Option<Ended>,
    peer: Option<IpAddr>,
    first: Timestamp,
    last: Timestamp,
    calls: u64,
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is to be written as it is.
    Written,
    /// It was counted. `began` when it is the first since the last summaries, and the writer is to be told.
    Counted { began: bool },
}

impl Strangers {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(State { saved: SAVED, saved_at: None, counted: Vec::new(), since: None }))
    }

    /// Whether a record is one of these. One that was answered was answered to somebody, and an abandoned one points at a
    /// defect.
    pub(crate) fn concerns(record: &Record) -> bool {
        record.client.is_none()
            && matches!(record.kind, Kind::Call | Kind::Token)
            && matches!(record.ended, Some(Ended::Refused | Ended::ClientLeft))
    }

    pub(crate) fn admit(&self, record: &Record, clock: &Clock) -> Fate {
        let now = clock.tick();
        let mut state = self.state();
        if state.pays(now) {
            return Fate::Written;
        }
        state.count(record);
        let began = state.since.is_none();
        state.since.get_or_insert(now);
        Fate::Counted { began }
    }

    /// Whether anything is counted and not yet in a record.
    pub(crate) fn any(&self) -> bool {
        !self.state().counted.is_empty()
    }

    /// The summaries of what was counted, once [`SPAN`] has passed; `now` takes them in any case.
    pub(crate) fn summaries(&self, clock: &Clock, now: bool) -> Vec<Record> {
        let mut state = self.state();
        let Some(since) = state.since else { return Vec::new() };
        if !now && clock.tick().since(since) < SPAN {
            return Vec::new();
        }
        state.since = None;
        let counted = std::mem::take(&mut state.counted);
        drop(state);
        counted.into_iter().map(|counted| counted.summary(clock)).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether there is enough saved for one more record, which is then spent.
    fn pays(&mut self, now: Tick) -> bool {
        let passed = self.saved_at.map_or(Duration::ZERO, |at| now.since(at));
        self.saved = self.saved.saturating_add(passed).min(SAVED);
        self.saved_at = Some(now);
        let left = self.saved.checked_sub(COST);
        self.saved = left.unwrap_or(self.saved);
        left.is_some()
    }

    fn count(&mut self, record: &Record) {
        let known = |peer| move |counted: &&mut Counted| counted.is_of(record, peer);
        let peer = record.peer;
        if let Some(counted) = self.counted.iter_mut().find(known(peer)) {
            return counted.add(record);
        }
        let full = self.counted.len() >= PEERS;
        if full && let Some(counted) = self.counted.iter_mut().find(known(None)) {
            return counted.add(record);
        }
        // What a record is counted by besides the peer is one of the few things strangers hear, so there are few more.
        self.counted.push(Counted::first(record, peer.filter(|_| !full)));
    }
}

impl Counted {
    fn first(record: &Record, peer: Option<IpAddr>) -> Self {
        Self {
            of: record.kind,
            refusal: record.refusal.clone(),
            status: record.status,
            ended: record.ended,
            peer,
            first: record.at,
            last: record.at,
            calls: 1,
        }
    }

    fn is_of(&self, record: &Record, peer: Option<IpAddr>) -> bool {
        self.peer == peer
            && self.of == record.kind
            && self.ended == record.ended
            && self.refusal == record.refusal
            && self.status == record.status
    }

    fn add(&mut self, record: &Record) {
        self.calls = self.calls.saturating_add(1);
        self.first = self.first.min(record.at);
        self.last = self.last.max(record.at);
    }

    fn summary(self, clock: &Clock) -> Record {
        Record {
            peer: self.peer,
            refusal: self.refusal,
            status: self.status,
            ended: self.ended,
            summary: Some(Summary { of: self.of, calls: self.calls, until: self.last }),
            ..Record::new(Kind::Summary, clock.request_id(), self.first)
        }
    }
}

#[cfg(test)]
mod tests;
