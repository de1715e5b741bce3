use jiff::Timestamp;

use crate::dialect::explain;
use crate::read::millis;
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "seen_ids";

statements! {
    INSERT = "INSERT INTO seen_ids (digest, until) VALUES ($1, $2)";
    DELETE_UNTIL = "DELETE FROM seen_ids WHERE digest IN (SELECT digest FROM seen_ids WHERE until < $1 ORDER BY until LIMIT $2)";
}

/// The table of what was good once and has been used.
#[derive(Clone, Copy, Debug)]
pub struct SeenIds<'s>(pub(crate) &'s Store);

impl SeenIds<'_> {
    /// Adds a digest, to be kept until then.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when it is there already.
    pub async fn insert(self, digest: &[u8; 32], until: Timestamp) -> Result<(), StoreError> {
        let done =
            sqlx::query(INSERT).bind(digest.as_slice()).bind(millis(until)).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// Removes up to `limit` whose time was before `before`, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_until(self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let done = sqlx::query(DELETE_UNTIL).bind(millis(before)).bind(limit).execute(self.0.writer()).await;
        Ok(done.map_err(|e| explain(TABLE, &e))?.rows_affected())
    }
}
