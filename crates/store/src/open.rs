use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{PgPool, Transaction};
use types::Secret;

use crate::custody::Custody;
use crate::dialect::{BEGIN_WRITE, Db, Pool, explain, postgres, sqlite};
use crate::{
    Audit, AuthorizationCodes, ClientSecrets, Clients, Consents, Elevations, Grants, ManifestProposals,
    ManifestVersions, Meta, Operators, PersonalTokens, RefreshTokens, Repeats, SealedValues, SeenIds,
    Sessions, SigningKeys, Sites, StoreError, StrandedPairs, TokenFamilies, Tokens, Usage,
};

/// The open database. Cheap to clone; clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    writer: Pool,
    readers: Pool,
    /// Where custody is kept, when it is not here.
    shared: Option<PgPool>,
    /// How many more changes of custody may be made: see [`Store::limit_changes`].
    changes_left: Arc<AtomicU64>,
    /// Held as long as the store is; the operating system lets go of it however the process ends.
    _lock: Option<Arc<File>>,
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
        let store = Self(Arc::new(Inner {
            writer,
            readers,
            shared: None,
            changes_left: unlimited(),
            _lock: Some(Arc::new(lock)),
        }));
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
        Ok(Self(Arc::new(Inner {
            writer: pool.clone(),
            readers: pool,
            shared: None,
            changes_left: unlimited(),
            _lock: None,
        })))
    }

    /// A store that lives as long as its last clone, for tests.
    ///
    /// # Errors
    /// When SQLite cannot start.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let pool = sqlite::in_memory().await?;
        Ok(Self(Arc::new(Inner {
            writer: pool.clone(),
            readers: pool,
            shared: None,
            changes_left: unlimited(),
            _lock: None,
        })))
    }

    /// The same store with custody (grants, token families, stranded pairs, [`Store::custody_meta`]) in a PostgreSQL database
    /// that other gateways share; everything else stays where it is. The schema there is brought up to date.
    ///
    /// `url` is `postgres://user:password@host:port/database`. Without `sslmode` in it the server has to show a certificate of
    /// its name, unless it is on this machine. The database may go away and come back: calls meanwhile fail with an error that
    /// [`may_pass`](StoreError::may_pass), within some seconds.
    ///
    /// # Errors
    /// [`StoreError::Shared`] when it cannot be used, [`StoreError::Newer`] when a later program has been at it. Nothing in it
    /// has changed then.
    pub async fn with_custody_at(self, url: &Secret) -> Result<Self, StoreError> {
        let pool = postgres::open(url).await?;
        Ok(self.sharing(pool))
    }

    /// As [`Store::with_custody_at`], for looking only: nothing can be written there. `None` when there is nothing in the
    /// database yet.
    ///
    /// # Errors
    /// As [`Store::with_custody_at`].
    pub async fn with_custody_seen_at(self, url: &Secret) -> Result<Option<Self>, StoreError> {
        let pool = postgres::open_read_only(url).await?;
        Ok(pool.map(|pool| self.sharing(pool)))
    }

    fn sharing(self, pool: PgPool) -> Self {
        let Inner { writer, readers, changes_left, _lock: lock, .. } = &*self.0;
        let (writer, readers, lock) = (writer.clone(), readers.clone(), lock.clone());
        Self(Arc::new(Inner {
            writer,
            readers,
            shared: Some(pool),
            changes_left: Arc::clone(changes_left),
            _lock: lock,
        }))
    }

    /// Whether others may change what is in custody.
    #[must_use]
    pub fn custody_is_shared(&self) -> bool {
        self.0.shared.is_some()
    }

    /// Asks the database that holds custody whether it is there, for two seconds at most. Always so when it is this one.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn custody_reachable(&self) -> Result<(), StoreError> {
        match &self.0.shared {
            Some(pool) => postgres::probe(pool).await.map_err(|e| postgres::error::explain("custody", &e)),
            None => Ok(()),
        }
    }

    /// Waits for what is under way, moves the journal into the file and closes it. Later calls answer
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        if let Some(pool) = &self.0.shared {
            postgres::close(pool).await;
        }
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

    /// Lets so many more changes of custody be made; those beyond answer [`StoreError::Full`], as they would on a full disk. For
    /// tests of what becomes of grants then; `u64::MAX` lifts it.
    pub fn limit_changes(&self, changes: u64) {
        self.0.changes_left.store(changes, Ordering::Release);
    }

    /// Counts a change of custody.
    pub(crate) fn may_change(&self) -> Result<(), StoreError> {
        let counted = |left: u64| if left == u64::MAX { Some(left) } else { left.checked_sub(1) };
        let left = self.0.changes_left.fetch_update(Ordering::AcqRel, Ordering::Acquire, counted);
        left.map(drop).map_err(|_| StoreError::Full)
    }

    /// Facts about the store itself.
    #[must_use]
    pub const fn meta(&self) -> Meta<'_> {
        Meta(Custody::Here(self))
    }

    /// Facts about what is in custody, kept where it is: the same as [`Store::meta`] unless custody is shared.
    #[must_use]
    pub fn custody_meta(&self) -> Meta<'_> {
        Meta(self.custody())
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
    pub fn grants(&self) -> Grants<'_> {
        Grants(self.custody())
    }

    /// Token families of three-legged grants, sealed.
    #[must_use]
    pub fn token_families(&self) -> TokenFamilies<'_> {
        TokenFamilies(self.custody())
    }

    /// Pairs of tokens that came too late, sealed.
    #[must_use]
    pub fn stranded_pairs(&self) -> StrandedPairs<'_> {
        StrandedPairs(self.custody())
    }

    /// Keys that sign access tokens, sealed.
    #[must_use]
    pub const fn signing_keys(&self) -> SigningKeys<'_> {
        SigningKeys(self)
    }

    /// Whatever is sealed, wherever it is.
    #[must_use]
    pub const fn sealed(&self) -> SealedValues<'_> {
        SealedValues(self)
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

    /// What was in force.
    #[must_use]
    pub const fn manifest_versions(&self) -> ManifestVersions<'_> {
        ManifestVersions(self)
    }

    /// What waits for an approval.
    #[must_use]
    pub const fn manifest_proposals(&self) -> ManifestProposals<'_> {
        ManifestProposals(self)
    }

    /// What clients have beside their manifests, for a time.
    #[must_use]
    pub const fn elevations(&self) -> Elevations<'_> {
        Elevations(self)
    }

    /// What clients do, counted.
    #[must_use]
    pub const fn usage(&self) -> Usage<'_> {
        Usage(self)
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

    /// Grants of this store's own database, which nobody looks at when custody is shared.
    #[must_use]
    pub const fn grants_here(&self) -> Grants<'_> {
        Grants(Custody::Here(self))
    }

    pub(crate) fn custody(&self) -> Custody<'_> {
        self.0.shared.as_ref().map_or(Custody::Here(self), Custody::Shared)
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

fn unlimited() -> Arc<AtomicU64> {
    Arc::new(AtomicU64::new(u64::MAX))
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
