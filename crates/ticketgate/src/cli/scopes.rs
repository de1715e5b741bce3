//! Atlassian's operations and the scopes they need.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use types::ClientId;

/// `ticketgate scopes`
#[derive(Debug, Subcommand)]
pub(crate) enum Scopes {
    /// Say which scopes an operation needs, or which operations need a scope; needs no running gateway
    Lookup {
        /// A method with its path as the next argument, an operation's id (`getIssue`, `jira:getIssue`), or a scope
        what: String,
        /// Path, or path template
        path: Option<String>,
    },
    /// Find the smallest set of scopes that covers what a manifest allows, and say why each is in it; needs no running gateway
    Minimum(Minimum),
    /// Say what clients use, counted from the records; or what their manifests give and nobody uses
    Usage(Usage),
    /// Make a catalogue table from Atlassian's OpenAPI documents
    Import {
        /// OpenAPI documents (JSON)
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where to write the table [default: standard output]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// `ticketgate scopes minimum`
#[derive(Debug, Args)]
pub(crate) struct Minimum {
    /// A manifest, or a folder with manifests [default: from the settings]
    pub(crate) manifests: Option<PathBuf>,
    /// Only the manifest of this client
    #[arg(long, value_name = "ID")]
    pub(crate) client: Option<ClientId>,
    /// Cover all that `[operations]` chooses, and not only what `scopes` covers now
    #[arg(long)]
    pub(crate) everything: bool,
    /// Prefer scopes that open the fewest operations to the fewest scopes
    #[arg(long)]
    pub(crate) narrowest: bool,
    /// Cover only what was really called in so long a time (30d), as the running gateway has counted
    #[arg(long, value_name = "DURATION", conflicts_with = "everything")]
    pub(crate) observed: Option<String>,
    /// Take words that nobody used out of operations.ids, too
    #[arg(long, requires = "observed")]
    pub(crate) operations: bool,
    /// Write the scopes into the manifests; comments stay
    #[arg(long)]
    pub(crate) write: bool,
}

/// `ticketgate scopes usage`
#[derive(Debug, Args)]
pub(crate) struct Usage {
    /// Of this client alone
    #[arg(long, value_name = "ID")]
    pub(crate) client: Option<ClientId>,
    /// List what manifests give and nobody has used for so long (30d)
    #[arg(long, value_name = "DURATION")]
    pub(crate) unused_for: Option<String>,
}
