//! By what else than a secret a client proves itself.

use clap::Args;

/// Ways of proving, for `register` and `describe`. Each replaces all there were of its kind.
#[derive(Debug, Args)]
pub(crate) struct ProvenBy {
    /// Its public keys, for assertions it signs (private_key_jwt): a file with a JWKS document, or the URL where it publishes one
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) jwks: Option<String>,
    /// A workload that is this client: the issuer, as the settings call it, and claims of its tokens. `*` stands for anything
    /// up to the next `/` or `:`, `**` for anything; a claim within another is written outer/inner. May be given several times
    #[arg(long, value_name = "ISSUER:CLAIM=PATTERN[,...]")]
    pub(crate) bind: Vec<String>,
    /// A certificate of an authority in tls.client_ca, by its whole subject as RFC 4514 writes it: CN=nightly,O=Acme
    #[arg(long, value_name = "DN")]
    pub(crate) tls_subject: Vec<String>,
    /// The same by a DNS name among its alternative names
    #[arg(long, value_name = "NAME")]
    pub(crate) tls_dns: Vec<String>,
    /// The same by a URI among them
    #[arg(long, value_name = "URI")]
    pub(crate) tls_uri: Vec<String>,
    /// This certificate, whoever issued it: its SHA-256 in base64url
    #[arg(long, value_name = "DIGEST", allow_hyphen_values = true)]
    pub(crate) tls_sha256: Vec<String>,
    /// Its tokens have to be bound to a key (by DPoP or a client certificate), and its secrets are no credential for calls
    #[arg(long, alias = "require-dpop")]
    pub(crate) bound_tokens: bool,
}

/// What `describe` takes away.
#[derive(Debug, Args)]
pub(crate) struct NoLonger {
    /// It has no keys any more; tokens fetched with them end
    #[arg(long, conflicts_with = "jwks")]
    pub(crate) no_jwks: bool,
    /// It is no workload any more; tokens fetched so end
    #[arg(long, conflicts_with = "bind")]
    pub(crate) no_bind: bool,
    /// It has no certificates any more; tokens fetched with them end
    #[arg(long, conflicts_with_all = ["tls_subject", "tls_dns", "tls_uri", "tls_sha256"])]
    pub(crate) no_tls: bool,
    /// Its tokens need not be bound to a key any more
    #[arg(long, conflicts_with = "bound_tokens")]
    pub(crate) unbound_tokens: bool,
}
