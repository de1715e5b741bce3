//! The list of migrations of a shared database. A line is added at the end, and never changed once released.
//!
//! Gateways of the version before go on working while the others are restarted one by one, so a migration leaves what they
//! read and write as it was: it adds tables, indexes, and columns that may be null or have a default.

use std::borrow::Cow;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{PgConnection, Row, SqlSafeStr};

use super::error;
use crate::StoreError;

const LIST: &[(i64, &str, &str)] = &[(1, "custody", include_str!("migrations/0001_custody.sql"))];

/// Where the driver notes what was done. Not its usual name: the database may hold something else of that kind.
const NOTES: &str = "ticketgate_migrations";

const THERE: &str = "SELECT to_regclass($1) IS NOT NULL";

fn migrator() -> Migrator {
    let list = LIST.iter().map(|(version, description, sql)| {
        Migration::new(*version, (*description).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(list.collect());
    // The driver's lock in the database stays on: two gateways that start at once take turns.
    migrator.dangerous_set_table_name(Cow::Borrowed(NOTES));
    migrator
}

/// Brings the schema up to date. The connection is to be closed afterwards: one that failed may still hold the lock.
pub(super) async fn run(connection: &mut PgConnection) -> Result<(), StoreError> {
    migrator().run(connection).await.map_err(|e| explain(&e))
}

/// How far a database has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schema {
    /// Nothing of ours is in it.
    None,
    /// Migrations are missing.
    Older,
    /// It is what this program works with.
    Current,
}

/// Only reads: how far the database has come, and that it is of no newer program.
pub(super) async fn recognise(connection: &mut PgConnection) -> Result<Schema, StoreError> {
    let explain_query = |e: sqlx::Error| error::opening(&e);
    let row = sqlx::query(THERE).bind(NOTES).fetch_one(&mut *connection).await.map_err(explain_query)?;
    if !row.try_get::<bool, _>(0).map_err(explain_query)? {
        return Ok(Schema::None);
    }
    let migrator = migrator();
    let applied = connection.list_applied_migrations(NOTES).await.map_err(|e| explain(&e))?;
    for applied in &applied {
        match migrator.iter().find(|known| known.version == applied.version) {
            None => return Err(StoreError::Newer),
            Some(known) if known.checksum != applied.checksum => {
                return Err(explain(&MigrateError::VersionMismatch(known.version)));
            }
            Some(_) => {}
        }
    }
    Ok(if applied.len() < LIST.len() { Schema::Older } else { Schema::Current })
}

fn explain(error: &MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error::opening(error),
        MigrateError::VersionMissing(_) => StoreError::Newer,
        other => StoreError::Shared { why: format!("its schema does not fit this program: {other}") },
    }
}
