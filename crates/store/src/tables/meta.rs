use crate::dialect::explain;
use crate::read::Columns;
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "meta";

statements! {
    GET = "SELECT value FROM meta WHERE key = $1";
    PUT = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
}

/// Facts about the store itself, by name: the root key's check value.
#[derive(Clone, Copy, Debug)]
pub struct Meta<'s>(pub(crate) &'s Store);

impl Meta<'_> {
    /// The value under `key`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query(GET)
            .bind(key)
            .fetch_optional(self.0.readers())
            .await
            .map_err(|e| explain(TABLE, &e))?;
        row.map(|row| Columns { table: TABLE, row: &row }.get("value")).transpose()
    }

    /// Puts `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put(self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let done = sqlx::query(PUT).bind(key).bind(value).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }
}
