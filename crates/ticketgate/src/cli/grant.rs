//! What Atlassian gave us to act with.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use types::{AppName, GrantName, SiteName};

/// `ticketgate grant`
#[derive(Debug, Subcommand)]
pub(crate) enum Grant {
    /// List the grants
    List,
    /// Add a grant; its secret is read from a file, standard input or a prompt
    Add(AddGrant),
    /// Make a grant of what somebody consents to with a browser (OAuth 2.0, three-legged)
    Authorize(AuthorizeGrant),
    /// Ask Atlassian whether a grant works: right, wrong, anonymous or for another site
    Check {
        /// Its name
        grant: GrantName,
        /// The site to try it on [default: every site of the grant]
        #[arg(long)]
        site: Option<SiteName>,
    },
    /// Compare what a grant's account may do at Jira with what manifests need: what is missing, and what nobody needs
    Permissions {
        /// Its name [default: every grant]
        grant: Option<GrantName>,
        /// The site to ask [default: every site of the grant]
        #[arg(long)]
        site: Option<SiteName>,
        /// A project to ask about, by key; may be repeated [default: what is held in any project counts]
        #[arg(long = "project", value_name = "KEY")]
        projects: Vec<String>,
    },
    /// Remove a grant; calls of the clients that use it are refused from then on
    Remove {
        /// Its name
        grant: GrantName,
    },
    /// Seal grants to another installation's public key; an owner may
    Export(ExportGrants),
    /// Take the grants of a file that another installation has sealed to this one: all of them or none
    Import {
        /// The file
        file: PathBuf,
    },
}

/// `ticketgate grant export`
#[derive(Debug, Args)]
pub(crate) struct ExportGrants {
    /// Their names
    #[arg(required = true, value_name = "GRANT")]
    pub(crate) grants: Vec<GrantName>,
    /// The other's public key, as `ticketgate keys public` prints it there
    #[arg(long, value_name = "KEY")]
    pub(crate) to: String,
    /// Write to this new file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Remove them here once the file is written; calls that need them are refused from then on
    #[arg(long, requires = "out")]
    pub(crate) remove: bool,
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

/// `ticketgate grant authorize`
#[derive(Debug, Args)]
pub(crate) struct AuthorizeGrant {
    /// Its name, as manifests write it
    pub(crate) grant: GrantName,
    /// The app to consent to, as the settings call it
    #[arg(long)]
    pub(crate) app: AppName,
    /// A site the grant is for; may be repeated. The consent has to reach each of them
    #[arg(long = "site", required = true)]
    pub(crate) sites: Vec<SiteName>,
    /// A scope to ask for; may be repeated [default: those of the app in the settings]
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,
    /// Put it in place of a grant of the same name, also when that is another account's or of another kind
    #[arg(long)]
    pub(crate) replace: bool,
    /// Do not open a browser; the address can be opened on any machine
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// How many minutes to wait until somebody has consented; 0 only prints the address
    #[arg(long, value_name = "MINUTES", default_value_t = 20, value_parser = clap::value_parser!(u16).range(0..=20))]
    pub(crate) wait: u16,
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
