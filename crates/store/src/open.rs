use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::Transaction;

use crate::dialect::{BEGIN_WRITE, Db, Pool, explain, sqlite};
use crate::{
    Audit, AuthorizationCodes, ClientSecrets, Clients, Consents, Grants, Meta, Operators, PersonalTokens,
    RefreshTokens, Repeats, SeenIds, Sessions, SigningKeys, Sites, StoreError, StrandedPairs, TokenFamilies,
    Tokens,
};

/// The open database. Cheap to clone; clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    writer: Pool,
    readers: Pool,
    /// Held as long as the store is; the operating system lets go of it however the process ends.
    _lock: Option<File>,
}

impl Store {
    /// Opens the database file at `path`, or makes a new one.
    ///
    /// Takes the lock beside it (`<path>.lock`), looks at the file without writing to it, and only then opens it for
    /// writing and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Damaged`], [`StoreError::Newer`] and [`StoreError::Unusable`], each before
    /// anything was written to an existing database.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        match path.try_exists() {
            Ok(true) => sqlite::check(path).await?,
            Ok(false) => sqlite::create(path).await?,
            Err(e) => return Err(StoreError::Unusable { path: path.to_owned(), why: e.to_string() }),
        }
        let (writer, readers) = sqlite::pools(path).await?;
        let store = Self(Arc::new(Inner { writer, readers, _lock: Some(lock) }));
        let mut connection = store.0.writer.acquire().await.map_err(|e| explain("schema", &e))?;
        sqlite::migrations::run(&mut connection).await?;
        drop(connection);
        Ok(store)
    }

    /// Opens a database file for reading only: a copy, a backup, or the one a running gateway is writing.
    ///
    /// Takes no lock and checks nothing, so that `audit verify` can look at a damaged file too. Writing through it fails.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when there is no such file, [`StoreError::Damaged`] when it is no database.
    pub async fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let pool = sqlite::read_only(path).await?;
        Ok(Self(Arc::new(Inner { writer: pool.clone(), readers: pool, _lock: None })))
    }

    /// A store that lives as long as its last clone, for tests.
    ///
    /// # Errors
    /// When SQLite cannot start.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let pool = sqlite::in_memory().await?;
        Ok(Self(Arc::new(Inner { writer: pool.clone(), readers: pool, _lock: None })))
    }

    /// Waits for what is under way, moves the journal into the file and closes it. Later calls answer
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.writer.close().await;
    }

    /// Lets the database grow to `pages` pages of 4 KiB and no further; beyond that, changes answer
    /// [`StoreError::Full`]. Holds until the store is closed. A limit below the present size is raised to it.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        // A pragma takes no parameters; a number cannot smuggle anything into the statement.
        let statement = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        let done = sqlx::query(statement).execute(&self.0.writer).await;
        done.map(drop).map_err(|e| explain("schema", &e))
    }

    /// Facts about the store itself.
    #[must_use]
    pub const fn meta(&self) -> Meta<'_> {
        Meta(self)
    }

    /// Registered clients.
    #[must_use]
    pub const fn clients(&self) -> Clients<'_> {
        Clients(self)
    }

    /// Their secrets, as digests.
    #[must_use]
    pub const fn client_secrets(&self) -> ClientSecrets<'_> {
        ClientSecrets(self)
    }

    /// What was good once and has been used, as digests.
    #[must_use]
    pub const fn seen_ids(&self) -> SeenIds<'_> {
        SeenIds(self)
    }

    /// Access tokens handed out, as digests.
    #[must_use]
    pub const fn tokens(&self) -> Tokens<'_> {
        Tokens(self)
    }

    /// What users allowed clients to do for them.
    #[must_use]
    pub const fn consents(&self) -> Consents<'_> {
        Consents(self)
    }

    /// Authorization codes, as digests.
    #[must_use]
    pub const fn authorization_codes(&self) -> AuthorizationCodes<'_> {
        AuthorizationCodes(self)
    }

    /// Refresh tokens, as digests.
    #[must_use]
    pub const fn refresh_tokens(&self) -> RefreshTokens<'_> {
        RefreshTokens(self)
    }

    /// People signed in with a browser.
    #[must_use]
    pub const fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// What people's own scripts call with, as digests.
    #[must_use]
    pub const fn personal_tokens(&self) -> PersonalTokens<'_> {
        PersonalTokens(self)
    }

    /// Grants, sealed.
    #[must_use]
    pub const fn grants(&self) -> Grants<'_> {
        Grants(self)
    }

    /// Token families of three-legged grants, sealed.
    #[must_use]
    pub const fn token_families(&self) -> TokenFamilies<'_> {
        TokenFamilies(self)
    }

    /// Pairs of tokens that came too late, sealed.
    #[must_use]
    pub const fn stranded_pairs(&self) -> StrandedPairs<'_> {
        StrandedPairs(self)
    }

    /// Keys that sign access tokens, sealed.
    #[must_use]
    pub const fn signing_keys(&self) -> SigningKeys<'_> {
        SigningKeys(self)
    }

    /// Who runs the gateway, with the digests of their tokens.
    #[must_use]
    pub const fn operators(&self) -> Operators<'_> {
        Operators(self)
    }

    /// Changes asked for under a key, and how they ended.
    #[must_use]
    pub const fn repeats(&self) -> Repeats<'_> {
        Repeats(self)
    }

    /// What was found out about sites.
    #[must_use]
    pub const fn sites(&self) -> Sites<'_> {
        Sites(self)
    }

    /// The audit's blocks.
    #[must_use]
    pub const fn audit(&self) -> Audit<'_> {
        Audit(self)
    }

    /// A transaction that may write. Rolled back unless committed.
    pub(crate) async fn write(&self, table: &'static str) -> Result<Transaction<'static, Db>, StoreError> {
        self.0.writer.begin_with(BEGIN_WRITE).await.map_err(|e| explain(table, &e))
    }

    /// For a change that is one statement, which is a transaction by itself.
    pub(crate) fn writer(&self) -> &Pool {
        &self.0.writer
    }

    pub(crate) fn readers(&self) -> &Pool {
        &self.0.readers
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("store")
    }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let beside: PathBuf = sqlite::sidecar(path, ".lock");
    let unusable = |e: std::io::Error| StoreError::Unusable { path: path.to_owned(), why: e.to_string() };
    let file = owner_only(&beside).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(e)) => Err(unusable(e)),
    }
}

/// Opens the lock file or makes it; only its owner may open it, so nobody else can hold the lock and keep us out.
fn owner_only(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // It may have been made with other rights before.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}
