use jiff::Timestamp;
use types::ClientId;

use crate::dialect::{Connection, Row, explain};
use crate::read::{Columns, millis};
use crate::tables::authorization_codes::{self, CodeRow};
use crate::tables::{statements, tokens};
use crate::{Store, StoreError};

const TABLE: &str = "consents";

/// Dead consents removed with each new one: more than are added, so they cannot pile up, and without a timer.
const SWEPT: u32 = 16;

statements! {
    INSERT = "INSERT INTO consents (id, account, client, scopes, sites, given_at, expires_at, used_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    GET = "SELECT id, account, client, scopes, sites, given_at, expires_at, used_at, ended_at FROM consents WHERE id = $1";
    LIVING = "SELECT id, account, client, scopes, sites, given_at, expires_at, used_at, ended_at FROM consents WHERE account = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY given_at DESC, id LIMIT $3";
    BEYOND = "SELECT id FROM consents WHERE account = $1 AND client = $2 AND ended_at IS NULL ORDER BY given_at DESC, id LIMIT 100 OFFSET $3";
    END = "UPDATE consents SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    PROLONG = "UPDATE consents SET expires_at = $2, used_at = $3 WHERE id = $1 AND ended_at IS NULL";
    USED = "UPDATE consents SET used_at = CASE WHEN used_at > $2 THEN used_at ELSE $2 END WHERE id = $1";
    DEAD = "SELECT id FROM consents WHERE expires_at < $1 OR ended_at < $1 LIMIT $2";
    DELETE_CODE = "DELETE FROM authorization_codes WHERE consent = $1";
    DELETE_REFRESH_TOKENS = "DELETE FROM refresh_tokens WHERE consent = $1";
    DELETE = "DELETE FROM consents WHERE id = $1";
}

/// What a user allowed a client to do for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRow {
    /// A UUID.
    pub id: String,
    /// Who allowed it: an Atlassian account id.
    pub account: String,
    /// The client that may act.
    pub client: ClientId,
    /// With which scopes, space separated.
    pub scopes: String,
    /// At which sites, space separated.
    pub sites: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it ends by itself: with the code, then with the youngest refresh token.
    pub expires_at: Timestamp,
    /// When a token of it was last used, up to the last time somebody counted.
    pub used_at: Option<Timestamp>,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

impl ConsentRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            id: columns.get("id")?,
            account: columns.get("account")?,
            client: columns.parsed("client")?,
            scopes: columns.get("scopes")?,
            sites: columns.get("sites")?,
            given_at: columns.time("given_at")?,
            expires_at: columns.time("expires_at")?,
            used_at: columns.maybe_time("used_at")?,
            ended_at: columns.maybe_time("ended_at")?,
        })
    }
}

/// The table of consents.
#[derive(Clone, Copy, Debug)]
pub struct Consents<'s>(pub(crate) &'s Store);

impl Consents<'_> {
    /// Adds a consent and the code it is fetched with, both or neither; ends the oldest of the same user and client beyond
    /// `keep`, and removes a few that ended before `dead`. Answers the digests of access tokens that ended with it.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when id or digest exist.
    pub async fn give(
        self,
        consent: &ConsentRow,
        code: &CodeRow,
        keep: u32,
        dead: Timestamp,
    ) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        insert(&mut transaction, consent).await?;
        authorization_codes::insert(&mut transaction, code).await?;
        let beyond = sqlx::query(BEYOND).bind(&consent.account).bind(consent.client.as_str()).bind(keep);
        let beyond = beyond.fetch_all(&mut *transaction).await.map_err(|e| explain(TABLE, &e))?;
        let mut ended = Vec::new();
        for row in &beyond {
            let id: String = Columns { table: TABLE, row }.get("id")?;
            ended.extend(end(&mut transaction, &id, consent.given_at).await?);
        }
        sweep(&mut transaction, dead).await?;
        transaction.commit().await.map_err(|e| explain(TABLE, &e))?;
        Ok(ended)
    }

    /// A consent, ended or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, id: &str) -> Result<Option<ConsentRow>, StoreError> {
        let row = sqlx::query(GET).bind(id).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(ConsentRow::read).transpose()
    }

    /// The youngest consents of a user that have not ended at `now`, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn living_of(
        self,
        account: &str,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<ConsentRow>, StoreError> {
        let query = sqlx::query(LIVING).bind(account).bind(millis(now)).bind(limit);
        let rows = query.fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(ConsentRow::read).collect()
    }

    /// Ends a consent and removes its access tokens, whose digests it answers. Its refresh tokens and its code are worth
    /// nothing without it. One that has ended, or was never there, stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(self, id: &str, at: Timestamp) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        let ended = end(&mut transaction, id, at).await?;
        transaction.commit().await.map_err(|e| explain(TABLE, &e))?;
        Ok(ended)
    }

    /// Writes down when consents were last used, all or none.
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

/// Lets a consent last until `until`; `false` when it has been ended.
pub(super) async fn prolong(
    on: &mut Connection,
    id: &str,
    until: Timestamp,
    used: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(PROLONG).bind(id).bind(millis(until)).bind(millis(used)).execute(on).await;
    Ok(done.map_err(|e| explain(TABLE, &e))?.rows_affected() > 0)
}

async fn end(on: &mut Connection, id: &str, at: Timestamp) -> Result<Vec<[u8; 32]>, StoreError> {
    let done = sqlx::query(END).bind(id).bind(millis(at)).execute(&mut *on).await;
    done.map_err(|e| explain(TABLE, &e))?;
    tokens::end_of(on, id).await
}

async fn sweep(on: &mut Connection, dead: Timestamp) -> Result<(), StoreError> {
    let rows = sqlx::query(DEAD).bind(millis(dead)).bind(SWEPT).fetch_all(&mut *on).await;
    for row in &rows.map_err(|e| explain(TABLE, &e))? {
        let id: String = Columns { table: TABLE, row }.get("id")?;
        for statement in [DELETE_CODE, DELETE_REFRESH_TOKENS, DELETE] {
            let done = sqlx::query(statement).bind(&id).execute(&mut *on).await;
            done.map_err(|e| explain(TABLE, &e))?;
        }
    }
    Ok(())
}

async fn insert(on: &mut Connection, consent: &ConsentRow) -> Result<(), StoreError> {
    let done = sqlx::query(INSERT)
        .bind(&consent.id)
        .bind(&consent.account)
        .bind(consent.client.as_str())
        .bind(&consent.scopes)
        .bind(&consent.sites)
        .bind(millis(consent.given_at))
        .bind(millis(consent.expires_at))
        .bind(consent.used_at.map(millis))
        .bind(consent.ended_at.map(millis))
        .execute(on)
        .await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}
