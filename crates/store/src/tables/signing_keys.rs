use std::fmt;

use jiff::Timestamp;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "signing_keys";

statements! {
    INSERT = "INSERT INTO signing_keys (kid, algorithm, public_key, sealed, created_at, retires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    LIST = "SELECT kid, algorithm, public_key, sealed, created_at, retires_at FROM signing_keys ORDER BY created_at, kid";
    RETIRE = "UPDATE signing_keys SET retires_at = $2 WHERE kid = $1 AND retires_at IS NULL";
    DELETE_RETIRED = "DELETE FROM signing_keys WHERE retires_at < $1";
}

/// A key that signs access tokens. Its private part is sealed; this crate cannot open it.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// Its key id.
    pub kid: String,
    /// Its algorithm (RFC 7518 §3.1).
    pub algorithm: String,
    /// Its public part, a JWK.
    pub public_key: String,
    /// Its private part, sealed.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when tokens signed with it may live, once a younger one signs.
    pub retires_at: Option<Timestamp>,
}

impl fmt::Debug for SigningKeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signing key {} ({}) of {}", self.kid, self.algorithm, self.created_at)
    }
}

impl SigningKeyRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            kid: columns.get("kid")?,
            algorithm: columns.get("algorithm")?,
            public_key: columns.get("public_key")?,
            sealed: columns.get("sealed")?,
            created_at: columns.time("created_at")?,
            retires_at: columns.maybe_time("retires_at")?,
        })
    }
}

/// The table of signing keys.
#[derive(Clone, Copy, Debug)]
pub struct SigningKeys<'s>(pub(crate) &'s Store);

impl SigningKeys<'_> {
    /// Adds a key; the one it takes the place of retires at `until`. Both or neither.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when there is such a key.
    pub async fn insert(
        self,
        key: &SigningKeyRow,
        replaces: Option<(&str, Timestamp)>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        let done = sqlx::query(INSERT)
            .bind(&key.kid)
            .bind(&key.algorithm)
            .bind(&key.public_key)
            .bind(key.sealed.as_slice())
            .bind(millis(key.created_at))
            .bind(key.retires_at.map(millis))
            .execute(&mut *transaction)
            .await;
        done.map_err(|e| explain(TABLE, &e))?;
        if let Some((kid, until)) = replaces {
            let done = sqlx::query(RETIRE).bind(kid).bind(millis(until)).execute(&mut *transaction).await;
            done.map_err(|e| explain(TABLE, &e))?;
        }
        transaction.commit().await.map_err(|e| explain(TABLE, &e))
    }

    /// Every key, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<SigningKeyRow>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(SigningKeyRow::read).collect()
    }

    /// Removes keys that retired before `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_retired(self, before: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(DELETE_RETIRED).bind(millis(before)).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }
}
