//! Settings: what `ticketgate.toml` and the environment say, and what it means.
//!
//! [`keys::KEYS`] is the one definition. The reader, the environment's variable names, the reference page
//! (`docs/settings.md`) and the file `ticketgate init` writes are all made from it, so none of them can fall behind.
//! What was typed ([`typed::Typed`]) is kept apart from what it means ([`Settings`]): the first knows lines and columns,
//! the second holds only values that are valid.

pub(crate) mod keys;
mod meaning;
mod plain;
mod quantity;
pub(crate) mod reference;
mod typed;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use types::{AppName, CloudId, Secret, SiteName};

use crate::problem::{Exit, Problem};
use typed::{Place, Typed};

/// Name of the settings file when nobody names one.
pub(crate) const FILE: &str = "ticketgate.toml";

/// Everything an operator can set; see `docs/settings.md`.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) public_origin: Option<String>,
    /// Reverse proxies that say where requests come from.
    pub(crate) trusted_proxies: oauth::TrustedProxies,
    /// Whether anybody on this machine may sign in as one of the stand-in's people.
    pub(crate) development_login: bool,
    /// Who the gateway is for.
    pub(crate) mode: Mode,
    /// Who signs in with Atlassian.
    pub(crate) people: People,
    pub(crate) registration: Registration,
    /// The database that holds grants, when it is not the gateway's own.
    pub(crate) custody: Option<Custody>,
    pub(crate) data_dir: PathBuf,
    pub(crate) manifests: PathBuf,
    pub(crate) catalogue: Option<PathBuf>,
    pub(crate) tls: Option<Tls>,
    pub(crate) sites: BTreeMap<SiteName, SiteSettings>,
    /// What people consent to.
    pub(crate) apps: BTreeMap<AppName, AppSettings>,
    /// How long a token endpoint may take to answer a refresh.
    pub(crate) answer_within: Duration,
    pub(crate) upstream: Upstream,
    /// Hosts inside whose keys may be fetched.
    pub(crate) private_hosts: Vec<String>,
    /// Who vouches for workloads.
    pub(crate) issuers: Vec<oauth::OutsideIssuer>,
    pub(crate) limits: Limits,
    pub(crate) audit: Audit,
    /// Which changes of manifests need whose approval.
    pub(crate) approval: control::manifests::Approval,
    /// Who is told when a grant changes.
    pub(crate) events: Events,
    /// Where `/metrics` is answered, when not on the main listener.
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) log: Log,
    pub(crate) workers: Option<usize>,
}

/// Who the gateway is for.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// Programs that its operators registered.
    Clients,
    /// People who sign in with Atlassian, too.
    MultiUser {
        /// The app they sign in with.
        app: AppName,
    },
    /// One person, whose API token stands for everybody.
    SingleUser(SingleUser),
}

/// Whose API token it is, and where it is good; the token is `None` when the variables are not there and the grant of an earlier start is
/// to be used.
#[derive(Clone, Debug)]
pub(crate) struct SingleUser {
    pub(crate) credential: Option<(String, Secret)>,
    pub(crate) site: SiteName,
}

/// Who signs in with Atlassian.
#[derive(Clone, Debug)]
pub(crate) struct People {
    pub(crate) email_domains: Vec<String>,
}

/// Certificate chain and key of the listener, PEM files.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
    /// Authorities of clients' certificates.
    pub(crate) client_ca: Option<PathBuf>,
    pub(crate) self_signed_clients: bool,
}

impl Tls {
    /// Whether clients are asked for certificates.
    pub(crate) fn asks_clients(&self) -> bool {
        self.client_ca.is_some() || self.self_signed_clients
    }
}

/// One site as written down. A Cloud site's id may be missing; it is then asked for once and remembered.
#[derive(Clone, Debug)]
pub(crate) struct SiteSettings {
    pub(crate) kind: SiteKind,
    pub(crate) url: String,
    pub(crate) cloud_id: Option<CloudId>,
    pub(crate) api_origin: String,
}

/// One app as written down. What is not there follows from its kind.
#[derive(Clone, Debug)]
pub(crate) struct AppSettings {
    pub(crate) client_id: String,
    /// `None` for one whose secret came with the environment.
    pub(crate) client_secret_file: Option<PathBuf>,
    /// That secret.
    pub(crate) client_secret: Option<Secret>,
    /// The Data Center it belongs to; `None` for Cloud.
    pub(crate) data_center: Option<SiteName>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) authorize_url: Option<String>,
    pub(crate) token_url: Option<String>,
    pub(crate) api_origin: String,
    pub(crate) leeway: Duration,
    pub(crate) inactivity: Duration,
}

/// What runs at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SiteKind {
    Cloud,
    JiraDataCenter,
    ConfluenceDataCenter,
}

