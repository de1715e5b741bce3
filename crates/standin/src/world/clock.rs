//! The world's time: the machine's, moved forward by whoever steers.

use std::sync::atomic::{AtomicI64, Ordering};

use clock::Clock;
use jiff::{SignedDuration, Timestamp};

/// Tells the world's time.
#[derive(Debug)]
pub(crate) struct WorldClock {
    clock: Clock,
    ahead_seconds: AtomicI64,
}

impl WorldClock {
    /// Starts in step with `clock`.
    pub(crate) const fn new(clock: Clock) -> Self {
        Self { clock, ahead_seconds: AtomicI64::new(0) }
    }

    /// The time in the world.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead_seconds.load(Ordering::Acquire));
        self.clock.now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Moves the world forward (or back).
    pub(crate) fn advance(&self, seconds: i64) {
        let add = |ahead: i64| Some(ahead.saturating_add(seconds));
        let _ = self.ahead_seconds.fetch_update(Ordering::AcqRel, Ordering::Acquire, add);
    }

    /// Back in step with the clock it was made from.
    pub(crate) fn reset(&self) {
        self.ahead_seconds.store(0, Ordering::Release);
    }
}

/// Jira's way of writing a time: `2026-11-22T10:00:00.000+0000`.
pub(crate) fn jira_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

/// Confluence's way: `2026-11-22T10:00:00.000Z`.
pub(crate) fn iso_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Any of the ways a client may send a time back.
pub(crate) fn parse_time(text: &str) -> Option<Timestamp> {
    const ZONED: &str = "%Y-%m-%dT%H:%M:%S%.f%z";
    text.parse().ok().or_else(|| Timestamp::strptime(ZONED, text).ok())
}
