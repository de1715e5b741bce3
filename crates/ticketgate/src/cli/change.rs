//! Changing what is permitted: plan, apply, approve.

use std::path::PathBuf;

use clap::Args;
use control::views::PlanDigest;
use types::ClientId;

/// `ticketgate plan`
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Folder with the manifests [default: the running gateway's own]
    pub(crate) dir: Option<PathBuf>,
    /// Compare a version of the history instead
    #[arg(long = "version", value_name = "NUMBER", conflicts_with = "dir")]
    pub(crate) number: Option<u64>,
}

/// `ticketgate apply`
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// Folder with the manifests [default: the running gateway's own]
    pub(crate) dir: Option<PathBuf>,
    /// Apply what was proposed, by its digest, as it was then
    #[arg(long, value_name = "DIGEST", conflicts_with = "dir")]
    pub(crate) proposal: Option<PlanDigest>,
}

/// `ticketgate approve`
#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// The digest of a plan, as `plan` and `apply` print it, or of an elevation
    pub(crate) digest: PlanDigest,
    /// A signature of the digest instead of your own yes: `echo DIGEST | ssh-keygen -Y sign -n ticketgate-plan -f KEY > FILE`, or
    /// `echo DIGEST > plan && minisign -S -t ticketgate-plan -m plan -x FILE`
    #[arg(long, value_name = "FILE", conflicts_with = "ticket")]
    pub(crate) signature: Option<PathBuf>,
    /// A Jira ticket that names the digest and is approved, instead of your own yes
    #[arg(long, value_name = "KEY")]
    pub(crate) ticket: Option<String>,
}

/// `ticketgate proposals`
#[derive(Debug, Args)]
pub(crate) struct Proposals {
    /// Show this one alone, whole
    pub(crate) digest: Option<PlanDigest>,
    /// Take it away
    #[arg(long, requires = "digest")]
    pub(crate) withdraw: bool,
}

/// `ticketgate elevate`
#[derive(Debug, Args)]
pub(crate) struct Elevate {
    /// Its client id
    pub(crate) client: ClientId,
    /// A file with what it adds, in the language of manifests; `-` reads it from standard input
    pub(crate) file: PathBuf,
    /// How long it holds, from the yes on: up to a day
    #[arg(long = "for", value_name = "DURATION", default_value = "1h")]
    pub(crate) lasts: String,
    /// What for, on one line: whoever says yes reads it
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Only for calls made for this user, by account id
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) as_user: Option<String>,
}

/// `ticketgate elevations`
#[derive(Debug, Args)]
pub(crate) struct Elevations {
    /// Show this one alone, whole
    pub(crate) digest: Option<PlanDigest>,
    /// End it, or take it away if it waits
    #[arg(long, requires = "digest")]
    pub(crate) end: bool,
}

/// `ticketgate rollback`
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// Which version [default: the one before the one in force]
    pub(crate) number: Option<u64>,
}
