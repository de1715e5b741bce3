//! What everything is sealed with.

use std::path::PathBuf;

use clap::Subcommand;
use seal::KeyId;

/// `ticketgate keys`
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List the root keys: which is current, since when, and how many sealed values need each
    List,
    /// Make a new root key and seal everything anew with it, while the gateway serves
    Rotate,
    /// Forget a retired root key: backups from its time open nowhere from then on; refused while the store needs it
    Drop {
        /// Its id, as `keys list` shows it
        key: KeyId,
        /// Really
        #[arg(long)]
        yes: bool,
    },
    /// Print the public key to which another installation exports grants for this one
    Public,
    /// Make a root key in a new file, for TICKETGATE_ROOT_KEY; no gateway needs to run
    Make {
        /// The file; only you will be able to read it
        file: PathBuf,
    },
}
