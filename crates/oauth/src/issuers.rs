//! Who vouches for workloads: the platforms an operator has listed.

use jose::{Expected, Unverified, Verified};
use types::IssuerName;

use crate::key_source::{KeySource, Published};
use crate::outside::{Place, Trust};

/// A platform whose tokens may stand for a client's secret, as the settings list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// What clients' bindings call it.
    pub name: IssuerName,
    /// How its tokens are told from others'.
    pub says: Says,
    /// Where its keys are published. `None`: where its OpenID configuration says (OpenID Connect Discovery §4), for
    /// which there has to be [`Says::Issuer`].
    pub jwks_uri: Option<String>,
    /// What its tokens have to have as `aud`, exactly; the gateway's own origin when nothing is said.
    pub audience: Option<String>,
}

/// How an issuer's tokens are told from others'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// By `iss`, exactly this.
    Issuer(String),
    /// By a SPIFFE id of this trust domain as `sub`: JWT-SVIDs need no `iss` (JWT-SVID §3). Without `spiffe://`.
    TrustDomain(String),
}

/// All of them, with their keys as far as they are known.
#[derive(Default)]
pub(crate) struct Issuers(Vec<KnownIssuer>);

pub(crate) struct KnownIssuer {
    issuer: Issuer,
    keys: KeySource,
}

impl Issuers {
    pub(crate) fn new(listed: Vec<Issuer>) -> Self {
        Self(listed.into_iter().map(KnownIssuer::new).collect())
    }

    pub(crate) fn get(&self, name: &IssuerName) -> Option<&KnownIssuer> {
        self.0.iter().find(|known| known.issuer.name == *name)
    }

    /// Whether what a token hangs on still counts: a binding ends with its issuer.
    pub(crate) fn stand_behind(&self, origin: &str) -> bool {
        let bound = origin.strip_prefix("workload:").and_then(|rest| rest.split_once(':'));
        bound.is_none_or(|(name, _)| self.0.iter().any(|known| known.issuer.name.as_str() == name))
    }
}

impl KnownIssuer {
    fn new(issuer: Issuer) -> Self {
        let place = match (&issuer.jwks_uri, &issuer.says) {
            (Some(url), _) => Place::At(url.as_str().into()),
            (None, Says::Issuer(url) | Says::TrustDomain(url)) => Place::ToldBy(url.as_str().into()),
        };
        Self { keys: KeySource::Published(Published::new(place, Trust::Operator)), issuer }
    }

    pub(crate) const fn name(&self) -> &IssuerName {
        &self.issuer.name
    }

    pub(crate) const fn keys(&self) -> &KeySource {
        &self.keys
    }

    /// By what it says of itself; what it says is not to be believed yet.
    pub(crate) fn may_have_issued(&self, token: &Unverified<'_>) -> bool {
        match &self.issuer.says {
            Says::Issuer(issuer) => token.issuer_hint() == Some(issuer),
            Says::TrustDomain(domain) => is_within(token.subject_hint(), domain),
        }
    }

    /// Its own keys may not speak for another trust domain.
    pub(crate) fn is_about_its_own(&self, token: &Verified) -> bool {
        match &self.issuer.says {
            Says::Issuer(_) => true,
            Says::TrustDomain(domain) => is_within(token.subject(), domain),
        }
    }

    /// What its tokens have to be, for a gateway of these names.
    pub(crate) fn expected(&self, gateway: &[String]) -> Expected {
        // Only the origin: the address of the token endpoint is nothing a platform is asked for.
        let audience = self.issuer.audience.as_ref().or(gateway.first());
        match &self.issuer.says {
            Says::Issuer(issuer) => Expected::new(issuer, audience),
            Says::TrustDomain(_) => Expected::from_any_issuer(audience),
        }
    }
}

/// Whether a SPIFFE id lies in a trust domain (SPIFFE-ID §2).
fn is_within(subject: Option<&str>, domain: &str) -> bool {
    let path = subject.and_then(|subject| subject.strip_prefix("spiffe://")?.strip_prefix(domain));
    path.is_some_and(|path| path.starts_with('/'))
}
