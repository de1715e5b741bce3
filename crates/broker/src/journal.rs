//! Where a grant's changes of state are told: as a metric, and as a record.

use std::sync::{Arc, Mutex, PoisonError};

use audit::metrics::Metrics;
use audit::{GrantAbout, GrantChange, Recorder, Text};
use rustc_hash::FxHashMap;
use types::{GrantName, SiteName};

use crate::grant::Health;
use crate::people::is_person;

/// What is said of a grant besides its state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whose {
    /// Who consented to it.
    pub(crate) account: Option<String>,
    /// What to do when it has ended.
    pub(crate) advice: Option<String>,
    /// Where its user goes then.
    pub(crate) reconnect_at: Option<String>,
}

/// Takes changes of state. Cheap to clone; clones remember the same grants.
#[derive(Clone, Debug)]
pub(crate) struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    metrics: Metrics,
    recorder: Option<Recorder>,
    instance: String,
    /// The state each grant was told to be in. One lock for telling and looking, so that records have the order of what they tell.
    told: Mutex<FxHashMap<GrantName, Health>>,
}

impl Journal {
    pub(crate) fn new(metrics: Metrics, recorder: Option<Recorder>, instance: &str) -> Self {
        let instance = instance.to_owned();
        Self(Arc::new(Inner { metrics, recorder, instance, told: Mutex::default() }))
    }

    /// Tells the state a grant is in, unless it was told before. Does not wait: a refresh must not stand still because a
    /// record cannot be written. `look` is called once nobody else tells anything; `heard`: it is another instance's doing.
    ///
    /// The first state of a grant is no change. It is put on record only when it is trouble.
    pub(crate) fn tell(
        &self,
        grant: &GrantName,
        look: impl FnOnce() -> Option<Health>,
        whose: impl FnOnce() -> Whose,
        heard: bool,
    ) {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(now) = look() else { return };
        let before = told.get(grant);
        if before.is_some_and(|before| before.is_same(&now)) {
            return;
        }
        let before = told.insert(grant.clone(), now.clone());
        self.count(grant, before.as_ref(), &now);
        if before.is_some() || now.is_trouble() {
            self.record(grant, before.as_ref(), &now, (whose(), heard));
        }
    }

    /// A grant is gone.
    pub(crate) fn forget(&self, grant: &GrantName) {
        let before = self.0.told.lock().unwrap_or_else(PoisonError::into_inner).remove(grant);
        if is_person(grant) {
            self.0.metrics.persons_grant_state(before.as_ref().map(Health::as_str), None);
        } else {
            self.0.metrics.grant_gone(grant, &Health::STATES);
        }
    }

    fn count(&self, grant: &GrantName, before: Option<&Health>, now: &Health) {
        let metrics = &self.0.metrics;
        let is_person = is_person(grant);
        if is_person {
            metrics.persons_grant_state(before.map(Health::as_str), Some(now.as_str()));
        } else {
            metrics.grant_state(grant, &Health::STATES, now.as_str());
        }
        if before.is_some() {
            metrics.grant_state_changed((!is_person).then_some(grant), now.as_str());
        }
    }

    fn record(
        &self,
        grant: &GrantName,
        before: Option<&Health>,
        now: &Health,
        (whose, heard): (Whose, bool),
    ) {
        let (cause, words) = now.why();
        let lost = matches!(now, Health::ReconnectRequired { .. });
        let change = GrantChange {
            from: before.map(|before| Text::fixed(before.as_str())),
            cause: cause.map(|cause| Text::untrusted(&cause)),
            words: words.map(|words| Text::untrusted(&words)),
            advice: whose.advice.filter(|_| lost).map(Text::from),
            reconnect_at: whose.reconnect_at.filter(|_| lost).map(Text::from),
            heard,
            // What a person should hear of: it got into trouble, into another one, or out of it. What was found so at the start was
            // told when it happened.
            loud: before.is_some_and(|before| before.is_trouble() || now.is_trouble()),
            ..GrantChange::new(GrantAbout::State, Text::fixed(now.as_str()))
        };
        self.write(grant, None, whose.account.as_deref(), change);
    }

    /// Puts a change on record.
    pub(crate) fn write(
        &self,
        grant: &GrantName,
        site: Option<&SiteName>,
        account: Option<&str>,
        change: GrantChange,
    ) {
        let from = change.from.as_ref().map_or("unknown", Text::as_str);
        tracing::debug!(%grant, from, to = change.to.as_str(), "a grant changed");
        let Some(recorder) = &self.0.recorder else { return };
        let change = GrantChange { instance: Some(Text::untrusted(&self.0.instance)), ..change };
        // What finds no room is counted and said there.
        let _kept = recorder.grant_changed(change, |record| {
            record.grant = Some(grant.clone());
            record.site = site.cloned();
            record.user = account.map(Text::untrusted);
        });
    }
}

#[cfg(test)]
mod tests;
