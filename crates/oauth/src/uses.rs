//! How often, when and from where a secret was last used: what an operator wants to know before closing it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Uses since they were last written down, and the last one ever.
#[derive(Default)]
pub(crate) struct Uses {
    times: AtomicU64,
    last_at: AtomicI64,
    last_from: Mutex<Option<IpAddr>>,
}

/// Uses to be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) times: u64,
    pub(crate) last_at: Timestamp,
    pub(crate) last_from: Option<IpAddr>,
}

impl Uses {
    pub(crate) fn note(&self, at: Timestamp, from: IpAddr) {
        self.times.fetch_add(1, Ordering::Relaxed);
        self.last_at.fetch_max(at.as_millisecond(), Ordering::Relaxed);
        // Whoever finds it held is one of several at the same instant; any of their addresses will do.
        if let Ok(mut last) = self.last_from.try_lock() {
            *last = Some(from);
        }
    }

    /// The last use this process has seen.
    pub(crate) fn last_at(&self) -> Option<Timestamp> {
        match self.last_at.load(Ordering::Relaxed) {
            0 => None,
            at => Timestamp::from_millisecond(at).ok(),
        }
    }

    /// What came since the last time, which is then counted from anew; `None` when nothing did.
    pub(crate) fn take(&self) -> Option<Noted> {
        let times = self.times.swap(0, Ordering::Relaxed);
        let last_at = self.last_at().filter(|_| times > 0)?;
        let last_from = *self.last_from.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Noted { times, last_at, last_from })
    }

    /// Gives back what could not be written down.
    pub(crate) fn give_back(&self, noted: Noted) {
        self.times.fetch_add(noted.times, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
