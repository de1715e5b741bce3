use jiff::Timestamp;
use types::ClientId;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "elevations";

statements! {
    INSERT = "INSERT INTO elevations (plan, client, account, adds, reason, seconds, asked_by, asked_at, waits_until, base, difference, approvals, begun_at, until, ended_at, ended_why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, NULL, NULL, NULL)";
    GET = "SELECT plan, client, account, adds, reason, seconds, asked_by, asked_at, waits_until, base, difference, approvals, begun_at, until, ended_at, ended_why FROM elevations WHERE plan = $1";
    LIST = "SELECT plan, client, account, adds, reason, seconds, asked_by, asked_at, waits_until, base, difference, approvals, begun_at, until, ended_at, ended_why FROM elevations ORDER BY asked_at DESC LIMIT $1";
    LIVING = "SELECT plan, client, account, adds, reason, seconds, asked_by, asked_at, waits_until, base, difference, approvals, begun_at, until, ended_at, ended_why FROM elevations WHERE ended_at IS NULL ORDER BY client, begun_at DESC";
    OF_ACCOUNT = "SELECT plan, client, account, adds, reason, seconds, asked_by, asked_at, waits_until, base, difference, approvals, begun_at, until, ended_at, ended_why FROM elevations WHERE client = $1 AND account = $2 ORDER BY asked_at DESC LIMIT $3";
    OF_CLIENT = "SELECT plan, client, account, adds, reason, seconds, asked_by, asked_at, waits_until, base, difference, approvals, begun_at, until, ended_at, ended_why FROM elevations WHERE client = $1 ORDER BY asked_at DESC LIMIT $2";
    BEGIN = "UPDATE elevations SET approvals = $2, begun_at = $3, until = $4 WHERE plan = $1 AND begun_at IS NULL";
    END = "UPDATE elevations SET ended_at = $2, ended_why = $3 WHERE plan = $1 AND ended_at IS NULL";
    DELETE = "DELETE FROM elevations WHERE plan = $1 AND begun_at IS NULL";
    FORGET = "DELETE FROM elevations WHERE (begun_at IS NULL AND waits_until <= $1) OR ended_at <= $2 OR (ended_at IS NOT NULL AND asked_at < (SELECT asked_at FROM elevations ORDER BY asked_at DESC LIMIT 1 OFFSET $3))";
}

/// More for one client, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElevationRow {
    /// What it is told by.
    pub plan: [u8; 32],
    /// Whose manifest it is added to.
    pub client: ClientId,
    /// The Atlassian account for whose calls it holds; `None`: for all the client's calls.
    pub account: Option<String>,
    /// What it adds, as written.
    pub adds: String,
    /// What for.
    pub reason: String,
    /// How long it holds, in seconds.
    pub seconds: u64,
    /// Who asked, in a form of the caller's.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it is forgotten if nobody has said yes.
    pub waits_until: Timestamp,
    /// The digest of what it is added to.
    pub base: [u8; 32],
    /// What it changes, in a form of the caller's.
    pub difference: String,
    /// Who approved it and how, in a form of the caller's.
    pub approvals: String,
    /// Since when it holds, or held; `None`: it waits.
    pub begun_at: Option<Timestamp>,
    /// The first instant at which it does not hold any more.
    pub until: Option<Timestamp>,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub ended_why: Option<String>,
}

impl ElevationRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            plan: columns.digest("plan")?,
            client: columns.parsed("client")?,
            account: columns.get("account")?,
            adds: columns.get("adds")?,
            reason: columns.get("reason")?,
            seconds: columns.number("seconds")?,
            asked_by: columns.get("asked_by")?,
            asked_at: columns.time("asked_at")?,
            waits_until: columns.time("waits_until")?,
            base: columns.digest("base")?,
            difference: columns.get("difference")?,
            approvals: columns.get("approvals")?,
            begun_at: columns.maybe_time("begun_at")?,
            until: columns.maybe_time("until")?,
            ended_at: columns.maybe_time("ended_at")?,
            ended_why: columns.get("ended_why")?,
        })
    }
}

/// The table of what clients have beside their manifests, for a time.
#[derive(Clone, Copy, Debug)]
pub struct Elevations<'s>(pub(crate) &'s Store);

