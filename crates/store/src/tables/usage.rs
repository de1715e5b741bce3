use jiff::Timestamp;
use sqlx::Row as _;
use types::ClientId;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis, signed};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "usage_counts";
const POSITION_TABLE: &str = "usage_position";

statements! {
    // The condition is the fence: counting goes on only from where it stopped, so nothing is counted twice.
    ADVANCE = "UPDATE usage_position SET seq = $2, counted_at = $3 WHERE one = 1 AND seq = $1";
    BEGIN = "INSERT INTO usage_position (one, seq, counted_at, since_at) VALUES (1, $1, $2, $3) ON CONFLICT (one) DO NOTHING";
    POSITION = "SELECT seq, counted_at, since_at FROM usage_position WHERE one = 1";
    ADD = "UPDATE usage_counts SET calls = calls + $5, refusals = refusals + $6, observed = observed + $7, first_at = min(first_at, $8), last_at = max(last_at, $9), used_at = CASE WHEN $10 IS NULL THEN used_at ELSE max(coalesce(used_at, $10), $10) END WHERE client = $1 AND operation = $2 AND scopes = $3 AND place = $4";
    INSERT = "INSERT INTO usage_counts (client, operation, scopes, place, calls, refusals, observed, first_at, last_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ROWS_OF = "SELECT count(*) AS rows FROM usage_counts WHERE client = $1";
    ALL = "SELECT client, operation, scopes, place, calls, refusals, observed, first_at, last_at, used_at FROM usage_counts WHERE client > $1 ORDER BY client, operation, scopes, place LIMIT $2";
    OF = "SELECT client, operation, scopes, place, calls, refusals, observed, first_at, last_at, used_at FROM usage_counts WHERE client = $1 ORDER BY client, operation, scopes, place LIMIT $2";
}

/// What a client did of one kind: with one operation, by one set of scopes, about one project or space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageRow {
    /// Who.
    pub client: ClientId,
    /// The operation's label.
    pub operation: String,
    /// The scopes that satisfied it, in a form of the caller's; empty where it was refused.
    pub scopes: String,
    /// What it was about, in a form of the caller's; empty where nothing was named.
    pub place: String,
    /// How often it was permitted.
    pub calls: u64,
    /// How often it was refused.
    pub refusals: u64,
    /// How often it was let through although it would have been refused; those are among `calls`.
    pub observed: u64,
    /// The first time of either.
    pub first_at: Timestamp,
    /// The last time of either.
    pub last_at: Timestamp,
    /// The last time it was permitted.
    pub used_at: Option<Timestamp>,
}

impl UsageRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            client: columns.parsed("client")?,
            operation: columns.get("operation")?,
            scopes: columns.get("scopes")?,
            place: columns.get("place")?,
            calls: columns.number("calls")?,
            refusals: columns.number("refusals")?,
            observed: columns.number("observed")?,
            first_at: columns.time("first_at")?,
            last_at: columns.time("last_at")?,
            used_at: columns.maybe_time("used_at")?,
        })
    }
}

/// How far the audit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsagePosition {
    /// The number of the last record that is counted.
    pub seq: u64,
    /// The time of the last record that is counted.
    pub counted_at: Timestamp,
    /// The time of the first record that was counted.
    pub since_at: Timestamp,
}

/// How many rows one client may have, and what their place is called when there is no room for one of their own.
#[derive(Clone, Copy, Debug)]
pub struct UsageRoom<'r> {
    /// Of one client. Beyond it no new place is kept; operations and scopes still are.
    pub rows_of_client: u64,
    /// The place of what there is no room for.
    pub other: &'r str,
}

/// The table of what clients do.
#[derive(Clone, Copy, Debug)]
pub struct Usage<'s>(pub(crate) &'s Store);

impl Usage<'_> {
    /// How far the audit is counted; `None` before anything was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn position(self) -> Result<Option<UsagePosition>, StoreError> {
        let row = sqlx::query(POSITION).fetch_optional(self.0.readers()).await;
        let row = row.map_err(|e| explain(POSITION_TABLE, &e))?;
        let read = |row: &Row| {
            let columns = Columns { table: POSITION_TABLE, row };
            Ok(UsagePosition {
                seq: columns.number("seq")?,
                counted_at: columns.time("counted_at")?,
                since_at: columns.time("since_at")?,
            })
        };
        row.as_ref().map(read).transpose()
    }

    /// Adds `counts`, each of the records behind number `after` up to `to`, and moves the position: both or neither.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the position is another than `after`: these records are counted already.
    pub async fn add(
        self,
        after: u64,
        to: UsagePosition,
        counts: &[UsageRow],
        room: UsageRoom<'_>,
    ) -> Result<(), StoreError> {
        let failed = |e: sqlx::Error| explain(TABLE, &e);
        let mut transaction = self.0.write(TABLE).await?;
        if after == 0 {
            let begin = sqlx::query(BEGIN).bind(0_i64).bind(millis(to.counted_at)).bind(millis(to.since_at));
            begin.execute(&mut *transaction).await.map_err(failed)?;
        }
        let advance =
            sqlx::query(ADVANCE).bind(signed(after)).bind(signed(to.seq)).bind(millis(to.counted_at));
        if advance.execute(&mut *transaction).await.map_err(failed)?.rows_affected() == 0 {
            return Err(StoreError::Duplicate { table: POSITION_TABLE });
        }
        for row in counts {
            if bound(ADD, row, &row.place).execute(&mut *transaction).await.map_err(failed)?.rows_affected()
                > 0
            {
                continue;
            }
            let of = sqlx::query(ROWS_OF).bind(row.client.as_str());
            let rows: i64 =
                of.fetch_one(&mut *transaction).await.map_err(failed)?.try_get("rows").map_err(failed)?;
            let full = rows.unsigned_abs() >= room.rows_of_client && !row.place.is_empty();
            let place = if full { room.other } else { &row.place };
            let added = full
                && bound(ADD, row, place).execute(&mut *transaction).await.map_err(failed)?.rows_affected()
                    > 0;
            if !added {
                bound(INSERT, row, place).execute(&mut *transaction).await.map_err(failed)?;
            }
        }
        transaction.commit().await.map_err(failed)
    }

    /// What is counted of one client, or of all, by client, operation, scopes and place: at most `limit` rows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self, client: Option<&ClientId>, limit: usize) -> Result<Vec<UsageRow>, StoreError> {
        let query = match client {
            Some(client) => sqlx::query(OF).bind(client.as_str()),
            None => sqlx::query(ALL).bind(""),
        };
        let query = query.bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = query.fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(UsageRow::read).collect()
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bound<'q>(statement: &'static str, row: &'q UsageRow, place: &'q str) -> Query<'q> {
    sqlx::query(statement)
        .bind(row.client.as_str())
        .bind(&row.operation)
        .bind(&row.scopes)
        .bind(place)
        .bind(signed(row.calls))
        .bind(signed(row.refusals))
        .bind(signed(row.observed))
        .bind(millis(row.first_at))
        .bind(millis(row.last_at))
        .bind(row.used_at.map(millis))
}
