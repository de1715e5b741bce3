use jiff::Timestamp;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "sessions";

statements! {
    INSERT = "INSERT INTO sessions (digest, account, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    BY_DIGEST = "SELECT digest, account, name, created_at, expires_at FROM sessions WHERE digest = $1";
    DELETE = "DELETE FROM sessions WHERE digest = $1";
    DELETE_OF = "DELETE FROM sessions WHERE account = $1";
    DELETE_BEYOND = "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE account = $1 ORDER BY created_at DESC, digest LIMIT 100 OFFSET $2)";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE expires_at <= $1 LIMIT 16)";
}

/// A person signed in with a browser: never the cookie itself, only what recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the cookie.
    pub digest: [u8; 32],
    /// Who: an Atlassian account id.
    pub account: String,
    /// What they are called, for them to see.
    pub name: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they are signed out.
    pub expires_at: Timestamp,
}

impl SessionRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            digest: columns.digest("digest")?,
            account: columns.get("account")?,
            name: columns.get("name")?,
            created_at: columns.time("created_at")?,
            expires_at: columns.time("expires_at")?,
        })
    }
}

/// The table of sessions.
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'s>(pub(crate) &'s Store);

impl Sessions<'_> {
    /// Adds a session, removes the oldest of the same account beyond `keep`, and a few that have expired.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the digest exists.
    pub async fn open(self, session: &SessionRow, keep: u32) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        let failed = |e: sqlx::Error| explain(TABLE, &e);
        let inserting = sqlx::query(INSERT)
            .bind(session.digest.as_slice())
            .bind(&session.account)
            .bind(&session.name)
            .bind(millis(session.created_at))
            .bind(millis(session.expires_at));
        inserting.execute(&mut *transaction).await.map_err(failed)?;
        let beyond = sqlx::query(DELETE_BEYOND).bind(&session.account).bind(keep);
        beyond.execute(&mut *transaction).await.map_err(failed)?;
        let expired = sqlx::query(DELETE_EXPIRED).bind(millis(session.created_at));
        expired.execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// The session with this digest, expired or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_digest(self, digest: &[u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        let row = sqlx::query(BY_DIGEST).bind(digest.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(SessionRow::read).transpose()
    }

    /// Removes a session; one that is not there is gone already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(self, digest: &[u8; 32]) -> Result<(), StoreError> {
        let done = sqlx::query(DELETE).bind(digest.as_slice()).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// Removes every session of an account, and says how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_all(self, account: &str) -> Result<u64, StoreError> {
        let done = sqlx::query(DELETE_OF).bind(account).execute(self.0.writer()).await;
        Ok(done.map_err(|e| explain(TABLE, &e))?.rows_affected())
    }
}
