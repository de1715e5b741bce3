//! The root key: another one, and the end of old ones. Where keys lie is the binary's business ([`KeyFiles`]).

mod drop;
mod history;
mod list;
mod reseal;
mod rotate;

use std::io;

use seal::{KeyId, RootKey};

pub use history::first as first_of_history;
pub(crate) use history::note;
pub(crate) use reseal::Resealer;

/// Under which name the store keeps the value that tells a right root key from a wrong one.
pub const CHECK: &str = "root-key.check";

/// Under which name the store keeps which key was current since when.
pub const HISTORY: &str = "root-key.history";

/// Where a root key comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file that is ours to change.
    File,
    /// A variable of the environment, which only whoever starts the gateway can change.
    Environment,
}

impl Origin {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Environment => "environment",
        }
    }
}

/// Where root keys are kept, so that they outlast the process. May block.
pub trait KeyFiles: Send + Sync {
    /// Where a key comes from; `None` when it is kept nowhere.
    fn origin(&self, id: KeyId) -> Option<Origin>;

    /// Keeps the current key among the retired ones, then puts `new` in its place; each step is on disk before the next
    /// begins, so that whenever the power fails every key that anything may be sealed with is there.
    ///
    /// # Errors
    /// When a file cannot be written. The current key is then still kept, as current or as retired.
    fn put_current(&self, old: KeyId, new: &RootKey) -> io::Result<()>;

    /// Removes a retired key's file.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove_retired(&self, id: KeyId) -> io::Result<()>;
}
