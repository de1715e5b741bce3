use jose::Thumbprint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Origin;
use crate::{Certificate, digest};

/// A certificate that is this client's (RFC 8705 §2). All but the last are names in one that an authority of
/// `tls.client_ca` has issued; the last is the certificate itself, whoever issued it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateRule {
    /// Its whole subject, as RFC 4514 writes it: `CN=nightly,O=Acme`.
    SubjectDn(String),
    /// A DNS name among its alternative names.
    SanDns(String),
    /// A URI among them, such as a SPIFFE id.
    SanUri(String),
    /// Its SHA-256 in base64url.
    #[serde(rename = "x5t#S256")]
    Sha256(String),
}

/// The same, ready for use.
#[derive(Debug)]
pub(crate) struct KnownCertificate {
    wanted: Wanted,
    origin: Origin,
}

#[derive(Debug)]
enum Wanted {
    Subject(String),
    Dns(String),
    Uri(String),
    This(Thumbprint),
}

impl KnownCertificate {
    /// The longest name, in bytes.
    const LONGEST: usize = 1_024;

    pub(crate) fn of(written: &CertificateRule) -> Result<Self, String> {
        let (wanted, name) = match written {
            CertificateRule::SubjectDn(name) => (Wanted::Subject(name.clone()), name),
            CertificateRule::SanDns(name) => (Wanted::Dns(name.clone()), name),
            CertificateRule::SanUri(name) => (Wanted::Uri(name.clone()), name),
            CertificateRule::Sha256(text) => {
                let digest = text.parse().map_err(|_| {
                    "names a certificate by what is not its SHA-256 in base64url (43 characters)".to_owned()
                })?;
                (Wanted::This(digest), text)
            }
        };
        if name.is_empty() || name.len() > Self::LONGEST || name.contains(char::is_control) {
            return Err(format!("names a certificate by nothing, or by more than {} bytes", Self::LONGEST));
        }
        if matches!(wanted, Wanted::Dns(_)) && name.contains('*') {
            return Err("names a certificate by a wildcard; write the DNS name out".to_owned());
        }
        let content = serde_json::to_vec(written).map_err(|error| error.to_string())?;
        let origin = Origin { id: format!("tls:{}", digest::name(&content)), hint: format!("tls:{name}") };
        Ok(Self { wanted, origin })
    }

    pub(crate) const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether a certificate is this one. Names count only where somebody trusted vouches for them.
    pub(crate) fn fits(&self, shown: &Certificate) -> bool {
        match &self.wanted {
            Wanted::This(digest) => *digest == shown.thumbprint(),
            Wanted::Subject(name) => shown.is_trusted() && shown.subject() == Some(name),
            Wanted::Dns(name) => shown.is_trusted() && shown.is_for_dns(name),
            Wanted::Uri(uri) => shown.is_trusted() && shown.is_for_uri(uri),
        }
    }
}
