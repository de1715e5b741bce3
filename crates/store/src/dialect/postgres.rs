//! PostgreSQL, for what several gateways share: reading its address, opening it, the settings of a session.

pub(crate) mod error;
mod migrations;

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool};
use tokio::time::timeout;
use types::Secret;

use crate::StoreError;
use migrations::Schema;

/// What a transaction that may write begins with. Under a stricter isolation it would not see what was committed while it
/// waited for its turn.
pub(crate) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Waits until nobody else changes what is named, until the end of the transaction. Also for what has no row yet.
pub(crate) const TAKE_TURN: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))";

/// Keeps these locks apart from the driver's own, which takes one while it migrates.
pub(crate) const TURNS: i64 = 0x7469_636b_6574;

/// The server's clock, in milliseconds: one for all who share it, and not the moment the transaction began.
pub(crate) const NOW: &str = "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

/// A look at whether the server answers.
pub(crate) const PROBE: &str = "SELECT 1";

/// What holds for every session, whatever the server's settings or the URL say.
/// - A commit that answers is on disk.
/// - Whoever waits for a lock, or for an answer, is told within five seconds.
/// - A gateway that vanished in the middle of a transaction keeps its locks for ten seconds at most.
const SESSION: &str = "SET synchronous_commit = on; SET lock_timeout = '5s'; SET statement_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '10s'; SET client_min_messages = warning";
/// Besides, for whoever only looks.
const READ_ONLY: &str = "SET default_transaction_read_only = on";

/// Connections of one gateway. A change takes milliseconds, and there are few: a grant's tokens live an hour.
const CONNECTIONS: u32 = 4;
/// How long to wait for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one call may take in all. Longer than the server's own bounds: it only cuts when the network swallows everything.
const LONGEST: Duration = Duration::from_secs(12);
/// How long a connection that comes back may take to show that it is alive.
const PULSE: Duration = Duration::from_secs(2);

/// Every parameter the driver knows. It would print others with their value.
const PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "statement-cache-capacity",
];

/// Reads `postgres://user:password@host:port/database?sslmode=...`.
///
/// Without `sslmode` the server has to show a certificate of its name, unless it is on this machine: libpq's default would take
/// any, or none.
fn options(url: &Secret) -> Result<PgConnectOptions, StoreError> {
    let unreadable = |why: &str| StoreError::Shared { why: format!("its URL is not understood: {why}") };
    let text = url.open();
    if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Err(unreadable("it must be postgres://USER:PASSWORD@HOST:PORT/DATABASE"));
    }
    let parameters = text.split_once('?').map_or("", |(_, parameters)| parameters);
    let names = || parameters.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    if names().any(|name| !name.is_empty() && !name.starts_with("options[") && !PARAMETERS.contains(&name)) {
        return Err(unreadable("there is a parameter that is none of those docs/operators.md names"));
    }
    let options = PgConnectOptions::from_str(text)
        .map_err(|_| unreadable("it must be postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE"))?;
    let options = match names().any(|name| name == "sslmode" || name == "ssl-mode") || is_here(&options) {
        true => options,
        false => options.ssl_mode(PgSslMode::VerifyFull),
    };
    Ok(options.disable_statement_logging())
}

/// Whether the server is on this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    options.get_socket().is_some()
        || options.get_host().starts_with('/')
        || ["localhost", "127.0.0.1", "::1", "[::1]"].contains(&options.get_host())
}

/// Connections to the shared database, its schema brought up to date.
pub(crate) async fn open(url: &Secret) -> Result<PgPool, StoreError> {
    let options = options(url)?;
    prepare(&options, async |connection| match migrations::recognise(connection).await? {
        Schema::Current => Ok(()),
        Schema::None | Schema::Older => migrations::run(connection).await,
    })
    .await?;
    Ok(pool(options, None))
}

/// Connections that cannot write; none when the database has nothing of ours yet.
pub(crate) async fn open_read_only(url: &Secret) -> Result<Option<PgPool>, StoreError> {
    let options = options(url)?;
    let found = prepare(&options, async |connection| migrations::recognise(connection).await).await?;
    Ok((found != Schema::None).then(|| pool(options, Some(READ_ONLY))))
}

/// Does something on a connection of its own, which is closed whatever comes of it, and with it every lock of a migration.
async fn prepare<T>(
    options: &PgConnectOptions,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut connection = connect(options).await?;
    let done = timeout(LONGEST, work(&mut connection)).await;
    let _ = timeout(PULSE, connection.close()).await;
    done.unwrap_or_else(|_| Err(error::opening(&sqlx::Error::PoolTimedOut)))
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let connecting = async {
        let mut connection = options.connect().await?;
        connection.execute(SESSION).await?;
        Ok(connection)
    };
    let connected = timeout(PATIENCE, connecting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    connected.map_err(|e| error::opening(&e))
}

fn pool(options: PgConnectOptions, besides: Option<&'static str>) -> PgPool {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(Duration::from_secs(1_800))
        // A connection the server has closed meanwhile, as when it was restarted, is found out and replaced.
        .test_before_acquire(true)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(SESSION).await?;
                match besides {
                    Some(besides) => connection.execute(besides).await.map(drop),
                    None => Ok(()),
                }
            })
        })
        // The driver would wait for a dead network without end here, and keep the connection's place.
        .after_release(|connection, _| {
            Box::pin(async move {
                let silent = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
                timeout(PULSE, connection.ping()).await.map_err(silent)?.map(|()| true)
            })
        })
        .connect_lazy_with(options)
}

/// Gives up on a call that takes too long.
pub(crate) async fn within<T>(call: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(LONGEST, call).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Whether the server answers at once, or nearly.
pub(crate) async fn probe(pool: &PgPool) -> Result<(), sqlx::Error> {
    let look = async { sqlx::query(PROBE).execute(pool).await.map(drop) };
    timeout(PULSE, look).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Lets go of every connection; not for longer than a dead network would hold it up.
pub(crate) async fn close(pool: &PgPool) {
    let _ = timeout(PATIENCE, pool.close()).await;
}

#[cfg(test)]
mod tests;
