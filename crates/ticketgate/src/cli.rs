//! The command line, defined once: parser, help texts and `docs/cli.md` are made from these types.

pub(crate) mod reference;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use types::{ClientId, GrantName, SiteName};

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
    Demo(Demo),
    /// Write a commented settings file, a folder for manifests and a first manifest
    Init(Init),
    /// Look whether everything is in order here, and say what to do where it is not
    Doctor,
    /// Programs that call the gateway
    #[command(subcommand)]
    Client(Client),
    /// What Atlassian gave us to act with
    #[command(subcommand)]
    Grant(Grant),
    /// Atlassian sites
    #[command(subcommand)]
    Site(Site),
    /// Policy as written: one file per client
    #[command(subcommand)]
    Manifest(Manifest),
    /// Atlassian's operations and the scopes they need
    #[command(subcommand)]
    Scopes(Scopes),
    /// Make the running gateway read the manifests again; they take effect if all of them compile
    Apply,
    /// What happened
    #[command(subcommand)]
    Audit(Audit),
    /// Run the stand-in Atlassian alone
    Standin(Standin),
    /// Print a reference page made from the program
    #[command(hide = true)]
    Reference {
        /// Which page
        page: Page,
    },
}

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

/// `ticketgate grant`
#[derive(Debug, Subcommand)]
pub(crate) enum Grant {
    /// List the grants
    List,
    /// Add a grant; its secret is read from a file, standard input or a prompt
    Add(AddGrant),
    /// Ask Atlassian whether a grant works: right, wrong, anonymous or for another site
    Check {
        /// Its name
        grant: GrantName,
        /// The site to try it on [default: every site of the grant]
        #[arg(long)]
        site: Option<SiteName>,
    },
    /// Remove a grant; calls of the clients that use it are refused from then on
    Remove {
        /// Its name
        grant: GrantName,
    },
}

/// `ticketgate grant add`
#[derive(Debug, Args)]
pub(crate) struct AddGrant {
    /// Its name, as manifests write it
    pub(crate) grant: GrantName,
    /// What it is
    #[arg(long, value_enum)]
    pub(crate) kind: GrantKind,
    /// A site it is for; may be repeated
    #[arg(long = "site", required = true)]
    pub(crate) sites: Vec<SiteName>,
    /// Client id of the service account (service-account)
    #[arg(long, required_if_eq("kind", "service-account"))]
    pub(crate) client_id: Option<String>,
    /// Token endpoint, other than Atlassian's (service-account)
    #[arg(long, value_name = "URL")]
    pub(crate) token_url: Option<String>,
    /// Account the token belongs to (api-token)
    #[arg(long, required_if_eq("kind", "api-token"))]
    pub(crate) email: Option<String>,
    /// The token was made with scopes (api-token)
    #[arg(long)]
    pub(crate) scoped: bool,
    /// File holding the secret, `-` for standard input [default: asked for]
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

/// What a grant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GrantKind {
    /// Client id and secret of an Atlassian service account
    ServiceAccount,
    /// An API token of a person's or service account
    ApiToken,
    /// A personal access token of a Data Center product
    PersonalAccessToken,
}

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

/// `ticketgate manifest`
#[derive(Debug, Subcommand)]
pub(crate) enum Manifest {
    /// Compile the manifests and show what is wrong with them; needs no running gateway
    Check {
        /// Folder with the manifests [default: from the settings]
        dir: Option<PathBuf>,
    },
    /// Say whether a client may make a call, by which rule, or the smallest change that would allow it
    Explain {
        /// Its client id
        client: ClientId,
        /// HTTP method
        method: String,
        /// Path, as a client would send it
        path: String,
        /// Folder with the manifests [default: from the settings]
        #[arg(long)]
        dir: Option<PathBuf>,
    },
}

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

/// `ticketgate standin`
#[derive(Debug, Args)]
pub(crate) struct Standin {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
}

/// A page made from the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Page {
    /// docs/cli.md
    Cli,
    /// docs/settings.md
    Settings,
    /// docs/refusals.md
    Refusals,
}

#[cfg(test)]
mod tests;
