//! The only place that reads time and draws randomness.
//!
//! **Promises.** Every other crate takes a [`Clock`] and asks it, so a test can stand time still, move it, and see what
//! the gateway does; `clippy.toml` bans the functions that would go around it. Two kinds of time are kept apart:
//! [`Clock::now`] is the calendar (may jump, is written down, is compared with expiries), [`Clock::tick`] only ever goes
//! forward and measures durations.
//!
//! **Deliberately absent.** Timers. Waiting is the runtime's business (`tokio::time`), and nothing is decided by it.

pub mod random;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use types::RequestId;

/// Tells the time and names requests. Cheap to clone; clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Source,
    ids: Ids,
}

#[derive(Debug)]
enum Source {
    System { started: std::time::Instant },
    Manual { start: Timestamp, nanos: AtomicU64, set_by_seconds: AtomicI64 },
}

impl Clock {
    /// The machine's clock.
    ///
    /// # Errors
    /// When the operating system gives no randomness, which request ids need once, at the start.
    #[allow(clippy::disallowed_methods, reason = "this is the one place that may")]
    pub fn system() -> Result<Self, random::NoRandomness> {
        let source = Source::System { started: std::time::Instant::now() };
        Ok(Self(Arc::new(Inner { source, ids: Ids::new(u64::from_le_bytes(random::bytes()?)) })))
    }

    /// A clock that stands at `start` until its [`Hands`] are moved.
    #[must_use]
    pub fn manual(start: Timestamp) -> (Self, Hands) {
        let source = Source::Manual { start, nanos: AtomicU64::new(0), set_by_seconds: AtomicI64::new(0) };
        let clock = Self(Arc::new(Inner { source, ids: Ids::new(0) }));
        (clock.clone(), Hands(clock))
    }

    /// The calendar. May jump in both directions when someone sets the machine's clock.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "this is the one place that may")]
    pub fn now(&self) -> Timestamp {
        match &self.0.source {
            Source::System { .. } => Timestamp::now(),
            Source::Manual { start, nanos, set_by_seconds } => {
                let elapsed = Duration::from_nanos(nanos.load(Ordering::Acquire));
                let set_by = SignedDuration::from_secs(set_by_seconds.load(Ordering::Acquire));
                let now = start.checked_add(elapsed).and_then(|now| now.checked_add(set_by));
                now.unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// A point on the monotonic scale, for measuring how long something took.
    #[must_use]
    pub fn tick(&self) -> Tick {
        match &self.0.source {
            Source::System { started } => Tick(started.elapsed()),
            Source::Manual { nanos, .. } => Tick(Duration::from_nanos(nanos.load(Ordering::Acquire))),
        }
    }

    /// A name for a request that no other request of this installation has.
    ///
    /// A UUID of version 7: milliseconds, then a counter, then 32 bits drawn when the process started. Drawing per
    /// request would cost more than the rest of the journey's bookkeeping, and an id is a name, not a secret.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        self.request_id_at(self.now())
    }

    /// The same, for a request of which is known when it came.
    #[must_use]
    pub fn request_id_at(&self, now: Timestamp) -> RequestId {
        RequestId::new(self.0.ids.next(now))
    }
}

/// Moves a manual clock.
#[derive(Clone, Debug)]
pub struct Hands(Clock);

impl Hands {
    /// Moves calendar and monotonic scale forward together.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual { nanos, .. } = &self.0.0.source {
            let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
            nanos.fetch_add(by, Ordering::AcqRel);
        }
    }

    /// Sets the calendar by so many seconds, forward or back, as somebody may set a machine's clock; the monotonic scale does not
    /// notice.
    pub fn set_calendar_by(&self, seconds: i64) {
        if let Source::Manual { set_by_seconds, .. } = &self.0.0.source {
            set_by_seconds.fetch_add(seconds, Ordering::AcqRel);
        }
    }
}

/// A point on the monotonic scale of one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(Duration);

impl Tick {
    /// How long after `earlier` this is; zero when it is not.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

#[derive(Debug)]
struct Ids {
    process: u32,
    counter: AtomicU64,
}

impl Ids {
    const fn new(drawn: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = drawn.to_le_bytes();
        let counter = u32::from_le_bytes([e, f, g, h]) as u64;
        Self { process: u32::from_le_bytes([a, b, c, d]), counter: AtomicU64::new(counter) }
    }

    fn next(&self, now: Timestamp) -> uuid::Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let [_, _, c0, c1, c2, c3, c4, c5] = self.counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let [p0, p1, p2, p3] = self.process.to_be_bytes();
        let tail = [c0, c1, c2, c3, c4, c5, p0, p1, p2, p3];
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}

#[cfg(test)]
mod tests;
