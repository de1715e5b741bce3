//! What runs until it is stopped, and the setting up before it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use types::SiteName;

/// `ticketgate serve`
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on [default: from the settings]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

/// `ticketgate demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Write addresses and credentials to this file (JSON, readable only by you) once everything answers
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
}

/// `ticketgate init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Folder to write into
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Name of your first site
    #[arg(long, default_value = "acme")]
    pub(crate) site: SiteName,
    /// Its address
    #[arg(long, value_name = "URL", default_value = "https://acme.atlassian.net")]
    pub(crate) site_url: String,
}

/// `ticketgate standin`
#[derive(Debug, Args)]
pub(crate) struct Standin {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
}
