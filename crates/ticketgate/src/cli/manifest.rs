//! Policy as written.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use types::ClientId;

/// `ticketgate manifest`
#[derive(Debug, Subcommand)]
pub(crate) enum Manifest {
    /// Compile the manifests and show what is wrong with them; needs no running gateway
    Check(Check),
    /// List what was in force
    History,
    /// Show what was in force once
    Show {
        /// Its number, as `history` lists it
        number: u64,
    },
    /// Print a first manifest of a client, made from what it did
    Draft {
        /// Its client id
        client: ClientId,
        /// How far to look back
        #[arg(long, value_name = "DURATION", default_value = "30d")]
        observed: String,
    },
    /// Say which calls on record manifests would have refused, had they been live
    Replay {
        /// Folder with the manifests [default: the running gateway's own]
        dir: Option<PathBuf>,
        /// How far to look back
        #[arg(long, value_name = "DURATION", default_value = "7d")]
        since: String,
        /// Only calls of this client
        #[arg(long)]
        client: Option<ClientId>,
    },
    /// Say whether a client may make a call, by which rule, or the smallest change that would allow it
    Explain(Explain),
}

/// `ticketgate manifest explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Its client id
    pub(crate) client: ClientId,
    /// HTTP method
    pub(crate) method: String,
    /// Path, as a client would send it, with what stands behind the question mark
    pub(crate) path: String,
    /// A file with the body of the call; `-` reads it from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,
    /// Key of the project it is about, where neither path nor body say it
    #[arg(long, value_name = "KEY")]
    pub(crate) project: Option<String>,
    /// Account id of the user it is made for
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) as_user: Option<String>,
    /// When it is made (2027-06-30T12:00:00Z) [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: Option<String>,
    /// Folder with the manifests [default: from the settings]
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
}

/// `ticketgate manifest check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folder with the manifests [default: from the settings]
    pub(crate) dir: Option<PathBuf>,
    /// How to say it; `--json` is the same as `--format json`
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Ask the running gateway which grants there are and what they cover, and compare
    #[arg(long)]
    pub(crate) live: bool,
}

/// The form of a list of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with the lines in question
    Human,
    /// For programs
    Json,
    /// For code hosts, which show each finding on its line: SARIF 2.1.0
    Sarif,
}
