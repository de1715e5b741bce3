//! Saying something the first time only: a grant in trouble meets thousands of calls.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether something has been said since the grant was added or the process started.
#[derive(Debug, Default)]
pub(crate) struct Once(AtomicBool);

impl Once {
    /// `true` the first time.
    pub(crate) fn first(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}
