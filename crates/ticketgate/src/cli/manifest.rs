//! Policy as written.

use std::path::PathBuf;

use clap::Subcommand;
use types::ClientId;

/// `ticketgate manifest`
#[derive(Debug, Subcommand)]
pub(crate) enum Manifest {
    /// Compile the manifests and show what is wrong with them; needs no running gateway
    Check {
        /// Folder with the manifests [default: from the settings]
        dir: Option<PathBuf>,
    },
    /// List what was in force
    History,
    /// Show what was in force once
    Show {
        /// Its number, as `history` lists it
        number: u64,
    },
    /// Say whether a client may make a call, by which rule, or the smallest change that would allow it
    Explain {
        /// Its client id
        client: ClientId,
        /// HTTP method
        method: String,
        /// Path, as a client would send it
        path: String,
        /// Folder with the manifests [default: from the settings]
        #[arg(long)]
        dir: Option<PathBuf>,
    },
}
