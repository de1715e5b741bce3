use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::{Hosts, Inner};

/// In how many rounds an unused connection has grown too old. The first may have been short, so it ends after three
/// quarters of the time that is set, to all of it.
pub(super) const ROUNDS: u32 = 4;

/// How long a round is, when an unused connection may be kept for `idle`.
pub(super) fn round(idle: Duration) -> Duration {
    (idle / ROUNDS).max(Duration::from_millis(1))
}

/// The right to be the one reaper; given back however it ends, with its runtime too.
pub(super) struct Turn(Weak<Inner>);

impl Turn {
    pub(super) fn begin(pool: &Arc<Inner>) -> Self {
        Self(Arc::downgrade(pool))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(pool) = self.0.upgrade() {
            pool.reaping.store(false, Ordering::Relaxed);
        }
    }
}

/// Comes by once a round, until nothing is left to look after or the pool is gone.
pub(super) async fn run(turn: Turn) {
    loop {
        let Some(round) = turn.0.upgrade().map(|pool| pool.round) else { return };
        tokio::time::sleep(round).await;
        let Some(pool) = turn.0.upgrade() else { return };
        let mut hosts = pool.hosts();
        if hosts.reap() {
            // Under the lock: whoever adds something does that afterwards, and then looks for a reaper.
            drop(turn);
            return;
        }
    }
}

impl Hosts {
    /// Whether nothing is left.
    fn reap(&mut self) -> bool {
        self.round = self.round.wrapping_add(1);
        let round = self.round;
        for hosts in [&mut self.http, &mut self.https] {
            hosts.retain(|_, host| {
                host.reap(round);
                !host.is_empty()
            });
        }
        self.http.is_empty() && self.https.is_empty()
    }
}
