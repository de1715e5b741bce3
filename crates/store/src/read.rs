//! From columns to what they mean. A column that holds anything else is damage, and named as such.

use std::str::FromStr;

use jiff::Timestamp;
use sqlx::{Decode, Row as _, Type};

use crate::StoreError;
use crate::dialect::{Db, Row, explain};

/// A row of one table.
pub(crate) struct Columns<'r> {
    pub(crate) table: &'static str,
    pub(crate) row: &'r Row,
}

impl<'r> Columns<'r> {
    pub(crate) fn get<T: Decode<'r, Db> + Type<Db>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.row.try_get(column).map_err(|e| explain(self.table, &e))
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
