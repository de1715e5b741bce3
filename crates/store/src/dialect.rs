//! The databases in use. Everything that differs between them is behind these names.
//!
//! All tables are in the one SQLite file. Those that hold custody may be in a PostgreSQL database instead: see
//! [`crate::custody`].

pub(crate) mod postgres;
pub(crate) mod sqlite;

/// The database driver.
pub(crate) type Db = sqlx::Sqlite;
/// Its connections.
pub(crate) type Pool = sqlx::SqlitePool;
/// One of them, also within a transaction.
pub(crate) type Connection = sqlx::SqliteConnection;
/// Its rows.
pub(crate) type Row = sqlx::sqlite::SqliteRow;

pub(crate) use sqlite::BEGIN_WRITE;
pub(crate) use sqlite::error::explain;
