use crate::StoreError;
use crate::custody::{Custody, statement};
use crate::read::Columns;
use crate::tables::statements;

const TABLE: &str = "meta";

statements! {
    GET = "SELECT value FROM meta WHERE key = $1";
    PUT = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    PUT_FIRST = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
}

/// Facts about the store itself, or about the custody it shares, by name: the root key's check value.
#[derive(Clone, Copy, Debug)]
pub struct Meta<'s>(pub(crate) Custody<'s>);

impl Meta<'_> {
    /// The value under `key`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.0.one(statement(TABLE, GET).bind(key)).await?;
        row.map(|row| Columns { table: TABLE, row: &row }.get("value")).transpose()
    }

    /// Puts `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put(self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.0.execute(statement(TABLE, PUT).bind(key).bind(value)).await.map(drop)
    }

    /// Puts `value` under `key` unless there is one already, and answers the one that is there now: the same for all who do
    /// this at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(self, key: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.0.execute(statement(TABLE, PUT_FIRST).bind(key).bind(value)).await?;
        self.get(key).await?.ok_or(StoreError::Missing { table: TABLE })
    }
}
