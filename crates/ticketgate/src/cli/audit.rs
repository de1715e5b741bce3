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
        /// `gateway.db`, or a file written by `audit export` [default: the one in the data directory]
        file: Option<PathBuf>,
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
    /// Let through, although the manifest of an observed client would have refused it
    #[arg(long)]
    pub(crate) would_refuse: bool,
    /// Of this kind
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
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

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A request, and how it ended
    Call,
    /// A request that was about to change something at Atlassian
    Intent,
    /// A client asked for an access token
    Token,
    /// Requests nobody proved to have sent, counted
    Summary,
    /// A user allowed something, or ended it
    Consent,
    /// An operator changed something
    Change,
    /// An end or a rotation has come near or has passed
    Notice,
    /// A grant's state changed, or what it covers
    Grant,
    /// The gateway started
    Start,
    /// The gateway stopped
    Stop,
}

impl From<Kind> for audit::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Call => Self::Call,
            Kind::Intent => Self::Intent,
            Kind::Token => Self::Token,
            Kind::Summary => Self::Summary,
            Kind::Consent => Self::Consent,
            Kind::Change => Self::Change,
            Kind::Notice => Self::Notice,
            Kind::Grant => Self::Grant,
            Kind::Start => Self::Start,
            Kind::Stop => Self::Stop,
        }
    }
}

impl From<Decision> for audit::Decision {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Permitted => Self::Permitted,
            Decision::Refused => Self::Refused,
        }
    }
}
