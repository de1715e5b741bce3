use jiff::Timestamp;
use sqlx::Executor;
use types::ClientId;

use crate::dialect::{Db, Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "client_secrets";

statements! {
    INSERT = "INSERT INTO client_secrets (id, client, digest, hint, created_at, expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    BY_DIGEST = "SELECT id, client, digest, hint, created_at, expires_at, revoked_at FROM client_secrets WHERE digest = $1";
    LIST_FOR = "SELECT id, client, digest, hint, created_at, expires_at, revoked_at FROM client_secrets WHERE client = $1 ORDER BY created_at, id";
    ALL_LIVE = "SELECT id, client, digest, hint, created_at, expires_at, revoked_at FROM client_secrets WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) ORDER BY client, created_at, id";
    REVOKE = "UPDATE client_secrets SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
}

/// A client's secret: never the secret itself, only what recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    /// A UUID.
    pub id: String,
    /// Whose it is.
    pub client: ClientId,
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// Prefix and last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl SecretRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            id: columns.get("id")?,
            client: columns.parsed("client")?,
            digest: columns.digest("digest")?,
            hint: columns.get("hint")?,
            created_at: columns.time("created_at")?,
            expires_at: columns.maybe_time("expires_at")?,
            revoked_at: columns.maybe_time("revoked_at")?,
        })
    }
}

/// The table of client secrets.
#[derive(Clone, Copy, Debug)]
pub struct ClientSecrets<'s>(pub(crate) &'s Store);

impl ClientSecrets<'_> {
    /// Adds a secret to a client that exists.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when id or digest exist.
    pub async fn insert(self, secret: &SecretRow) -> Result<(), StoreError> {
        insert(self.0.writer(), secret).await
    }

    /// The secret with this digest, revoked or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_digest(self, digest: &[u8; 32]) -> Result<Option<SecretRow>, StoreError> {
        let row = sqlx::query(BY_DIGEST).bind(digest.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(SecretRow::read).transpose()
    }

    /// A client's secrets, oldest first, revoked ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_for(self, client: &ClientId) -> Result<Vec<SecretRow>, StoreError> {
        let rows = sqlx::query(LIST_FOR).bind(client.as_str()).fetch_all(self.0.readers()).await;
        rows.map_err(|e| explain(TABLE, &e))?.iter().map(SecretRow::read).collect()
    }

    /// Every secret that is neither revoked nor expired at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_live(self, now: Timestamp) -> Result<Vec<SecretRow>, StoreError> {
        let rows = sqlx::query(ALL_LIVE).bind(millis(now)).fetch_all(self.0.readers()).await;
        rows.map_err(|e| explain(TABLE, &e))?.iter().map(SecretRow::read).collect()
    }

    /// Revokes a secret.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such secret, or it is revoked already.
    pub async fn revoke(self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(REVOKE).bind(id).bind(millis(at)).execute(self.0.writer()).await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => Err(StoreError::Missing { table: TABLE }),
            _ => Ok(()),
        }
    }
}

pub(super) async fn insert<'e>(
    on: impl Executor<'e, Database = Db>,
    secret: &SecretRow,
) -> Result<(), StoreError> {
    let done = sqlx::query(INSERT)
        .bind(&secret.id)
        .bind(secret.client.as_str())
        .bind(secret.digest.as_slice())
        .bind(&secret.hint)
        .bind(millis(secret.created_at))
        .bind(secret.expires_at.map(millis))
        .bind(secret.revoked_at.map(millis))
        .execute(on)
        .await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}
