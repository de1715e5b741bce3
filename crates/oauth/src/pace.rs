//! How fast one client may have tokens: each costs a commit and a row, and one lasts an hour.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clock::Tick;

/// What one token costs: 10 a second in the long run.
const COST: Duration = Duration::from_millis(100);
/// What can be saved up for: 50 at once, as when many copies of a program start together.
const SAVED: Duration = Duration::from_secs(5);

/// Time saved up for tokens, and up to when.
pub(crate) struct Pace(Mutex<(Duration, Option<Tick>)>);

impl Pace {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new((SAVED, None)))
    }

    /// Whether one more would be allowed now, without spending anything.
    pub(crate) fn has_room(&self, now: Tick) -> bool {
        let (saved, at) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        saved.saturating_add(at.map_or(Duration::ZERO, |at| now.since(at))) >= COST
    }

    /// Whether there is enough saved up for one more, which is then spent.
    pub(crate) fn allows(&self, now: Tick) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (saved, at) = *state;
        let passed = at.map_or(Duration::ZERO, |at| now.since(at));
        let saved = saved.saturating_add(passed).min(SAVED);
        let left = saved.checked_sub(COST);
        *state = (left.unwrap_or(saved), Some(now));
        left.is_some()
    }
}
