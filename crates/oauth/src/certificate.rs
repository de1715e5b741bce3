//! A client certificate, as far as it says whose it is.

mod subject;

use std::fmt;

use jose::Thumbprint;
use rustls_pki_types::CertificateDer;

use crate::digest;

/// The certificate a client showed in the TLS handshake, having proved there that it holds its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    thumbprint: Thumbprint,
    subject: Option<String>,
    dns: Vec<String>,
    uris: Vec<String>,
    trusted: bool,
}

impl Certificate {
    /// The most names that are read of one certificate.
    pub const MOST_NAMES: usize = 64;

    /// Reads a certificate. `trusted` says whether it was issued by an authority the operator trusts for clients and is
    /// valid now; what one that is not says about its owner is its owner's word.
    ///
    /// `None` when it is none.
    #[must_use]
    pub fn read(der: &CertificateDer<'_>, trusted: bool) -> Option<Self> {
        let parsed = webpki::EndEntityCert::try_from(der).ok()?;
        Some(Self {
            thumbprint: Thumbprint::from_bytes(digest::plain(der)),
            subject: subject::text(parsed.subject()),
            dns: parsed.valid_dns_names().take(Self::MOST_NAMES).map(str::to_ascii_lowercase).collect(),
            uris: parsed.valid_uri_names().take(Self::MOST_NAMES).map(str::to_owned).collect(),
            trusted,
        })
    }

    /// SHA-256 of it: `x5t#S256` (RFC 8705 §3.1).
    #[must_use]
    pub const fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// Its subject as RFC 4514 writes it; `None` when that is empty or has a part nobody here can write.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Whether its names are to be believed.
    #[must_use]
    pub const fn is_trusted(&self) -> bool {
        self.trusted
    }

    /// Whether it is for this DNS name, written out: a wildcard is for servers.
    pub(crate) fn is_for_dns(&self, name: &str) -> bool {
        self.dns.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether it is for exactly this URI.
    pub(crate) fn is_for_uri(&self, uri: &str) -> bool {
        self.uris.iter().any(|own| own == uri)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("thumbprint", &self.thumbprint)
            .field("subject", &self.subject)
            .field("trusted", &self.trusted)
            .finish_non_exhaustive()
    }
}
