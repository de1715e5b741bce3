//! What the trial itself counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Of all lanes together.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Kills that were begun; no more than planned.
    begun: AtomicU64,
    by_kind: Mutex<BTreeMap<String, u64>>,
    refusals: Mutex<BTreeMap<String, u64>>,
    made: AtomicU64,
    succeeded: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    /// Whether one more kill may be begun.
    pub(crate) fn begin(&self, most: u64) -> bool {
        self.begun.fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < most).then_some(n + 1)).is_ok()
    }

    /// A process was killed.
    pub(crate) fn killed(&self, kind: &str) {
        *self.by_kind.lock().unwrap_or_else(PoisonError::into_inner).entry(kind.to_owned()).or_default() += 1;
    }

    /// A call succeeded.
    pub(crate) fn succeeded(&self) {
        self.made.fetch_add(1, Ordering::Relaxed);
        self.succeeded.fetch_add(1, Ordering::Relaxed);
    }

    /// A call was refused, in these words.
    pub(crate) fn refused(&self, why: &str) {
        self.made.fetch_add(1, Ordering::Relaxed);
        *self.refusals.lock().unwrap_or_else(PoisonError::into_inner).entry(why.to_owned()).or_default() += 1;
    }

    /// A call had no answer.
    pub(crate) fn failed(&self) {
        self.made.fetch_add(1, Ordering::Relaxed);
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn kills(&self) -> BTreeMap<String, u64> {
        self.by_kind.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn refusals(&self) -> BTreeMap<String, u64> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls made, succeeded, failed.
    pub(crate) fn calls(&self) -> (u64, u64, u64) {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        (read(&self.made), read(&self.succeeded), read(&self.failed))
    }
}
