//! Changing what is permitted: plan, apply, approve.

use std::path::PathBuf;

use clap::Args;
use control::views::PlanDigest;

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
    /// The plan's digest, as `plan` and `apply` print it
    pub(crate) digest: PlanDigest,
    /// A signature of the digest instead of your own yes: `echo DIGEST | ssh-keygen -Y sign -n ticketgate-plan -f KEY > FILE`
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

/// `ticketgate rollback`
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// Which version [default: the one before the one in force]
    pub(crate) number: Option<u64>,
}
