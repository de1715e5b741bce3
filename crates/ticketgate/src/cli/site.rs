//! Atlassian sites.

use clap::Subcommand;
use types::SiteName;

/// `ticketgate site`
#[derive(Debug, Subcommand)]
pub(crate) enum Site {
    /// List the sites of the running gateway
    List,
    /// Ask whether sites answer and are what the settings say
    Check {
        /// Which one [default: all]
        site: Option<SiteName>,
    },
}
