//! SQLite: settings of a connection, checks when opening, creating a database.

pub(crate) mod error;
pub(crate) mod migrations;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::StoreError;
use crate::dialect::Pool;

/// Takes the write lock at once: a transaction that reads first and then finds the lock taken cannot be waited out.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// How long to wait for another program that has the database open, such as a backup.
const PATIENCE: Duration = Duration::from_secs(5);

/// Up to this size every page is checked when opening (about a second a gigabyte); above it, every table but the
/// audit's, whose chain is checked by `audit verify`.
const CHECKED_WHOLE: u64 = 512 * 1024 * 1024;

/// The page, in bytes, set when the database is made. Nearly all that is written are blocks of the audit, tens of kilobytes
/// each: larger pages mean fewer writes. SQLite itself fills a page that is cut short with zeros, and takes them for content.
const PAGE: u32 = 16_384;

/// Connections that read. Reading is rare: callers and grants live in memory.
const READERS: u32 = 2;

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        // Kibibytes of page cache; the default of 2 MB per connection buys nothing at these sizes.
        .pragma("cache_size", "-256")
        .statement_cache_capacity(64)
        // Statements would be logged with their text at every level above; errors carry what is needed.
        .disable_statement_logging()
}

fn writing(path: &Path) -> SqliteConnectOptions {
    options(path)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that answers is on disk, power cut or not. WAL's default would lose the last ones.
        .synchronous(SqliteSynchronous::Full)
        .page_size(PAGE)
        // In KiB when negative. What is written is not read again soon; the default of 2 MiB would fill with it.
        .pragma("cache_size", "-256")
        .pragma("journal_size_limit", "16777216")
}

fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(size).acquire_timeout(PATIENCE).test_before_acquire(false)
}

/// The one connection that writes, and those that read.
pub(crate) async fn pools(path: &Path) -> Result<(Pool, Pool), StoreError> {
    let writer = pool(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(writing(path))
        .await
        .map_err(|e| error::opening(path, &e))?;
    let readers =
        pool(READERS).idle_timeout(Duration::from_secs(60)).connect_lazy_with(options(path).read_only(true));
    Ok((writer, readers))
}

/// One connection in memory, for both.
pub(crate) async fn in_memory() -> Result<Pool, StoreError> {
    let path = Path::new(":memory:");
    let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true).disable_statement_logging();
    // The database is the connection: it must neither be closed for idleness nor be joined by a second one.
    let pool = pool(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
        .map_err(|e| error::opening(path, &e))?;
    let mut connection = pool.acquire().await.map_err(|e| error::opening(path, &e))?;
    migrations::run(&mut connection).await?;
    drop(connection);
    Ok(pool)
}

/// Readers of a file nobody is going to write: a copy, a backup, or a running gateway's database.
pub(crate) async fn read_only(path: &Path) -> Result<Pool, StoreError> {
    let plain = options(path).read_only(true);
    let journal = sidecar(path, "-wal");
    let pool = pool(1);
    match pool.clone().connect_with(plain.clone()).await {
        Ok(pool) => Ok(pool),
        // On a medium that cannot be written, SQLite cannot make the shared memory of its journal. Without a journal
        // there is nothing in it that would be missed.
        Err(_) if !journal.exists() => {
            pool.connect_with(plain.immutable(true)).await.map_err(|e| error::opening(path, &e))
        }
        Err(e) => Err(error::opening(path, &e)),
    }
}

/// `path` with `suffix` added to the file's name.
pub(crate) fn sidecar(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes a complete, empty database under `path`, which must not exist: all of it, or nothing.
pub(crate) async fn create(path: &Path) -> Result<(), StoreError> {
    let unusable = |why: std::io::Error| StoreError::Unusable { path: path.to_owned(), why: why.to_string() };
    let draft = sidecar(path, ".new");
    for leftover in
        [draft.clone(), sidecar(&draft, "-wal"), sidecar(&draft, "-shm"), sidecar(&draft, "-journal")]
    {
        match std::fs::remove_file(&leftover) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(unusable(e)),
            _ => {}
        }
    }
    owner_only(&draft).map_err(unusable)?;
    let mut connection = writing(&draft).connect().await.map_err(|e| error::opening(path, &e))?;
    migrations::run(&mut connection).await?;
    // Closing the last connection moves the journal into the file.
    connection.close().await.map_err(|e| error::opening(path, &e))?;
    std::fs::File::open(&draft).and_then(|file| file.sync_all()).map_err(unusable)?;
    std::fs::rename(&draft, path).map_err(unusable)?;
    sync_folder(path).map_err(unusable)
}

/// Makes an empty file only its owner may read. SQLite gives its journal the same rights.
fn owner_only(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A new name is durable only when the folder is. Not every file system can do that, and then nothing can.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    match std::fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Looks at an existing file without writing to it: is it whole, is it ours, is it not newer than this program?
pub(crate) async fn check(path: &Path) -> Result<(), StoreError> {
    let size = std::fs::metadata(path)
        .map_err(|e| StoreError::Unusable { path: path.to_owned(), why: e.to_string() })?
        .len();
    if size == 0 {
        return Err(StoreError::Damaged { what: "the file is empty".to_owned() });
    }
    // A page still in the journal may be half written in the file; without a journal, the file is made of whole pages.
    let journal = std::fs::metadata(sidecar(path, "-wal")).is_ok_and(|journal| journal.len() > 0);
    if !journal && !size.is_multiple_of(PAGE.into()) {
        return Err(StoreError::Damaged { what: "the file was cut in the middle of a page".to_owned() });
    }
    let mut connection =
        options(path).read_only(true).connect().await.map_err(|e| error::opening(path, &e))?;
    let found = findings(&mut connection, size).await;
    let closed = connection.close().await.map_err(|e| error::opening(path, &e));
    found.and(closed)
}

async fn findings(connection: &mut SqliteConnection, size: u64) -> Result<(), StoreError> {
    migrations::recognise(connection).await?;
    if size <= CHECKED_WHOLE {
        return quick_check(connection, QUICK_CHECK).await;
    }
    for statement in QUICK_CHECK_TABLES {
        quick_check(connection, statement).await?;
    }
    Ok(())
}

const QUICK_CHECK: &str = "PRAGMA quick_check(1)";
const QUICK_CHECK_TABLES: [&str; 15] = [
    "PRAGMA quick_check('meta')",
    "PRAGMA quick_check('clients')",
    "PRAGMA quick_check('client_secrets')",
    "PRAGMA quick_check('tokens')",
    "PRAGMA quick_check('grants')",
    "PRAGMA quick_check('sites')",
    "PRAGMA quick_check('consents')",
    "PRAGMA quick_check('authorization_codes')",
    "PRAGMA quick_check('refresh_tokens')",
    "PRAGMA quick_check('sessions')",
    "PRAGMA quick_check('token_families')",
    "PRAGMA quick_check('stranded_pairs')",
    "PRAGMA quick_check('manifest_versions')",
    "PRAGMA quick_check('manifest_proposals')",
    "PRAGMA quick_check('elevations')",
];

async fn quick_check(connection: &mut SqliteConnection, statement: &'static str) -> Result<(), StoreError> {
    let row = sqlx::query(statement).fetch_one(connection).await.map_err(|e| error::explain("schema", &e))?;
    let words: String = row.try_get(0).map_err(|e| error::explain("schema", &e))?;
    if words == "ok" { Ok(()) } else { Err(StoreError::Damaged { what: words }) }
}
