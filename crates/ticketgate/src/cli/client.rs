//! Programs that call the gateway.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use types::ClientId;

/// `ticketgate client`
#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// List the clients
    List,
    /// Show one client, its secrets (never their text) and what its manifest gives it
    Show {
        /// Its client id
        client: ClientId,
    },
    /// Register a client and show its secret, once
    Register(Register),
}

/// `ticketgate client register`
#[derive(Debug, Args)]
pub(crate) struct Register {
    /// Its client id: the stem of its manifest's file name
    pub(crate) client: ClientId,
    /// Who answers for it: a team or a person [default: as its manifest says]
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// What it is for [default: as its manifest says]
    #[arg(long)]
    pub(crate) purpose: Option<String>,
    /// When it ends to be accepted: a date (2027-06-30) or a time (2027-06-30T12:00:00Z)
    #[arg(long, value_name = "WHEN")]
    pub(crate) expires: Option<String>,
    /// Write the secret to this new file, readable only by you, instead of showing it
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}
