//! Atlassian's operations and the scopes they need.

use std::path::PathBuf;

use clap::Subcommand;

/// `ticketgate scopes`
#[derive(Debug, Subcommand)]
pub(crate) enum Scopes {
    /// Say which operation a method and path are, and which scopes it needs; needs no running gateway
    Lookup {
        /// HTTP method
        method: String,
        /// Path, or path template
        path: String,
    },
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
