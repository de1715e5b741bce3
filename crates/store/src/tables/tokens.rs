use jiff::Timestamp;
use sqlx::Executor;
use types::ClientId;

use crate::dialect::{Connection, Db, Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "tokens";

statements! {
    // The condition is the fence: a token of a consent that was ended meanwhile does not come into being behind its back.
    INSERT = "INSERT INTO tokens (digest, client, scopes, issued_at, expires_at, secret_id, account, sites, bound_to, consent) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE $10 IS NULL OR EXISTS (SELECT 1 FROM consents WHERE id = $10 AND ended_at IS NULL)";
    BY_DIGEST = "SELECT digest, client, scopes, issued_at, expires_at, secret_id, account, sites, bound_to, consent FROM tokens WHERE digest = $1";
    // In the order the index has, backwards: any other is a sort of all a client has, with every token it takes.
    END_OLDEST = "DELETE FROM tokens WHERE digest IN (SELECT digest FROM tokens WHERE client = $1 ORDER BY issued_at DESC, digest DESC LIMIT 1000 OFFSET $2) RETURNING digest";
    DELETE = "DELETE FROM tokens WHERE digest = $1";
    END_CONSENT = "DELETE FROM tokens WHERE consent = $1 RETURNING digest";
    DELETE_EXPIRED = "DELETE FROM tokens WHERE digest IN (SELECT digest FROM tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
}

/// An access token: never the token itself, only what recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// Whose it is.
    pub client: ClientId,
    /// The scopes it was narrowed to, space separated; `None` for all of the manifest's.
    pub scopes: Option<String>,
    /// When it was handed out.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What it was handed out for: a secret's row, or another way of proving to be the client. Revoking one ends the other.
    pub secret_id: String,
    /// The Atlassian account id of the user it acts for.
    pub account: Option<String>,
    /// The sites it was narrowed to, space separated; `None` for all of the manifest's.
    pub sites: Option<String>,
    /// The key whoever uses it must hold: `jkt:` or `x5t:` and a thumbprint.
    pub bound_to: Option<String>,
    /// The consent a user gave, with which it ends.
    pub consent: Option<String>,
}

impl TokenRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            digest: columns.digest("digest")?,
            client: columns.parsed("client")?,
            scopes: columns.get("scopes")?,
            issued_at: columns.time("issued_at")?,
            expires_at: columns.time("expires_at")?,
            secret_id: columns.get("secret_id")?,
            account: columns.get("account")?,
            sites: columns.get("sites")?,
            bound_to: columns.get("bound_to")?,
            consent: columns.get("consent")?,
        })
    }
}

/// The table of access tokens.
#[derive(Clone, Copy, Debug)]
pub struct Tokens<'s>(pub(crate) &'s Store);

impl Tokens<'_> {
    /// Adds a token.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the digest exists, [`StoreError::Missing`] when its consent has been ended.
    pub async fn insert(self, token: &TokenRow) -> Result<(), StoreError> {
        insert(self.0.writer(), token).await
    }

    /// Adds a token and removes the oldest of the same client beyond `keep`, in one transaction; answers the digests of
    /// those removed (1,000 at a time).
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the digest exists, [`StoreError::Missing`] when its consent has been ended.
    pub async fn insert_keeping(self, token: &TokenRow, keep: u32) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        insert(&mut *transaction, token).await?;
        let removed =
            sqlx::query(END_OLDEST).bind(token.client.as_str()).bind(keep).fetch_all(&mut *transaction).await;
        let removed = removed.map_err(|e| explain(TABLE, &e))?;
        transaction.commit().await.map_err(|e| explain(TABLE, &e))?;
        removed.iter().map(|row| Columns { table: TABLE, row }.digest("digest")).collect()
    }

    /// The token with this digest, expired or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_digest(self, digest: &[u8; 32]) -> Result<Option<TokenRow>, StoreError> {
        let row = sqlx::query(BY_DIGEST).bind(digest.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(TokenRow::read).transpose()
    }

    /// Removes a token; one that is not there is gone already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(self, digest: &[u8; 32]) -> Result<(), StoreError> {
        let done = sqlx::query(DELETE).bind(digest.as_slice()).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// Removes every token of a consent, and answers their digests.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_of(self, consent: &str) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut connection = self.0.writer().acquire().await.map_err(|e| explain(TABLE, &e))?;
        end_of(&mut connection, consent).await
    }

    /// Removes up to `limit` tokens that ended before `before`, and says how many. Bounded, so that clearing up never
    /// holds the writer for long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired(self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let done =
            sqlx::query(DELETE_EXPIRED).bind(millis(before)).bind(limit).execute(self.0.writer()).await;
        Ok(done.map_err(|e| explain(TABLE, &e))?.rows_affected())
    }
}

pub(super) async fn end_of(on: &mut Connection, consent: &str) -> Result<Vec<[u8; 32]>, StoreError> {
    let rows = sqlx::query(END_CONSENT).bind(consent).fetch_all(on).await;
    let rows = rows.map_err(|e| explain(TABLE, &e))?;
    rows.iter().map(|row| Columns { table: TABLE, row }.digest("digest")).collect()
}

async fn insert<'e>(on: impl Executor<'e, Database = Db>, token: &TokenRow) -> Result<(), StoreError> {
    let done = sqlx::query(INSERT)
        .bind(token.digest.as_slice())
        .bind(token.client.as_str())
        .bind(token.scopes.as_deref())
        .bind(millis(token.issued_at))
        .bind(millis(token.expires_at))
        .bind(&token.secret_id)
        .bind(token.account.as_deref())
        .bind(token.sites.as_deref())
        .bind(token.bound_to.as_deref())
        .bind(token.consent.as_deref())
        .execute(on)
        .await;
    match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
        0 => Err(StoreError::Missing { table: "consents" }),
        _ => Ok(()),
    }
}