impl Elevations<'_> {
    /// Adds one that waits.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when there is one with this plan.
    pub async fn insert(self, row: &ElevationRow) -> Result<(), StoreError> {
        let done = sqlx::query(INSERT)
            .bind(row.plan.as_slice())
            .bind(row.client.as_str())
            .bind(row.account.as_deref())
            .bind(&row.adds)
            .bind(&row.reason)
            .bind(i64::try_from(row.seconds).unwrap_or(i64::MAX))
            .bind(&row.asked_by)
            .bind(millis(row.asked_at))
            .bind(millis(row.waits_until))
            .bind(row.base.as_slice())
            .bind(&row.difference)
            .bind(&row.approvals)
            .execute(self.0.writer())
            .await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// One.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, plan: &[u8; 32]) -> Result<Option<ElevationRow>, StoreError> {
        let row = sqlx::query(GET).bind(plan.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(ElevationRow::read).transpose()
    }

    /// At most so many, those asked for last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self, most: u32) -> Result<Vec<ElevationRow>, StoreError> {
        let rows = sqlx::query(LIST).bind(i64::from(most)).fetch_all(self.0.readers()).await;
        rows.map_err(|e| explain(TABLE, &e))?.iter().map(ElevationRow::read).collect()
    }

    /// Those that wait or hold, and those whose end nobody has noted yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn living(self) -> Result<Vec<ElevationRow>, StoreError> {
        let rows = sqlx::query(LIVING).fetch_all(self.0.readers()).await;
        rows.map_err(|e| explain(TABLE, &e))?.iter().map(ElevationRow::read).collect()
    }

    /// At most so many of a client, those asked for last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_client(self, client: &ClientId, most: u32) -> Result<Vec<ElevationRow>, StoreError> {
        let rows =
            sqlx::query(OF_CLIENT).bind(client.as_str()).bind(i64::from(most)).fetch_all(self.0.readers());
        rows.await.map_err(|e| explain(TABLE, &e))?.iter().map(ElevationRow::read).collect()
    }

    /// The same of those for one account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_account(
        self,
        client: &ClientId,
        account: &str,
        most: u32,
    ) -> Result<Vec<ElevationRow>, StoreError> {
        let rows = sqlx::query(OF_ACCOUNT)
            .bind(client.as_str())
            .bind(account)
            .bind(i64::from(most))
            .fetch_all(self.0.readers());
        rows.await.map_err(|e| explain(TABLE, &e))?.iter().map(ElevationRow::read).collect()
    }

    /// Notes that one holds from `at` up to `until`, and who approved that.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such one that waits.
    pub async fn begin(
        self,
        plan: &[u8; 32],
        approvals: &str,
        (at, until): (Timestamp, Timestamp),
    ) -> Result<(), StoreError> {
        let done = sqlx::query(BEGIN)
            .bind(plan.as_slice())
            .bind(approvals)
            .bind(millis(at))
            .bind(millis(until))
            .execute(self.0.writer())
            .await;
        found(done.map_err(|e| explain(TABLE, &e))?.rows_affected())
    }

    /// Notes that one has ended, and why.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such one that has not ended.
    pub async fn end(self, plan: &[u8; 32], at: Timestamp, why: &str) -> Result<(), StoreError> {
        let done =
            sqlx::query(END).bind(plan.as_slice()).bind(millis(at)).bind(why).execute(self.0.writer()).await;
        found(done.map_err(|e| explain(TABLE, &e))?.rows_affected())
    }

    /// Takes one away that has never held; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw(self, plan: &[u8; 32]) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE).bind(plan.as_slice()).execute(self.0.writer()).await;
        Ok(done.map_err(|e| explain(TABLE, &e))?.rows_affected() > 0)
    }

    /// Forgets those nobody has said yes to until `now`, those that ended at `before` or earlier, and of those that have ended all
    /// but the last `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(self, now: Timestamp, before: Timestamp, most: u32) -> Result<(), StoreError> {
        let done = sqlx::query(FORGET)
            .bind(millis(now))
            .bind(millis(before))
            .bind(i64::from(most))
            .execute(self.0.writer())
            .await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }
}

const fn found(rows: u64) -> Result<(), StoreError> {
    match rows {
        0 => Err(StoreError::Missing { table: TABLE }),
        _ => Ok(()),
    }
}
