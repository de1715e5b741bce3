//! The one list of migrations. A line is added at the end, and never changed once released: the driver keeps a checksum
//! of each and refuses a store whose past differs.

use std::collections::BTreeMap;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Row, SqlSafeStr, SqliteConnection};

use super::error;
use crate::StoreError;

const LIST: &[(i64, &str, &str)] = &[
    (1, "first tables", include_str!("migrations/0001_first_tables.sql")),
    (2, "client life", include_str!("migrations/0002_client_life.sql")),
    (3, "seen ids", include_str!("migrations/0003_seen_ids.sql")),
    (4, "signing keys", include_str!("migrations/0004_signing_keys.sql")),
    (5, "consents", include_str!("migrations/0005_consents.sql")),
    (6, "operators", include_str!("migrations/0006_operators.sql")),
    (7, "bound refresh tokens", include_str!("migrations/0007_bound_refresh_tokens.sql")),
    (8, "token families", include_str!("migrations/0008_token_families.sql")),
    (9, "personal tokens", include_str!("migrations/0009_personal_tokens.sql")),
    (10, "manifest versions", include_str!("migrations/0010_manifest_versions.sql")),
    (11, "usage", include_str!("migrations/0011_usage.sql")),
    (12, "elevations", include_str!("migrations/0012_elevations.sql")),
];

fn migrator() -> Migrator {
    let list = LIST.iter().map(|(version, description, sql)| {
        Migration::new(*version, (*description).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(list.collect());
    // The store's own lock already keeps other processes out.
    migrator.set_locking(false);
    migrator
}

/// Brings the schema up to date.
pub(crate) async fn run(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    migrator().run(connection).await.map_err(|e| match e {
        sqlx::migrate::MigrateError::Execute(e) => error::explain("schema", &e),
        sqlx::migrate::MigrateError::VersionMissing(_) => StoreError::Newer,
        other => StoreError::Damaged { what: format!("its schema does not fit this program: {other}") },
    })
}

const TABLES: &str =
    "SELECT count(*) FROM sqlite_schema WHERE name IN ('_sqlx_migrations', 'meta', 'audit_blocks')";
const APPLIED: &str = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";

/// Only reads: is this a store of ours, and none of a newer program?
pub(crate) async fn recognise(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let explain = |e: sqlx::Error| error::explain("schema", &e);
    let tables: i64 = sqlx::query(TABLES)
        .fetch_one(&mut *connection)
        .await
        .map_err(explain)?
        .try_get(0)
        .map_err(explain)?;
    if tables != 3 {
        return Err(StoreError::Damaged { what: "it is a database, but not one of ticketgate's".to_owned() });
    }
    let known: BTreeMap<i64, _> = migrator().iter().map(|m| (m.version, m.checksum.to_vec())).collect();
    for row in sqlx::query(APPLIED).fetch_all(connection).await.map_err(explain)? {
        let version: i64 = row.try_get(0).map_err(explain)?;
        let checksum: Vec<u8> = row.try_get(1).map_err(explain)?;
        match known.get(&version) {
            None => return Err(StoreError::Newer),
            Some(expected) if *expected != checksum => {
                return Err(StoreError::Damaged {
                    what: format!("its schema differs since migration {version}"),
                });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
