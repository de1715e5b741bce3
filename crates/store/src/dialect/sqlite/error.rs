//! SQLite's result codes (<https://www.sqlite.org/rescode.html>) in the store's words.

use std::path::Path;

use crate::StoreError;

const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const NOTADB: i32 = 26;
/// Fewer bytes in the file than the header promises (extended code of an I/O error).
const SHORT_READ: i32 = 522;
const UNIQUE: i32 = 2067;
const PRIMARY_KEY: i32 = 1555;

fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// What went wrong while working on `table`.
pub(crate) fn explain(table: &'static str, error: &sqlx::Error) -> StoreError {
    match (error, code(error)) {
        (_, Some(UNIQUE | PRIMARY_KEY)) => StoreError::Duplicate { table },
        (_, Some(SHORT_READ)) => {
            StoreError::Damaged { what: format!("{table}: the file is shorter than it should be") }
        }
        (_, Some(code)) => match code & 0xff {
            BUSY | LOCKED => StoreError::Busy,
            CORRUPT | NOTADB => StoreError::Damaged { what: format!("{table}: {}", words(error)) },
            FULL => StoreError::Full,
            _ => StoreError::Other { table, what: words(error) },
        },
        (sqlx::Error::RowNotFound, _) => StoreError::Missing { table },
        (sqlx::Error::PoolTimedOut, _) => StoreError::Busy,
        (sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed, _) => StoreError::Closed,
        // A value of another type than the column's: the text names the column, not the value.
        (sqlx::Error::ColumnDecode { index, .. }, _) => StoreError::Damaged {
            what: format!("{table}: column {index} holds something else than it should"),
        },
        (sqlx::Error::Io(error), _) => StoreError::Other { table, what: error.kind().to_string() },
        _ => StoreError::Other { table, what: "the database driver failed".to_owned() },
    }
}

/// What went wrong while opening `path`.
pub(crate) fn opening(path: &Path, error: &sqlx::Error) -> StoreError {
    match code(error) {
        Some(code) if code & 0xff == CANTOPEN => {
            StoreError::Unusable { path: path.to_owned(), why: words(error) }
        }
        _ => explain("schema", error),
    }
}

/// SQLite's own words. They name tables, columns and files; values are bound, so they are not in the statement's text.
fn words(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(String::new, |error| error.message().to_owned())
}
