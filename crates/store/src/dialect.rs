//! The database in use. Everything that differs between databases is behind these names.

pub(crate) mod sqlite;

/// The database driver.
pub(crate) type Db = sqlx::Sqlite;
/// Its connections.
pub(crate) type Pool = sqlx::SqlitePool;
/// One of them, also within a transaction.
pub(crate) type Connection = sqlx::SqliteConnection;
/// A statement with what is bound to it.
pub(crate) type Query<'q> = sqlx::query::Query<'q, Db, <Db as sqlx::Database>::Arguments>;
/// Its rows.
pub(crate) type Row = sqlx::sqlite::SqliteRow;

pub(crate) use sqlite::BEGIN_WRITE;
pub(crate) use sqlite::error::explain;
