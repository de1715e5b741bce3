//! Names that are good once: which were used is kept in the store until they could not be used any more.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use store::StoreError;

use super::Clients;

/// Names that have run out are swept at every n-th that is spent, at most so many: more than come in between.
const SWEEP_EVERY: u64 = 64;
const SWEEP_AT_MOST: u32 = 256;

impl Clients {
    /// Spends a name that is good until then; durable when this answers `true`. `false` when it was spent before.
    pub(crate) async fn spend(&self, name: [u8; 32], until: Timestamp) -> Result<bool, StoreError> {
        let seen = self.0.store.seen_ids();
        let first = match seen.insert(&name, until).await {
            Ok(()) => true,
            Err(StoreError::Duplicate { .. }) => false,
            Err(error) => return Err(error),
        };
        if self.0.spent.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY)
            && let Err(error) = seen.delete_until(self.now(), SWEEP_AT_MOST).await
        {
            tracing::warn!(%error, "used names could not be swept; the next attempt comes by itself");
        }
        Ok(first)
    }
}
