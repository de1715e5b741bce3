//! By what else than a secret a client proves itself: as an operator writes it down, and as it is used.

mod certificate;
mod workload;

use std::sync::Arc;

use http::Uri;
use jose::JwkSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::key_source::{KeySource, Published};
use crate::outside::{Place, Trust};
use certificate::KnownCertificate;
use workload::Binding;

pub use certificate::CertificateRule;
pub use workload::{ClaimRule, Workload};

/// By what else than a secret a client may prove itself; by nothing else when all of it is empty. Part of its
/// [`Profile`](crate::Profile).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProvesBy {
    /// The public keys it signs its assertions with (`private_key_jwt`): a JWKS document (RFC 7517 §5) of at most 64 keys
    /// and 32 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where it publishes them, in place of `jwks`: an `https` URL of the open internet, or of a host the settings name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Workloads that are this client, 16 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workloads: Vec<Workload>,
    /// Certificates it may show in the TLS handshake, 16 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<CertificateRule>,
}

impl ProvesBy {
    /// The longest key set in a client's row, in bytes.
    pub const LONGEST_JWKS: usize = 32 * 1_024;

    /// The longest URL, in bytes.
    pub const LONGEST_URL: usize = 2_048;

    /// Workloads of one client at most.
    pub const MOST_WORKLOADS: usize = 16;

    /// Certificates of one client at most.
    pub const MOST_CERTIFICATES: usize = 16;

    /// By nothing else.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { jwks: None, jwks_uri: None, workloads: Vec::new(), certificates: Vec::new() }
    }

    /// Whether it is by nothing else than a secret.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::nothing()
    }

    fn keys(&self) -> Result<Option<KeySource>, String> {
        match (&self.jwks, &self.jwks_uri) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err("has keys in `jwks` and in `jwks_uri`; choose one".to_owned()),
            (Some(document), None) => Ok(Some(KeySource::Listed(Arc::new(listed(document)?)))),
            (None, Some(url)) => Ok(Some(KeySource::Published(published(url, Trust::Stranger)?))),
        }
    }
}

/// Whoever writes keys down is told of each that cannot be used; of a published set such keys are skipped.
fn listed(document: &Value) -> Result<JwkSet, String> {
    let text = document.to_string();
    if text.len() > ProvesBy::LONGEST_JWKS {
        return Err(format!("has a `jwks` of more than {} bytes", ProvesBy::LONGEST_JWKS));
    }
    let set = JwkSet::parse(&text).map_err(|error| format!("has a `jwks` that cannot be used: {error}"))?;
    if let Some(skipped) = set.skipped().first() {
        return Err(format!(
            "has a `jwks` whose key {} (counted from 0) cannot be used: {}",
            skipped.place, skipped.why
        ));
    }
    if set.keys().is_empty() { Err("has a `jwks` without a key".to_owned()) } else { Ok(set) }
}

/// The scheme is looked at again on the way there, where it is known whether the host is exempt.
pub(crate) fn published(url: &str, trust: Trust) -> Result<Published, String> {
    let parsed: Option<Uri> = (url.len() <= ProvesBy::LONGEST_URL).then(|| url.parse().ok()).flatten();
    let fits = parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("https" | "http"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
    });
    if fits {
        Ok(Published::new(Place::At(url.into()), trust))
    } else {
        Err("has a `jwks_uri` that is not an http or https URL without a user name".to_owned())
    }
}

/// The same, ready for use.
#[derive(Debug, Default)]
pub(crate) struct Proving {
    keys: Option<KeySource>,
    workloads: Vec<Binding>,
    certificates: Vec<KnownCertificate>,
}

/// What a token can be fetched with that is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Under which tokens are kept in the store. It says what the origin rests on: something else is another origin.
    pub(crate) id: String,
    /// How records show it.
    pub(crate) hint: String,
}

impl Proving {
    /// Reads what an operator wrote.
    ///
    /// # Errors
    /// What is wrong with it, in words that continue "the profile".
    pub(crate) fn of(written: &ProvesBy) -> Result<Self, String> {
        if written.workloads.len() > ProvesBy::MOST_WORKLOADS {
            return Err(format!("names more than {} workloads", ProvesBy::MOST_WORKLOADS));
        }
        let workloads = written.workloads.iter().map(Binding::of).collect::<Result<_, _>>()?;
        if written.certificates.len() > ProvesBy::MOST_CERTIFICATES {
            return Err(format!("names more than {} certificates", ProvesBy::MOST_CERTIFICATES));
        }
        let certificates = written.certificates.iter().map(KnownCertificate::of).collect::<Result<_, _>>()?;
        Ok(Self { keys: written.keys()?, workloads, certificates })
    }

    /// The keys of its assertions.
    pub(crate) const fn keys(&self) -> Option<&KeySource> {
        self.keys.as_ref()
    }

    /// The workloads it may be.
    pub(crate) fn workloads(&self) -> &[Binding] {
        &self.workloads
    }

    /// The certificates it may show.
    pub(crate) fn certificates(&self) -> &[KnownCertificate] {
        &self.certificates
    }

    /// Everything a token can hang on.
    pub(crate) fn origins(&self) -> Vec<Origin> {
        let keys = self.keys.iter().flat_map(KeySource::origins);
        let keys = keys.map(|id| Origin { hint: id.clone(), id });
        let workloads = self.workloads.iter().map(Binding::origin);
        let certificates = self.certificates.iter().map(KnownCertificate::origin);
        keys.chain(workloads.chain(certificates).cloned()).collect()
    }
}

#[cfg(test)]
mod tests;
