use jiff::Timestamp;

use crate::dialect::{Connection, Row, explain};
use crate::read::{Columns, millis, signed};
use crate::tables::{consents, statements};
use crate::{Store, StoreError};

const TABLE: &str = "refresh_tokens";

statements! {
    INSERT = "INSERT INTO refresh_tokens (digest, consent, generation, issued_at, expires_at, used_at, bound_to) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    BY_DIGEST = "SELECT digest, consent, generation, issued_at, expires_at, used_at, bound_to FROM refresh_tokens WHERE digest = $1";
    YOUNGER_USED = "SELECT count(*) AS younger FROM refresh_tokens WHERE consent = $1 AND generation > $2 AND used_at IS NOT NULL";
    // Siblings too: of several that the same token was exchanged for, the one that is used first is the family's next.
    USE = "UPDATE refresh_tokens SET used_at = $3 WHERE consent = $1 AND generation <= $2 AND used_at IS NULL";
    DELETE_EXPIRED = "DELETE FROM refresh_tokens WHERE digest IN (SELECT digest FROM refresh_tokens WHERE expires_at < $1 LIMIT 4)";
}

/// A refresh token: never the token itself, only what recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshRow {
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// What it stands for.
    pub consent: String,
    /// How many exchanges lie behind it, counted from one.
    pub generation: u64,
    /// When it was handed out.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it, or a sibling, was first exchanged.
    pub used_at: Option<Timestamp>,
    /// The key it is good with only, as a token's.
    pub bound_to: Option<String>,
}

/// What an exchange came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchanged {
    /// The successor is in force.
    Done,
    /// The token was exchanged before, and longer ago than the leeway or with its successor in use already. Nothing was
    /// changed.
    Reused,
    /// The consent has been ended, or the token is gone. Nothing was changed.
    Ended,
}

impl RefreshRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            digest: columns.digest("digest")?,
            consent: columns.get("consent")?,
            generation: columns.number("generation")?,
            issued_at: columns.time("issued_at")?,
            expires_at: columns.time("expires_at")?,
            used_at: columns.maybe_time("used_at")?,
            bound_to: columns.get("bound_to")?,
        })
    }
}

/// The table of refresh tokens.
#[derive(Clone, Copy, Debug)]
pub struct RefreshTokens<'s>(pub(crate) &'s Store);

impl RefreshTokens<'_> {
    /// The refresh token with this digest, used or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_digest(self, digest: &[u8; 32]) -> Result<Option<RefreshRow>, StoreError> {
        let row = sqlx::query(BY_DIGEST).bind(digest.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(RefreshRow::read).transpose()
    }

    /// Exchanges a refresh token for `successor` (whose consent and generation are taken from the token, and
    /// its key, if the token has one), and lets the
    /// consent last as long as that. A token first exchanged at `since` or later may be exchanged again, as long as nothing
    /// that came of it was. One transaction, so that of two at once the second sees the first.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the successor's digest exists.
    pub async fn exchange(
        self,
        digest: &[u8; 32],
        successor: &RefreshRow,
        since: Timestamp,
    ) -> Result<Exchanged, StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        let row = sqlx::query(BY_DIGEST).bind(digest.as_slice()).fetch_optional(&mut *transaction).await;
        let row = row.map_err(|e| explain(TABLE, &e))?;
        let Some(old) = row.as_ref().map(RefreshRow::read).transpose()? else { return Ok(Exchanged::Ended) };
        let generation = signed(old.generation);
        let younger = sqlx::query(YOUNGER_USED).bind(&old.consent).bind(generation);
        let younger = younger.fetch_one(&mut *transaction).await.map_err(|e| explain(TABLE, &e))?;
        let younger = Columns { table: TABLE, row: &younger }.number("younger")?;
        if old.used_at.is_some_and(|used| used < since) || younger > 0 {
            return Ok(Exchanged::Reused);
        }
        let (until, at) = (successor.expires_at, successor.issued_at);
        if !consents::prolong(&mut transaction, &old.consent, until, at).await? {
            return Ok(Exchanged::Ended);
        }
        let used = sqlx::query(USE).bind(&old.consent).bind(generation).bind(millis(at));
        used.execute(&mut *transaction).await.map_err(|e| explain(TABLE, &e))?;
        let swept = sqlx::query(DELETE_EXPIRED).bind(millis(at)).execute(&mut *transaction).await;
        swept.map_err(|e| explain(TABLE, &e))?;
        let generation = old.generation.saturating_add(1);
        let bound_to = old.bound_to.or_else(|| successor.bound_to.clone());
        let successor = RefreshRow { consent: old.consent, generation, bound_to, ..successor.clone() };
        insert(&mut transaction, &successor).await?;
        transaction.commit().await.map_err(|e| explain(TABLE, &e))?;
        Ok(Exchanged::Done)
    }
}

pub(super) async fn insert(on: &mut Connection, token: &RefreshRow) -> Result<(), StoreError> {
    let done = sqlx::query(INSERT)
        .bind(token.digest.as_slice())
        .bind(&token.consent)
        .bind(signed(token.generation))
        .bind(millis(token.issued_at))
        .bind(millis(token.expires_at))
        .bind(token.used_at.map(millis))
        .bind(token.bound_to.as_deref())
        .execute(on)
        .await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}