/// The way out.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    pub(crate) ca: Vec<PathBuf>,
    pub(crate) native_roots: bool,
    pub(crate) proxy: Option<egress::Proxy>,
    pub(crate) connect_timeout: Duration,
    pub(crate) answer_timeout: Duration,
    pub(crate) body_idle_timeout: Duration,
    pub(crate) http2: bool,
}

/// How much at once, and how large.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) body: u64,
    pub(crate) connections_per_address: usize,
    pub(crate) gateway_in_flight: usize,
    pub(crate) client_in_flight: usize,
    pub(crate) grant_in_flight: usize,
    pub(crate) waiting_per_client: usize,
    pub(crate) wait: Duration,
    pub(crate) token_life: Duration,
    pub(crate) drain: Duration,
}

impl Settings {
    /// Where anchors go. Known only once the data directory is: the command line may name another.
    pub(crate) fn anchor_file(&self) -> PathBuf {
        let usual = || self.data_dir.join(audit::sinks::anchors::FILE);
        self.audit.anchor_file.clone().unwrap_or_else(usual)
    }
}

/// Clients that register themselves.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    /// The file with the initial access token; `None`: they may not.
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) life: Duration,
}

/// Where the URL of the shared database is.
#[derive(Clone, Debug)]
pub(crate) enum Custody {
    /// Here.
    Url(Secret),
    /// In this file.
    File(PathBuf),
}

/// The record of what happened.
#[derive(Clone, Debug)]
pub(crate) struct Audit {
    pub(crate) durable_reads: bool,
    pub(crate) queue: usize,
    pub(crate) linger: Duration,
    /// `None` for the usual name in the data directory.
    pub(crate) anchor_file: Option<PathBuf>,
}

/// Who is told when a grant changes.
#[derive(Clone, Debug)]
pub(crate) struct Events {
    /// An address, and the file with the secret requests are signed with.
    pub(crate) webhook: Option<(http::Uri, PathBuf)>,
    pub(crate) command: Vec<String>,
    pub(crate) all: bool,
}

/// What the process says about itself.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) json: bool,
    pub(crate) level: String,
}

/// Where the settings came from, for messages and for `doctor`.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    /// The file, when there was one.
    pub(crate) file: Option<PathBuf>,
    /// Variables that override the file.
    pub(crate) from_environment: Vec<String>,
}

/// Reads the settings file and the environment.
///
/// Without `named` the file [`FILE`] in the working directory is read if it is there; a named file must exist.
/// Relative paths in the file are relative to the file's own directory, so that it does not matter where the command
/// is started.
///
/// # Errors
/// Everything that is wrong at once, each with file, line, column (or the variable) and what to write instead.
pub(crate) fn load(named: Option<&Path>) -> Result<Loaded, Problem> {
    let file = match named {
        Some(path) => Some(path.to_owned()),
        None => Some(PathBuf::from(FILE)).filter(|path| path.exists()),
    };
    let text = match &file {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            Problem::new(Exit::Settings, format!("The settings file {} cannot be read.", path.display()))
                .because(error)
                .advise("Name another file with --config, or write one with `ticketgate init`.")
        })?,
    };
    loaded(file, &text)
}

fn loaded(file: Option<PathBuf>, text: &str) -> Result<Loaded, Problem> {
    let ours = |name: &str| name.starts_with(typed::PREFIX) || plain::is_one(name);
    let environment = std::env::vars().filter(|(name, _)| ours(name));
    let (settings, from_environment) = read(file.as_deref(), text, environment).map_err(|faults| {
        let why = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        Problem::new(Exit::Settings, "The settings cannot be used.")
            .because(why)
            .advise("docs/settings.md explains every key; `ticketgate init` writes a file with all of them.")
    })?;
    Ok(Loaded { settings, file, from_environment })
}

/// Defaults and the environment, without a file.
///
/// # Errors
/// As [`load`].
pub(crate) fn from_environment() -> Result<Loaded, Problem> {
    loaded(None, "")
}

/// The pure half of [`load`].
fn read(
    file: Option<&Path>,
    text: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(Settings, Vec<String>), Vec<Fault>> {
    let mut faults = Vec::new();
    let mut typed = Typed::from_file(file, text, &mut faults);
    let (plain, environment) = plain::Plain::take(environment, &mut faults);
    let mut overridden = plain.put_first(&mut typed);
    overridden.extend(typed.override_from(environment, &mut faults));
    plain.put_last(&mut typed);
    let base = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let settings = meaning::mean((&typed, &plain), base, &mut faults);
    match settings {
        Some(settings) if faults.is_empty() => Ok((settings, overridden)),
        _ => {
            faults.sort_by(|a, b| a.place.cmp(&b.place));
            Err(faults)
        }
    }
}

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    place: Place,
    words: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::Nowhere => f.write_str(&self.words),
            place => write!(f, "{place}: {}", self.words),
        }
    }
}

#[cfg(test)]
mod tests;
