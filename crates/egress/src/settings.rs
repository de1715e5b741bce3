use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;

/// How to get out. [`Settings::default`] suits Atlassian Cloud over an open internet connection.
#[derive(Clone, Debug)]
pub struct Settings {
    /// PEM files with certificates of authorities to trust besides `roots` (a company's TLS-inspecting proxy, a Data
    /// Center behind a private authority).
    pub extra_ca_pem: Vec<PathBuf>,
    /// Which authorities to trust.
    pub roots: Roots,
    /// An HTTP proxy to go through, by CONNECT.
    pub proxy: Option<Proxy>,
    /// The longest wait for a connection, including the name lookup, the proxy and TLS. Default 10 s.
    pub connect_timeout: Duration,
    /// How long an unused connection is kept. Default 60 s; Atlassian's edge keeps them longer.
    pub idle_timeout: Duration,
    /// Whether HTTP/2 is offered (ALPN). Default yes. Without TLS, HTTP/1.1 is spoken.
    pub http2: bool,
    /// How many unused HTTP/1.1 connections are kept per host. Default 64.
    pub max_idle_per_host: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            extra_ca_pem: Vec::new(),
            roots: Roots::default(),
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            http2: true,
            max_idle_per_host: 64,
        }
    }
}

/// Which certificate authorities are trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Roots {
    /// The operating system's (environment: `SSL_CERT_FILE`, `SSL_CERT_DIR`); Mozilla's where it has none, so that a
    /// container without certificates works.
    #[default]
    Native,
    /// Mozilla's, built in.
    WebPki,
}

/// An HTTP proxy that is asked to CONNECT to the destination. May carry a password, so its `Debug` shows only where it is.
#[derive(Clone)]
pub struct Proxy {
    pub(crate) url: String,
    pub(crate) except: String,
}

impl Proxy {
    /// `url` is `http://[user:password@]host[:port]`; `except` lists hosts to reach directly, as curl reads `NO_PROXY`:
    /// separated by commas, names with all their subdomains, addresses, networks like `10.0.0.0/8`, or `*`.
    ///
    /// # Errors
    /// When the URL is not of that form; the error does not repeat it.
    pub fn new(url: &str, except: &str) -> Result<Self, SettingsError> {
        let parsed: http::Uri = url.parse().map_err(|_| SettingsError::Proxy)?;
        if parsed.scheme_str() != Some("http") || parsed.host().is_none_or(str::is_empty) {
            return Err(SettingsError::Proxy);
        }
        Ok(Self { url: url.to_owned(), except: except.to_owned() })
    }

    pub(crate) fn matcher(&self) -> Matcher {
        Matcher::builder().all(self.url.as_str()).no(self.except.as_str()).build()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.url.rsplit('@').next().unwrap_or_default();
        f.debug_struct("Proxy").field("at", &at).field("except", &self.except).finish()
    }
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file of extra authorities cannot be read.
    #[error("cannot read certificates from {path}: {problem}")]
    Certificates {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// No authority to trust.
    #[error(
        "no certificate authority to trust was found; set egress.roots = \"webpki\" or name a file in egress.ca"
    )]
    NoRoots,
    /// Not the URL of an HTTP proxy.
    #[error("the proxy must be written as http://[user:password@]host[:port]")]
    Proxy,
    /// The TLS library refuses its own defaults.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}
