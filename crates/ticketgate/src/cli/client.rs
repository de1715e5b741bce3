//! Programs that call the gateway.

mod proving;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ipnet::IpNet;
use types::ClientId;

pub(crate) use proving::{NoLonger, ProvenBy};

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
    Register(Box<Register>),
    /// Change what is known about a client and what it is held to: those parts that are named
    Describe(Box<Describe>),
    /// Make a new secret, shown once; the one so far stays good for a while
    Rotate(Rotate),
    /// End a secret; one that was used in the last seven days only with --force. Tokens fetched with it live on
    Close {
        /// The client id
        client: ClientId,
        /// The secret: its id, its hint, or the hint's last four characters
        secret: String,
        /// Although it is still used
        #[arg(long)]
        force: bool,
    },
    /// Stop a client for a while, at once and for tokens it already has
    Pause(Pause),
    /// Let a paused client go on
    Resume {
        /// The client id
        client: ClientId,
    },
    /// End a client for good, or one of its secrets with the tokens fetched with it; at once
    Revoke {
        /// The client id
        client: ClientId,
        /// Only this secret: its id, its hint, or the hint's last four characters
        #[arg(long)]
        secret: Option<String>,
        /// Do not ask whether to end the client
        #[arg(long)]
        yes: bool,
    },
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
    #[command(flatten)]
    pub(crate) held_to: HeldTo,
    #[command(flatten)]
    pub(crate) proven_by: ProvenBy,
    /// Make no secret: it proves itself by what is named here alone
    #[arg(long, conflicts_with = "secret_file")]
    pub(crate) no_secret: bool,
    /// It runs where a secret would be everybody's (a phone, a browser, a laptop): it gets none, and acts for users only
    #[arg(long, requires = "redirect_uri", conflicts_with = "secret_file")]
    pub(crate) public: bool,
    /// Write the secret to this new file, readable only by you, instead of showing it
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

/// What a client is held to.
#[derive(Debug, Args)]
pub(crate) struct HeldTo {
    /// Whom to ask or warn: a mail address, a channel
    #[arg(long)]
    pub(crate) contact: Option<String>,
    /// A network it may call from, such as 192.0.2.0/24 or 2001:db8::/32; may be given several times [default: anywhere]
    #[arg(long, value_name = "CIDR")]
    pub(crate) network: Vec<IpNet>,
    /// How long its access tokens live, 1m to 24h [default: as the settings say]
    #[arg(long, value_name = "DURATION")]
    pub(crate) token_life: Option<String>,
    /// What its access tokens look like: a random text, or a JWT signed with Ed25519 or ES256 [default: opaque]
    #[arg(long, value_enum)]
    pub(crate) token_form: Option<Form>,
    /// A client whose users it may act for by exchanging their tokens; may be given several times
    #[arg(long = "may-exchange", value_name = "CLIENT")]
    pub(crate) exchange: Vec<ClientId>,
    /// Remind the operators to replace its secret when it is so many days old
    #[arg(long, value_name = "DAYS")]
    pub(crate) rotate_every: Option<u32>,
    /// An address browsers may be sent to with an authorization code: https, http on 127.0.0.1, or a scheme with a dot in
    /// it; may be given several times [default: none, and it cannot act for users]
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Vec<String>,
}

/// What an access token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A random text that says nothing
    Opaque,
    /// A JWT of RFC 9068, signed with Ed25519
    Jwt,
    /// The same, signed with ES256
    JwtEs256,
}

impl From<Form> for oauth::TokenForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Opaque => Self::Opaque,
            Form::Jwt => Self::Jwt,
            Form::JwtEs256 => Self::JwtEs256,
        }
    }
}

/// `ticketgate client describe`
#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// The client id
    pub(crate) client: ClientId,
    /// Who answers for it
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// What it is for
    #[arg(long)]
    pub(crate) purpose: Option<String>,
    /// When it ends to be accepted: a date, a time, or `never`
    #[arg(long, value_name = "WHEN")]
    pub(crate) expires: Option<String>,
    #[command(flatten)]
    pub(crate) held_to: HeldTo,
    /// It may call from anywhere
    #[arg(long, conflicts_with = "network")]
    pub(crate) any_network: bool,
    #[command(flatten)]
    pub(crate) proven_by: ProvenBy,
    #[command(flatten)]
    pub(crate) no_longer: NoLonger,
    /// It acts for users no more: no address is left to send browsers to
    #[arg(long, conflicts_with = "redirect_uri")]
    pub(crate) no_redirect_uri: bool,
}

/// `ticketgate client rotate`
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The client id
    pub(crate) client: ClientId,
    /// How long the secret so far stays good; 0s ends it at once
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    pub(crate) overlap: String,
    /// End it before that, once it has not been used for so long
    #[arg(long, value_name = "DURATION")]
    pub(crate) silent: Option<String>,
    /// Write the new secret to this new file, readable only by you, instead of showing it
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

/// `ticketgate client pause`
#[derive(Debug, Args)]
pub(crate) struct Pause {
    /// The client id
    pub(crate) client: ClientId,
    /// Refuse only what changes something
    #[arg(long)]
    pub(crate) read_only: bool,
    /// End the pause by itself at this date or time [default: until it is resumed]
    #[arg(long, value_name = "WHEN", conflicts_with = "for_duration")]
    pub(crate) until: Option<String>,
    /// End the pause by itself after so long: 30m, 8h, 7d
    #[arg(long = "for", value_name = "DURATION", id = "for_duration")]
    pub(crate) for_duration: Option<String>,
}
