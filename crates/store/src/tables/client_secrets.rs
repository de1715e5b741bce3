use jiff::Timestamp;
use sqlx::Executor;
use types::ClientId;

use crate::dialect::{Db, Row, explain};
use crate::read::{Columns, millis, signed};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "client_secrets";

statements! {
    INSERT = "INSERT INTO client_secrets (id, client, digest, hint, created_at, expires_at, revoked_at, replaced_at, silent_for, used, last_used_at, last_used_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    BY_DIGEST = "SELECT id, client, digest, hint, created_at, expires_at, revoked_at, replaced_at, silent_for, used, last_used_at, last_used_from FROM client_secrets WHERE digest = $1";
    LIST_FOR = "SELECT id, client, digest, hint, created_at, expires_at, revoked_at, replaced_at, silent_for, used, last_used_at, last_used_from FROM client_secrets WHERE client = $1 ORDER BY created_at, id";
    ALL_LIVE = "SELECT id, client, digest, hint, created_at, expires_at, revoked_at, replaced_at, silent_for, used, last_used_at, last_used_from FROM client_secrets WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) ORDER BY client, created_at, id";
    REVOKE = "UPDATE client_secrets SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    RETIRE = "UPDATE client_secrets SET replaced_at = $2, expires_at = CASE WHEN expires_at < $3 THEN expires_at ELSE $3 END, silent_for = $4 WHERE id = $1 AND revoked_at IS NULL";
    END = "UPDATE client_secrets SET expires_at = $2 WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    USED = "UPDATE client_secrets SET used = used + $2, last_used_at = CASE WHEN last_used_at > $3 THEN last_used_at ELSE $3 END, last_used_from = $4 WHERE id = $1";
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
    /// When a younger one took its place, if one did.
    pub replaced_at: Option<Timestamp>,
    /// After so many milliseconds without use a replaced one ends; it waits for its expiry when nothing is said.
    pub silent_for: Option<u64>,
    /// How often it was used, up to the last time somebody counted.
    pub used: u64,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// The address it was used from last.
    pub last_used_from: Option<String>,
}

/// Uses of a secret since they were last written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretUse {
    /// The secret's row.
    pub id: String,
    /// How often.
    pub times: u64,
    /// When last.
    pub last_at: Timestamp,
    /// From where last.
    pub last_from: Option<String>,
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
            replaced_at: columns.maybe_time("replaced_at")?,
            silent_for: columns.maybe_number("silent_for")?,
            used: columns.number("used")?,
            last_used_at: columns.maybe_time("last_used_at")?,
            last_used_from: columns.get("last_used_from")?,
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
        // Read as they come: as rows, ten thousand of them take several times the room.
        let all = sqlx::query(ALL_LIVE).bind(millis(now)).map(|row: Row| SecretRow::read(&row));
        let rows = all.fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.into_iter().collect()
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

    /// Adds a secret and sends those of `retiring` on their way: they end at `until`, or once they have been silent for
    /// `silent_for` milliseconds. All of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when id or digest exist.
    pub async fn rotate(
        self,
        secret: &SecretRow,
        retiring: &[String],
        until: Timestamp,
        silent_for: Option<u64>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        insert(&mut *transaction, secret).await?;
        for id in retiring {
            let done = sqlx::query(RETIRE)
                .bind(id)
                .bind(millis(secret.created_at))
                .bind(millis(until))
                .bind(silent_for.map(signed))
                .execute(&mut *transaction)
                .await;
            done.map_err(|e| explain(TABLE, &e))?;
        }
        transaction.commit().await.map_err(|e| explain(TABLE, &e))
    }

    /// Lets a secret end at `at`, if it would have lived longer.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such secret, or it ends before that anyway.
    pub async fn end(self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(END).bind(id).bind(millis(at)).execute(self.0.writer()).await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => Err(StoreError::Missing { table: TABLE }),
            _ => Ok(()),
        }
    }

    /// Writes down uses, all of them or none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_uses(self, uses: &[SecretUse]) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        for noted in uses {
            let done = sqlx::query(USED)
                .bind(&noted.id)
                .bind(signed(noted.times))
                .bind(millis(noted.last_at))
                .bind(noted.last_from.as_deref())
                .execute(&mut *transaction)
                .await;
            done.map_err(|e| explain(TABLE, &e))?;
        }
        transaction.commit().await.map_err(|e| explain(TABLE, &e))
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
        .bind(secret.replaced_at.map(millis))
        .bind(secret.silent_for.map(signed))
        .bind(signed(secret.used))
        .bind(secret.last_used_at.map(millis))
        .bind(secret.last_used_from.as_deref())
        .execute(on)
        .await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}
