//! The command line, defined once: parser, help texts and `docs/cli.md` are made from these types. One file per family
//! of commands.

mod audit;
mod change;
mod client;
mod grant;
mod keys;
mod later;
mod manifest;
pub(crate) mod manual;
mod operator;
pub(crate) mod reference;
mod run;
mod scopes;
mod site;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub(crate) use self::audit::{Audit, Search};
pub(crate) use change::{Apply, Approve, Elevate, Elevations, Plan, Proposals, Rollback};
pub(crate) use client::{Client, Describe, HeldTo, NoLonger, Pause, ProvenBy, Register, Rotate};
pub(crate) use grant::{AddGrant, AuthorizeGrant, ExportGrants, Grant, GrantKind};
pub(crate) use keys::Keys;
pub(crate) use later::Later;
pub(crate) use manifest::{Check, Explain, Format, Manifest};
pub(crate) use operator::{AddOperator, Operator};
pub(crate) use reference::Page;
pub(crate) use run::{Demo, Init, Serve, Standin};
pub(crate) use scopes::{Minimum, Scopes, Usage};
pub(crate) use site::Site;

/// A gateway through which programs reach Jira and Confluence: each with a credential and a manifest of its own.
#[derive(Debug, Parser)]
#[command(name = "ticketgate", version, max_term_width = 110, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Answer in JSON; errors too, on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Settings file [default: ticketgate.toml in the working directory, when there is one]
    #[arg(long, global = true, value_name = "FILE", env = "TICKETGATE_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Data directory: of the gateway to start, or of the running one to speak to [default: from the settings]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Base URL of the running gateway to speak to [default: from the data directory]
    #[arg(long, global = true, value_name = "URL", env = "TICKETGATE_URL")]
    pub(crate) url: Option<String>,
    /// File holding the operator token for --url, `-` for standard input; or the variable TICKETGATE_TOKEN
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the gateway
    Serve(Serve),
    /// Try everything out: a stand-in Atlassian, a gateway in front of it, three clients
    Demo(Later<Demo>),
    /// Write a commented settings file, a folder for manifests and a first manifest
    Init(Later<Init>),
    /// Look whether everything is in order here, and say what to do where it is not
    Doctor,
    /// Programs that call the gateway
    #[command(subcommand)]
    Client(Later<Client>),
    /// What Atlassian gave us to act with
    #[command(subcommand)]
    Grant(Later<Grant>),
    /// What everything is sealed with
    #[command(subcommand)]
    Keys(Later<Keys>),
    /// People who run the gateway, and what each of them may do
    #[command(subcommand)]
    Operator(Later<Operator>),
    /// Atlassian sites
    #[command(subcommand)]
    Site(Later<Site>),
    /// Policy as written: one file per client
    #[command(subcommand)]
    Manifest(Later<Manifest>),
    /// Atlassian's operations and the scopes they need
    #[command(subcommand)]
    Scopes(Later<Scopes>),
    /// Show what each client would gain and lose, were the manifests put in force: Markdown, fit for a pull request
    Plan(Later<Plan>),
    /// Put manifests in force, if all of them compile; what needs an approval and has none is proposed instead
    Apply(Later<Apply>),
    /// Say yes to what somebody else has proposed or asked for
    Approve(Later<Approve>),
    /// What is proposed and waits to be approved or applied
    Proposals(Later<Proposals>),
    /// Put the manifests of an earlier version in force again
    Rollback(Later<Rollback>),
    /// Ask for more for a client, for a time; it ends by itself
    Elevate(Later<Elevate>),
    /// What clients have, or ask for, for a time
    Elevations(Later<Elevations>),
    /// What happened
    #[command(subcommand)]
    Audit(Later<Audit>),
    /// Say why a call that is on record went as it did, rule by rule, by the manifests that were in force then
    Explain {
        /// The request's id, from the header Ticketgate-Request-Id of its answer
        #[arg(value_name = "REQUEST-ID")]
        request: String,
    },
    /// Run the stand-in Atlassian alone
    Standin(Later<Standin>),
    /// Print what makes a shell complete the command line; see docs/operators.md for where it goes
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print a reference page made from the program
    #[command(hide = true)]
    Reference {
        /// Which page
        page: Page,
    },
}

#[cfg(test)]
mod tests;
