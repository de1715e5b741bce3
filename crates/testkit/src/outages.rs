//! How long grants were without an answer after a kill.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::{Clock, Tick};

/// What is known of one grant.
#[derive(Clone, Copy, Debug, Default)]
struct Watch {
    /// The first kill since which no call that began after it has succeeded.
    since: Option<Tick>,
}

/// The grants of one lane.
#[derive(Debug)]
pub(crate) struct Outages {
    clock: Clock,
    grants: Mutex<(Vec<Watch>, Vec<Duration>)>,
}

impl Outages {
    pub(crate) fn new(clock: Clock, grants: usize) -> Self {
        Self { clock, grants: Mutex::new((vec![Watch::default(); grants], Vec::new())) }
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<Watch>, Vec<Duration>)> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process was killed.
    pub(crate) fn killed(&self) {
        let now = self.clock.tick();
        for watch in &mut self.lock().0 {
            watch.since.get_or_insert(now);
        }
    }

    /// Whether the grant is waited for.
    pub(crate) fn is_waited_for(&self, grant: usize) -> bool {
        self.lock().0.get(grant).is_some_and(|watch| watch.since.is_some())
    }

    /// A call that began at `began` succeeded.
    pub(crate) fn succeeded(&self, grant: usize, began: Tick) {
        let now = self.clock.tick();
        let mut lock = self.lock();
        let (watches, done) = &mut *lock;
        let Some(watch) = watches.get_mut(grant) else { return };
        if let Some(since) = watch.since.filter(|since| began.since(*since) > Duration::ZERO) {
            done.push(now.since(since));
            watch.since = None;
        }
    }

    /// Those that ended.
    pub(crate) fn over(&self) -> Vec<Duration> {
        self.lock().1.clone()
    }
}
