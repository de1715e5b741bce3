//! From columns to what they mean. A column that holds anything else is damage, and named as such.

use std::str::FromStr;

use jiff::Timestamp;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};

use crate::StoreError;
use crate::dialect::{Row, explain};

/// A value both databases can hold.
pub(crate) trait Cell<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>> Cell<'r> for T {}

/// What has columns: a row of one database, or of either.
pub(crate) trait Cells {
    fn cell<'r, T: Cell<'r>>(&'r self, table: &'static str, column: &str) -> Result<T, StoreError>;
}

impl Cells for Row {
    fn cell<'r, T: Cell<'r>>(&'r self, table: &'static str, column: &str) -> Result<T, StoreError> {
        self.try_get(column).map_err(|e| explain(table, &e))
    }
}

/// A row of one table.
pub(crate) struct Columns<'r, R> {
    pub(crate) table: &'static str,
    pub(crate) row: &'r R,
}

impl<'r, R: Cells> Columns<'r, R> {
    pub(crate) fn get<T: Cell<'r>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.row.cell(self.table, column)
    }

    pub(crate) fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        self.get::<&str>(column)?.parse().map_err(|_| self.damaged(column))
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(self.get(column)?).map_err(|_| self.damaged(column))
    }

    pub(crate) fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let millis: Option<i64> = self.get(column)?;
        millis.map(Timestamp::from_millisecond).transpose().map_err(|_| self.damaged(column))
    }

    pub(crate) fn digest(&self, column: &'static str) -> Result<[u8; 32], StoreError> {
        self.get::<&[u8]>(column)?.try_into().map_err(|_| self.damaged(column))
    }

    /// A count or sequence number; the database only has signed ones.
    pub(crate) fn number(&self, column: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(|_| self.damaged(column))
    }

    pub(crate) fn maybe_number(&self, column: &'static str) -> Result<Option<u64>, StoreError> {
        let number: Option<i64> = self.get(column)?;
        number.map(u64::try_from).transpose().map_err(|_| self.damaged(column))
    }

    pub(crate) fn damaged(&self, column: &'static str) -> StoreError {
        StoreError::Damaged {
            what: format!("{}: column {column} holds something else than it should", self.table),
        }
    }
}

/// Milliseconds, as kept. What is finer is cut off.
pub(crate) fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// A count or sequence number as kept; those beyond 2^63 are beyond reach.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
