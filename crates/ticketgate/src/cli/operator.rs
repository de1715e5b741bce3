//! People who run the gateway.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use types::OperatorName;

/// `ticketgate operator`
#[derive(Debug, Subcommand)]
pub(crate) enum Operator {
    /// List the operators, with those whose token has ended
    List,
    /// Add an operator and show the token, once; a name whose token has ended gets a new one
    Add(AddOperator),
    /// End an operator's token: the next request with it is refused
    Revoke {
        /// The name
        operator: OperatorName,
    },
}

/// `ticketgate operator add`
#[derive(Debug, Args)]
pub(crate) struct AddOperator {
    /// The name, as records will show it
    pub(crate) operator: OperatorName,
    /// What the operator may do; each role may what those before it may
    #[arg(long, value_enum)]
    pub(crate) role: OperatorRole,
    /// When the token ends to be accepted: a date (2027-06-30) or a time (2027-06-30T12:00:00Z)
    #[arg(long, value_name = "WHEN")]
    pub(crate) expires: Option<String>,
    /// Write the token to this new file, readable only by you, instead of showing it
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OperatorRole {
    /// Looks at everything; changes nothing
    Viewer,
    /// Also says yes to changes others have planned
    Approver,
    /// Also changes clients, grants and manifests
    Operator,
    /// Also says who the operators are
    Owner,
}

impl From<OperatorRole> for control::operators::Role {
    fn from(role: OperatorRole) -> Self {
        match role {
            OperatorRole::Viewer => Self::Viewer,
            OperatorRole::Approver => Self::Approver,
            OperatorRole::Operator => Self::Operator,
            OperatorRole::Owner => Self::Owner,
        }
    }
}
