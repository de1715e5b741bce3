//! What happened.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use types::ClientId;

/// `ticketgate audit`
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Show the latest records
    Tail {
        /// How many
        #[arg(short = 'n', long, default_value_t = 20)]
        lines: usize,
        /// Keep showing new ones
        #[arg(short, long)]
        follow: bool,
    },
    /// Find records
    Search(Search),
    /// Verify a database or an exported file; needs no running gateway
    Verify {
        /// `gateway.db`, or a file written by `audit export`
        file: PathBuf,
        /// File of anchors, kept elsewhere
        #[arg(long, value_name = "FILE")]
        anchors: Option<PathBuf>,
        /// An anchor; may be repeated
        #[arg(long = "anchor", value_name = "SEQ:HEX")]
        anchor: Vec<String>,
    },
    /// Write the records and their hashes as JSON Lines, in the form `audit verify` reads
    Export {
        /// Where to [default: standard output]
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// `ticketgate audit search`
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Of this client
    #[arg(long)]
    pub(crate) client: Option<ClientId>,
    /// Of this operation, such as `jira:getIssue`
    #[arg(long)]
    pub(crate) operation: Option<String>,
    /// About this issue
    #[arg(long)]
    pub(crate) issue: Option<String>,
    /// About this project
    #[arg(long)]
    pub(crate) project: Option<String>,
    /// With this decision
    #[arg(long, value_enum)]
    pub(crate) decision: Option<Decision>,
    /// Refused with this code, such as `client-paused`
    #[arg(long, value_name = "CODE")]
    pub(crate) refusal: Option<String>,
    /// Of this request
    #[arg(long, value_name = "REQUEST-ID")]
    pub(crate) id: Option<String>,
    /// Not before this time (2026-11-22T10:00:00Z)
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Before this time
    #[arg(long, value_name = "WHEN")]
    pub(crate) until: Option<String>,
    /// At most this many, the latest ones
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
}

/// What the policy said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Decision {
    /// Yes
    Permitted,
    /// No
    Refused,
}

impl From<Decision> for audit::Decision {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Permitted => Self::Permitted,
            Decision::Refused => Self::Refused,
        }
    }
}
