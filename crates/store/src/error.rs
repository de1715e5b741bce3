use std::path::PathBuf;

/// Why the store did not do it.
///
/// None of these shows a value that was to be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the file.
    #[error(
        "the store {} is in use by another ticketgate; stop that one first, or give this one a data directory of its own",
        path.display()
    )]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The file is truncated, corrupt, or no database of ours. Nothing was written to it.
    #[error(
        "the store is damaged: {what}. Nothing was changed; restore it from a backup, and keep this file for inspection"
    )]
    Damaged {
        /// What was found.
        what: String,
    },
    /// A later version of the program wrote it.
    #[error("the store was written by a newer version of ticketgate; use that version")]
    Newer,
    /// The file or its folder cannot be opened, created or locked.
    #[error("the store {} cannot be opened: {why}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        why: String,
    },
    /// The database several gateways share cannot be used: its URL is not understood, it cannot be reached when opened, it
    /// lets nobody in, or it holds something else.
    #[error("the shared database cannot be used: {why}")]
    Shared {
        /// What is in the way. No password.
        why: String,
    },
    /// No room left, on the disk or under the page limit. What was asked for did not happen.
    #[error("the store has no room left; free space on its disk")]
    Full,
    /// Something else holds the database, longer than waited for.
    #[error("the store is busy; another program may have the database open")]
    Busy,
    /// There is no such row.
    #[error("there is no such row in {table}")]
    Missing {
        /// Where it was looked for.
        table: &'static str,
    },
    /// The row has changed since it was read, or is gone.
    #[error("somebody else has changed it in {table} meanwhile")]
    Stale {
        /// Where it was to be changed.
        table: &'static str,
    },
    /// There is one already.
    #[error("there is already such a row in {table}")]
    Duplicate {
        /// Where it was to go.
        table: &'static str,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else: a failing disk, a read-only file, a shared database that went away.
    #[error("the store failed in {table}: {what}")]
    Other {
        /// What was being used.
        table: &'static str,
        /// The database's words.
        what: String,
    },
}

impl StoreError {
    /// Whether the same call may succeed later without anything being repaired in the file.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Full | Self::Busy | Self::Other { .. })
    }
}
