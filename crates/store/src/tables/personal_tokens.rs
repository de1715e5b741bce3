use jiff::Timestamp;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "personal_tokens";

statements! {
    // The condition is the limit: two that are made at the same instant do not both slip below it.
    INSERT = "INSERT INTO personal_tokens (id, digest, account, name, label, hint, created_at, expires_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE (SELECT count(*) FROM personal_tokens WHERE account = $3 AND revoked_at IS NULL AND expires_at > $7) < $9";
    DELETE_EXPIRED = "DELETE FROM personal_tokens WHERE id IN (SELECT id FROM personal_tokens WHERE expires_at <= $1 LIMIT 16)";
    BY_DIGEST = "SELECT id, digest, account, name, label, hint, created_at, expires_at, last_used_at, revoked_at FROM personal_tokens WHERE digest = $1";
    LIVING = "SELECT id, digest, account, name, label, hint, created_at, expires_at, last_used_at, revoked_at FROM personal_tokens WHERE account = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC LIMIT $3";
    REVOKE = "UPDATE personal_tokens SET revoked_at = $3 WHERE account = $1 AND id = $2 AND revoked_at IS NULL RETURNING digest";
    REVOKE_ALL = "UPDATE personal_tokens SET revoked_at = $2 WHERE account = $1 AND revoked_at IS NULL RETURNING digest";
    USED = "UPDATE personal_tokens SET last_used_at = CASE WHEN last_used_at > $2 THEN last_used_at ELSE $2 END WHERE id = $1";
}

/// A personal token: never the token itself, only what recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalTokenRow {
    /// A UUID.
    pub id: String,
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// Whose it is: an Atlassian account id.
    pub account: String,
    /// What they are called.
    pub name: String,
    /// What they call it.
    pub label: String,
    /// How lists and records show it.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, up to the last time somebody counted.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl PersonalTokenRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            id: columns.get("id")?,
            digest: columns.digest("digest")?,
            account: columns.get("account")?,
            name: columns.get("name")?,
            label: columns.get("label")?,
            hint: columns.get("hint")?,
            created_at: columns.time("created_at")?,
            expires_at: columns.time("expires_at")?,
            last_used_at: columns.maybe_time("last_used_at")?,
            revoked_at: columns.maybe_time("revoked_at")?,
        })
    }
}

/// The table of personal tokens.
#[derive(Clone, Copy, Debug)]
pub struct PersonalTokens<'s>(pub(crate) &'s Store);

impl PersonalTokens<'_> {
    /// Adds a token if its owner has fewer living ones than `most`, and removes a few that have expired. `false` when they
    /// have as many already; nothing was added then.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when id or digest exist.
    pub async fn insert(self, token: &PersonalTokenRow, most: u32) -> Result<bool, StoreError> {
        let failed = |e: sqlx::Error| explain(TABLE, &e);
        let mut transaction = self.0.write(TABLE).await?;
        let inserting = sqlx::query(INSERT)
            .bind(&token.id)
            .bind(token.digest.as_slice())
            .bind(&token.account)
            .bind(&token.name)
            .bind(&token.label)
            .bind(&token.hint)
            .bind(millis(token.created_at))
            .bind(millis(token.expires_at))
            .bind(most);
        let added = inserting.execute(&mut *transaction).await.map_err(failed)?.rows_affected() > 0;
        let expired = sqlx::query(DELETE_EXPIRED).bind(millis(token.created_at));
        expired.execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(added)
    }

    /// The token with this digest, expired and revoked ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_digest(self, digest: &[u8; 32]) -> Result<Option<PersonalTokenRow>, StoreError> {
        let row = sqlx::query(BY_DIGEST).bind(digest.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(PersonalTokenRow::read).transpose()
    }

    /// The youngest tokens of an account that are good at `now`, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn living_of(
        self,
        account: &str,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PersonalTokenRow>, StoreError> {
        let query = sqlx::query(LIVING).bind(account).bind(millis(now)).bind(limit);
        let rows = query.fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(PersonalTokenRow::read).collect()
    }

    /// Revokes a token of an account; answers its digest, or `None` when there is no such token that is not revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke(
        self,
        account: &str,
        id: &str,
        at: Timestamp,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let query = sqlx::query(REVOKE).bind(account).bind(id).bind(millis(at));
        let row = query.fetch_optional(self.0.writer()).await.map_err(|e| explain(TABLE, &e))?;
        row.as_ref().map(|row| Columns { table: TABLE, row }.digest("digest")).transpose()
    }

    /// Revokes every token of an account; answers their digests.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_all_of(self, account: &str, at: Timestamp) -> Result<Vec<[u8; 32]>, StoreError> {
        let rows = sqlx::query(REVOKE_ALL).bind(account).bind(millis(at)).fetch_all(self.0.writer()).await;
        let rows = rows.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(|row| Columns { table: TABLE, row }.digest("digest")).collect()
    }

    /// Writes down when tokens were last used, all or none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_uses(self, uses: &[(String, Timestamp)]) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        for (id, at) in uses {
            let done = sqlx::query(USED).bind(id).bind(millis(*at)).execute(&mut *transaction).await;
            done.map_err(|e| explain(TABLE, &e))?;
        }
        transaction.commit().await.map_err(|e| explain(TABLE, &e))
    }
}
