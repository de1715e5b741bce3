use jiff::Timestamp;

use crate::dialect::{Connection, Row, explain};
use crate::read::{Columns, millis};
use crate::tables::refresh_tokens::{self, RefreshRow};
use crate::tables::{consents, statements};
use crate::{Store, StoreError};

const TABLE: &str = "authorization_codes";

statements! {
    INSERT = "INSERT INTO authorization_codes (digest, consent, redirect_uri, code_challenge, expires_at, redeemed_at) VALUES ($1, $2, $3, $4, $5, $6)";
    BY_DIGEST = "SELECT digest, consent, redirect_uri, code_challenge, expires_at, redeemed_at FROM authorization_codes WHERE digest = $1";
    // The condition is the fence: of two who redeem at once, one finds nothing to change.
    REDEEM = "UPDATE authorization_codes SET redeemed_at = $2 WHERE digest = $1 AND redeemed_at IS NULL";
}

/// An authorization code: never the code itself, only what recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// SHA-256 of its text.
    pub digest: [u8; 32],
    /// What it stands for.
    pub consent: String,
    /// Where it was sent, as the request named it.
    pub redirect_uri: String,
    /// What its verifier must hash to (RFC 7636 §4.6, `S256`).
    pub code_challenge: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was redeemed, if it was.
    pub redeemed_at: Option<Timestamp>,
}

impl CodeRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            digest: columns.digest("digest")?,
            consent: columns.get("consent")?,
            redirect_uri: columns.get("redirect_uri")?,
            code_challenge: columns.get("code_challenge")?,
            expires_at: columns.time("expires_at")?,
            redeemed_at: columns.maybe_time("redeemed_at")?,
        })
    }
}

/// The table of authorization codes.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationCodes<'s>(pub(crate) &'s Store);

impl AuthorizationCodes<'_> {
    /// The code with this digest, redeemed or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_digest(self, digest: &[u8; 32]) -> Result<Option<CodeRow>, StoreError> {
        let row = sqlx::query(BY_DIGEST).bind(digest.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(CodeRow::read).transpose()
    }

    /// Redeems a code for the first refresh token of its consent, which then lasts as long as that: all of it or nothing.
    /// `false` when the code was redeemed before or the consent has been ended.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the refresh token's digest exists.
    pub async fn redeem(self, digest: &[u8; 32], first: &RefreshRow) -> Result<bool, StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        let redeemed = sqlx::query(REDEEM)
            .bind(digest.as_slice())
            .bind(millis(first.issued_at))
            .execute(&mut *transaction)
            .await;
        let fresh = redeemed.map_err(|e| explain(TABLE, &e))?.rows_affected() > 0;
        let (until, at) = (first.expires_at, first.issued_at);
        // Dropping the transaction takes everything back.
        if !fresh || !consents::prolong(&mut transaction, &first.consent, until, at).await? {
            return Ok(false);
        }
        refresh_tokens::insert(&mut transaction, first).await?;
        transaction.commit().await.map_err(|e| explain(TABLE, &e))?;
        Ok(true)
    }
}

pub(super) async fn insert(on: &mut Connection, code: &CodeRow) -> Result<(), StoreError> {
    let done = sqlx::query(INSERT)
        .bind(code.digest.as_slice())
        .bind(&code.consent)
        .bind(&code.redirect_uri)
        .bind(&code.code_challenge)
        .bind(millis(code.expires_at))
        .bind(code.redeemed_at.map(millis))
        .execute(on)
        .await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}
