//! PostgreSQL's error codes (<https://www.postgresql.org/docs/current/errcodes-appendix.html>) in the store's words.

use sqlx::Error;

use crate::StoreError;

/// What went wrong while working on `table`.
pub(crate) fn explain(table: &'static str, error: &Error) -> StoreError {
    let other = |what: String| StoreError::Other { table, what };
    match error {
        Error::Database(database) => {
            by_code(table, database.code().as_deref().unwrap_or_default(), &shown(error))
        }
        Error::RowNotFound => StoreError::Missing { table },
        Error::PoolClosed | Error::WorkerCrashed => StoreError::Closed,
        Error::ColumnDecode { index, .. } => StoreError::Damaged {
            what: format!("{table}: column {index} holds something else than it should"),
        },
        _ => other(shown(error)),
    }
}

pub(super) fn by_code(table: &'static str, code: &str, words: &str) -> StoreError {
    match code {
        "23505" => StoreError::Duplicate { table },
        // Serialization failure, deadlock; a lock or a statement that took longer than we wait; no memory or connection left.
        "40001" | "40P01" | "55P03" | "57014" | "53000" | "53200" | "53300" => StoreError::Busy,
        "53100" => StoreError::Full,
        "XX001" | "XX002" => StoreError::Damaged { what: format!("{table}: {words}") },
        _ => StoreError::Other { table, what: words.to_owned() },
    }
}

/// What went wrong while opening the database.
pub(super) fn opening(error: &Error) -> StoreError {
    match explain("schema", error) {
        StoreError::Other { .. } => StoreError::Shared { why: shown(error) },
        known => known,
    }
}

/// The server's own words where they name tables, users and databases only. In those about data (classes 22 and 23) a value
/// may stand; of these the code is said, and of what the driver says its kind.
fn shown(error: &Error) -> String {
    match error {
        Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            if code.starts_with("22") || code.starts_with("23") {
                return format!("the shared database refused with SQLSTATE {code}");
            }
            format!("the shared database says: {} (SQLSTATE {code})", database.message())
        }
        // A handshake that fails is told as data that is not as it should be.
        Error::Tls(_) => no_tls(),
        Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => no_tls(),
        Error::Io(error) => format!("the shared database cannot be reached: {}", error.kind()),
        Error::PoolTimedOut => "the shared database does not answer in time".to_owned(),
        _ => "the driver of the shared database failed".to_owned(),
    }
}

fn no_tls() -> String {
    "no TLS with the shared database: it has none, or its certificate is not trusted".to_owned()
}
