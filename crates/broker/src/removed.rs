//! Sites an app was taken off. Beside the states of a grant, because its other sites live on.
//!
//! Atlassian's gateway is known to say so now and then of an app that is there. One answer is the end of one call; it counts as a
//! state when the next comes within a minute, and no longer when a call there goes well.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use audit::{GrantAbout, GrantChange, Text};
use clock::Tick;
use policy::Permit;
use rustc_hash::FxHashMap;
use types::{Code, GrantName, Refusal, SiteName};

use crate::broker::Broker;
use crate::family::end::End;

/// Within this time two answers are a state.
const SOON: Duration = Duration::from_secs(60);

const INSTALLED: &str = "installed";

/// By grant and site: both are of the settings or of the store, so there are not many.
#[derive(Default)]
pub(crate) struct Removed {
    /// Whether there is any: what nearly every call asks.
    any: AtomicBool,
    sites: Mutex<FxHashMap<(GrantName, SiteName), Said>>,
}

#[derive(Clone, Copy)]
struct Said {
    last: Tick,
    told: bool,
}

impl Removed {
    /// Another such answer; `true` when it becomes a state by it.
    fn note(&self, grant: &GrantName, site: &SiteName, now: Tick) -> bool {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        self.any.store(true, Ordering::Release);
        let key = (grant.clone(), site.clone());
        let before = sites.insert(key.clone(), Said { last: now, told: false });
        let told = before.is_some_and(|before| before.told);
        let becomes = !told && before.is_some_and(|before| now.since(before.last) <= SOON);
        if let Some(said) = sites.get_mut(&key) {
            said.told = told || becomes;
        }
        becomes
    }

    /// A call went well; `true` when it was a state until now.
    fn clear(&self, grant: &GrantName, site: &SiteName) -> bool {
        if !self.any.load(Ordering::Acquire) {
            return false;
        }
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let before = sites.remove(&(grant.clone(), site.clone()));
        self.any.store(!sites.is_empty(), Ordering::Release);
        before.is_some_and(|before| before.told)
    }

    /// The sites a grant's app was taken off.
    pub(crate) fn of(&self, grant: &GrantName) -> Vec<SiteName> {
        let sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let its = sites.iter().filter(|((of, _), said)| of == grant && said.told);
        let mut its: Vec<_> = its.map(|((_, site), _)| site.clone()).collect();
        its.sort();
        its
    }

    /// A grant was replaced or is gone.
    pub(crate) fn forget(&self, grant: &GrantName) {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        sites.retain(|(of, _), _| of != grant);
        self.any.store(!sites.is_empty(), Ordering::Release);
    }
}

impl Broker {
    /// Atlassian's gateway said to a permitted call that the app is not installed on the site. What the caller hears; `None` when
    /// the grant has no app behind it, and the answer means nothing here.
    #[must_use]
    pub fn not_installed(&self, permit: &Permit) -> Option<Refusal> {
        let (grant, site) = (permit.grant(), &permit.site().name);
        let holding = self.holding(grant)?;
        let (renewed, family) = holding.family()?;
        let whose = renewed.whose();
        let advice = family.where_to_reconnect(grant);
        if self.0.removed.note(grant, site, self.0.means.clock.tick()) {
            tracing::warn!(%grant, %site, "the app was removed from the site");
            let change = GrantChange {
                from: Some(Text::fixed(INSTALLED)),
                words: Some(Text::fixed(End::AppRemoved.words())),
                advice: Some(Text::untrusted(&advice)),
                reconnect_at: whose.reconnect_at.map(Text::from),
                loud: true,
                ..GrantChange::new(GrantAbout::Site, Text::fixed(End::AppRemoved.as_str()))
            };
            self.0.means.journal.write(grant, Some(site), whose.account.as_deref(), change);
        }
        let detail = format!(
            "Atlassian says that the app of the grant {grant} is not installed on the site {site}: it was removed there, or the consent does not cover that site."
        );
        Some(Refusal::new(Code::ReconnectRequired, detail).advise(advice))
    }

    /// A permitted call went well.
    pub fn went_well(&self, permit: &Permit) {
        let (grant, site) = (permit.grant(), &permit.site().name);
        if self.0.removed.clear(grant, site) {
            let change = GrantChange {
                from: Some(Text::fixed(End::AppRemoved.as_str())),
                loud: true,
                ..GrantChange::new(GrantAbout::Site, Text::fixed(INSTALLED))
            };
            self.0.means.journal.write(grant, Some(site), None, change);
        }
    }
}

#[cfg(test)]
mod tests;
