//! The one yes that is not about a call: Atlassian's own token leaves the gateway.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use types::{ClientId, GrantName, Site, SiteName};

use crate::Rulebook;
use crate::rulebook::Entry;

/// A yes: this client may have the upstream token of its grant, for this site.
///
/// Only [`Rulebook::vend`] makes one:
///
/// ```compile_fail,E0451
/// fn forge(permit: policy::VendPermit) -> policy::VendPermit {
///     policy::VendPermit { ..permit }
/// }
/// ```
///
/// What its client does with the token no longer passes through the gateway: no operation, scope or site of the manifest holds
/// it back, only what Atlassian gave the grant. That is why the manifest has to say so.
pub struct VendPermit {
    entry: Arc<Entry>,
    site: Arc<Site>,
}

impl VendPermit {
    /// As whom upstream.
    #[must_use]
    pub fn grant(&self) -> &GrantName {
        &self.entry.manifest.grant
    }

    /// Where.
    #[must_use]
    pub const fn site(&self) -> &Arc<Site> {
        &self.site
    }
}

impl fmt::Debug for VendPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "permit to hand out the token of {} at {}", self.grant(), self.site.name)
    }
}

impl Rulebook {
    /// Whether a client may have the upstream token for a site: its manifest says so, reaches the site, and has not ended.
    #[must_use]
    pub fn vend(&self, client: &ClientId, site: &SiteName, now: Timestamp) -> Option<VendPermit> {
        let entry = self.clients.get(client)?;
        let site = entry.manifest.sites.iter().find(|known| known.name == *site)?;
        let conditions = entry.manifest.conditions.as_ref();
        let in_force = !entry.manifest.expired(now)
            && conditions.is_none_or(|conditions| conditions.started(now) && conditions.open(now));
        let granted = entry.manifest.vending && !entry.manifest.acts_as_user() && in_force;
        granted.then(|| VendPermit { entry: Arc::clone(entry), site: Arc::clone(site) })
    }
}
