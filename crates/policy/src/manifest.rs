//! What a manifest says about its client, apart from operations.

use std::sync::Arc;

use crate::terms::{self, Conditions, Hours, Terms};
use catalogue::ScopeSet;
use jiff::Timestamp;
use types::{Address, ClientId, GrantName, Site};

/// The facts of one compiled manifest.
#[derive(Debug)]
pub struct Manifest {
    pub(crate) file: Box<str>,
    pub(crate) client: ClientId,
    pub(crate) owner: Box<str>,
    pub(crate) purpose: Box<str>,
    pub(crate) expires: Option<Timestamp>,
    /// The first is the default; never empty.
    pub(crate) sites: Box<[Arc<Site>]>,
    /// The word [`GrantName::USER`], which no grant has for a name, when calls go out as the user.
    pub(crate) grant: GrantName,
    pub(crate) as_user: bool,
    pub(crate) scopes: ScopeSet,
    pub(crate) vending: bool,
    pub(crate) attribution: bool,
    /// `None`: free ones.
    pub(crate) terms: Option<Arc<Terms>>,
    /// `None`: its client is not observed.
    pub(crate) observed: Option<Observed>,
    /// `None`: none.
    pub(crate) conditions: Option<Box<Conditions>>,
}

/// What holds while a client is observed.
#[derive(Debug)]
pub(crate) struct Observed {
    /// What its calls are held to in place of the manifest's own terms: the guardrails, and the limits of both.
    pub(crate) terms: Arc<Terms>,
    /// The line that says so: `etl.toml:7 observe`.
    pub(crate) label: Arc<str>,
}

impl Manifest {
    /// The name of its file, without directories: what messages call it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whose manifest it is.
    #[must_use]
    pub const fn client(&self) -> &ClientId {
        &self.client
    }

    /// Who answers for the client.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What the client is for.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The first instant at which it no longer allows anything; `None`: it does not expire.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The sites it reaches; the first is the default. Never empty.
    #[must_use]
    pub const fn sites(&self) -> &[Arc<Site>] {
        &self.sites
    }

    /// The grant its calls use, as it is written: [`GrantName::USER`] when each goes out as the user it is made for.
    #[must_use]
    pub const fn grant(&self) -> &GrantName {
        &self.grant
    }

    /// Whether its calls go out with the own grant of the user they are made for; without a user there is no call then.
    #[must_use]
    pub const fn acts_as_user(&self) -> bool {
        self.as_user
    }

    /// The most its client, and any token of its client, can hold.
    #[must_use]
    pub const fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    /// Whether its client may have Atlassian's own token in exchange for one of the gateway's.
    #[must_use]
    pub const fn vends(&self) -> bool {
        self.vending
    }

    /// Whether Jira's own history is to name the client behind an edit or a transition.
    #[must_use]
    pub const fn attributes(&self) -> bool {
        self.attribution
    }

    /// What it says its client's permits are bound to, the guardrails among it. While the client is observed, only the guardrails
    /// hold, which is what its permits go by.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        self.terms.as_deref().unwrap_or(&terms::FREE)
    }

    /// What its client's permits are really bound to: while the client is observed, what the guardrails say.
    #[must_use]
    pub fn enforced(&self) -> &Terms {
        self.observed.as_ref().map_or_else(|| self.terms(), |observed| &observed.terms)
    }

    /// The first instant at which it allows anything; `None`: from its publication on.
    #[must_use]
    pub fn starts(&self) -> Option<Timestamp> {
        Some(self.conditions.as_ref()?.starts.as_ref()?.0)
    }

    /// When calls are permitted; `None`: always.
    #[must_use]
    pub fn hours(&self) -> Option<&Hours> {
        Some(&self.conditions.as_ref()?.hours.as_ref()?.0)
    }

    /// The accounts its client may act for, in order; `None`: any.
    #[must_use]
    pub fn on_behalf_of(&self) -> Option<&[Box<str>]> {
        Some(&self.conditions.as_ref()?.on_behalf_of.as_ref()?.0)
    }

    /// Whether it has expired at `now`.
    #[must_use]
    pub fn expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// The site an address means to this client.
    pub(crate) fn site(&self, address: &Address) -> Option<&Arc<Site>> {
        match address {
            Address::Default => self.sites.first(),
            Address::Named(name) => self.sites.iter().find(|site| site.name == *name),
            Address::Cloud(id) => self.sites.iter().find(|site| site.cloud_id() == Some(id)),
        }
    }

    /// Whether it names exactly this site: same name, same place. Two versions of the settings never mix.
    pub(crate) fn reaches(&self, site: &Arc<Site>) -> bool {
        self.sites.iter().any(|known| Arc::ptr_eq(known, site) || known == site)
    }
}
