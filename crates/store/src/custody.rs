//! Where custody is kept: in the store's own database, or in one that several gateways share.
//!
//! The tables of custody are `grants`, `token_families`, `stranded_pairs`, and `meta` for what belongs to them. Their
//! statements are written once and keep to what both databases read; a value or a row is translated here, and nowhere else.

use sqlx::postgres::PgRow;
use sqlx::{PgPool, Postgres, Row as _, Sqlite, Transaction};
use types::GrantName;

use crate::dialect::{Row, explain, postgres};
use crate::read::{Cell, Cells};
use crate::{Store, StoreError};

/// A value that goes into a statement.
#[derive(Clone, Copy)]
pub(crate) enum Value<'q> {
    Text(Option<&'q str>),
    Bytes(&'q [u8]),
    Number(Option<i64>),
}

impl<'q> From<&'q str> for Value<'q> {
    fn from(text: &'q str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'q> From<Option<&'q str>> for Value<'q> {
    fn from(text: Option<&'q str>) -> Self {
        Self::Text(text)
    }
}

impl<'q> From<&'q [u8]> for Value<'q> {
    fn from(bytes: &'q [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

/// A statement with what is bound to it, for either database.
pub(crate) struct Statement<'q> {
    table: &'static str,
    sql: &'static str,
    values: Vec<Value<'q>>,
}

/// A statement about `table`.
pub(crate) const fn statement<'q>(table: &'static str, sql: &'static str) -> Statement<'q> {
    Statement { table, sql, values: Vec::new() }
}

impl<'q> Statement<'q> {
    /// The next parameter.
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }
}

/// The driver's form of a statement; which driver's, the place says where it is used.
macro_rules! query {
    ($statement:expr, $database:ty) => {
        $statement.values.iter().fold(sqlx::query::<$database>($statement.sql), |query, value| match *value {
            Value::Text(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Number(number) => query.bind(number),
        })
    };
}

/// A row of either database.
pub(crate) enum Kept {
    Here(Row),
    Shared(PgRow),
}

impl Cells for Kept {
    fn cell<'r, T: Cell<'r>>(&'r self, table: &'static str, column: &str) -> Result<T, StoreError> {
        match self {
            Self::Here(row) => row.try_get(column).map_err(|e| explain(table, &e)),
            Self::Shared(row) => row.try_get(column).map_err(|e| postgres::error::explain(table, &e)),
        }
    }
}

/// The database that holds custody.
#[derive(Clone, Copy)]
pub(crate) enum Custody<'s> {
    /// The store's own.
    Here(&'s Store),
    /// One that others use as well.
    Shared(&'s PgPool),
}

impl Custody<'_> {
    /// Carries out one statement, which is a transaction by itself; answers how many rows it touched.
    pub(crate) async fn execute(self, statement: Statement<'_>) -> Result<u64, StoreError> {
        match self {
            Self::Here(store) => {
                store.may_change()?;
                let done = query!(statement, Sqlite).execute(store.writer()).await;
                done.map(|done| done.rows_affected()).map_err(|e| explain(statement.table, &e))
            }
            Self::Shared(pool) => {
                let done = postgres::within(query!(statement, Postgres).execute(pool)).await;
                done.map(|done| done.rows_affected())
                    .map_err(|e| postgres::error::explain(statement.table, &e))
            }
        }
    }

    /// The one row there is, if there is one.
    pub(crate) async fn one(self, statement: Statement<'_>) -> Result<Option<Kept>, StoreError> {
        Ok(self.all(statement).await?.pop())
    }

    /// All rows.
    pub(crate) async fn all(self, statement: Statement<'_>) -> Result<Vec<Kept>, StoreError> {
        match self {
            Self::Here(store) => {
                let rows = query!(statement, Sqlite).fetch_all(store.readers()).await;
                let rows = rows.map_err(|e| explain(statement.table, &e))?;
                Ok(rows.into_iter().map(Kept::Here).collect())
            }
            Self::Shared(pool) => {
                let rows = postgres::within(query!(statement, Postgres).fetch_all(pool)).await;
                let rows = rows.map_err(|e| postgres::error::explain(statement.table, &e))?;
                Ok(rows.into_iter().map(Kept::Shared).collect())
            }
        }
    }

    /// A transaction in which nobody but its owner changes what belongs to `grant`, whether there is anything yet or not.
    /// Rolled back unless committed.
    pub(crate) async fn turn(self, table: &'static str, grant: &GrantName) -> Result<Turn, StoreError> {
        match self {
            // There is one writer at a time anyway.
            Self::Here(store) => {
                store.may_change()?;
                Ok(Turn { table, transaction: Either::Here(store.write(table).await?) })
            }
            Self::Shared(pool) => {
                let taken = postgres::within(async {
                    let mut transaction = pool.begin_with(postgres::BEGIN_WRITE).await?;
                    let turn = sqlx::query(postgres::TAKE_TURN).bind(grant.as_str()).bind(postgres::TURNS);
                    turn.execute(&mut *transaction).await?;
                    Ok(transaction)
                });
                let transaction = taken.await.map_err(|e| postgres::error::explain(table, &e))?;
                Ok(Turn { table, transaction: Either::Shared(transaction) })
            }
        }
    }
}

impl std::fmt::Debug for Custody<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Here(_) => "custody in the store",
            Self::Shared(_) => "shared custody",
        })
    }
}

/// A transaction about one grant.
pub(crate) struct Turn {
    table: &'static str,
    transaction: Either,
}

enum Either {
    Here(Transaction<'static, Sqlite>),
    Shared(Transaction<'static, Postgres>),
}

impl Turn {
    /// Carries out a statement; answers how many rows it touched.
    pub(crate) async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StoreError> {
        match &mut self.transaction {
            Either::Here(transaction) => {
                let done = query!(statement, Sqlite).execute(&mut **transaction).await;
                done.map(|done| done.rows_affected()).map_err(|e| explain(statement.table, &e))
            }
            Either::Shared(transaction) => {
                let done = postgres::within(query!(statement, Postgres).execute(&mut **transaction)).await;
                done.map(|done| done.rows_affected())
                    .map_err(|e| postgres::error::explain(statement.table, &e))
            }
        }
    }

    /// The one row there is, if there is one.
    pub(crate) async fn one(&mut self, statement: Statement<'_>) -> Result<Option<Kept>, StoreError> {
        match &mut self.transaction {
            Either::Here(transaction) => {
                let row = query!(statement, Sqlite).fetch_optional(&mut **transaction).await;
                Ok(row.map_err(|e| explain(statement.table, &e))?.map(Kept::Here))
            }
            Either::Shared(transaction) => {
                let row =
                    postgres::within(query!(statement, Postgres).fetch_optional(&mut **transaction)).await;
                Ok(row.map_err(|e| postgres::error::explain(statement.table, &e))?.map(Kept::Shared))
            }
        }
    }

    /// Now, in milliseconds: by the clock of the database where it has one for all, and by the caller's otherwise.
    pub(crate) async fn now(&mut self, callers: i64) -> Result<i64, StoreError> {
        let Either::Shared(transaction) = &mut self.transaction else { return Ok(callers) };
        let row = postgres::within(sqlx::query(postgres::NOW).fetch_one(&mut **transaction)).await;
        row.and_then(|row| row.try_get(0)).map_err(|e| postgres::error::explain(self.table, &e))
    }

    /// Makes it durable.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self.transaction {
            Either::Here(transaction) => transaction.commit().await.map_err(|e| explain(self.table, &e)),
            Either::Shared(transaction) => postgres::within(transaction.commit())
                .await
                .map_err(|e| postgres::error::explain(self.table, &e)),
        }
    }

    /// Takes it back.
    pub(crate) async fn roll_back(self) -> Result<(), StoreError> {
        match self.transaction {
            Either::Here(transaction) => transaction.rollback().await.map_err(|e| explain(self.table, &e)),
            Either::Shared(transaction) => postgres::within(transaction.rollback())
                .await
                .map_err(|e| postgres::error::explain(self.table, &e)),
        }
    }
}
