//! More for one client, for a time.
//!
//! An elevation is written like a fragment and united with the client's manifest: its lists are added to those of the manifest, and of
//! what can be said once only (a visibility, a size, hours) it is what holds. What the manifest denies stays denied, and so does what
//! the guardrails deny. The sum is compiled beside the manifest, and [`Rulebook::decide`] takes it up to [`Elevation::until`]: that it
//! ends needs nobody who remembers.
//!
//! It is the sum that is permitted: a further operation is permitted in every project the manifest allows, a further project for
//! every operation. What that comes to, [`Rulebook::with_elevation_of`] lets be enumerated before anybody says yes.

use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use types::ClientId;

use crate::manifest::Manifest;
use crate::rulebook::{Entry, Rulebook};
use crate::source::ManifestFile;

/// What a client has beside its manifest, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elevation {
    /// Whose manifest it is added to.
    pub client: ClientId,
    /// The Atlassian account of the one user for whose calls it holds; `None`: for all the client's calls.
    pub account: Option<Box<str>>,
    /// The first instant at which it does not hold any more.
    pub until: Timestamp,
    /// What it adds, in the language of manifests ([`elevation_schema`](crate::elevation_schema)).
    pub file: ManifestFile,
}

/// A manifest with what an elevation adds, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Elevated {
    pub(crate) account: Option<Box<str>>,
    pub(crate) until: Timestamp,
    pub(crate) entry: Arc<Entry>,
}

impl Elevated {
    /// Whether it holds for a call at `now` that is made for this account, or for nobody.
    fn holds(&self, account: Option<&str>, now: Timestamp) -> bool {
        now < self.until && self.account.as_deref().is_none_or(|own| account == Some(own))
    }
}

impl Rulebook {
    /// What a client may do at `now` for this account: its manifest, with what an elevation adds to it.
    pub(crate) fn entry(
        &self,
        client: &ClientId,
        account: Option<&str>,
        now: Timestamp,
    ) -> Option<&Arc<Entry>> {
        // Nearly always there is none, and that is one comparison.
        if !self.elevated.is_empty()
            && let Some(elevated) = self.elevation(client, account, now)
        {
            return Some(&elevated.entry);
        }
        self.clients.get(client)
    }

    /// The elevation that holds at `now` for a call of a client. Where several do, the first: they are never added up.
    pub(crate) fn elevation(
        &self,
        client: &ClientId,
        account: Option<&str>,
        now: Timestamp,
    ) -> Option<&Elevated> {
        self.elevated.get(client)?.iter().find(|one| one.holds(account, now))
    }

    /// What a client may do at `now` for this account, apart from operations: its manifest, with what an elevation adds to it;
    /// `None`: it has none.
    #[must_use]
    pub fn manifest_at(&self, client: &ClientId, account: Option<&str>, now: Timestamp) -> Option<&Manifest> {
        self.entry(client, account, now).map(|entry| &entry.manifest)
    }

    /// The same rulebook with a client's manifest as its elevation for this account makes it, as if that held for good and for
    /// everybody; `None` where there is no such elevation. To be compared with, not to decide by.
    #[must_use]
    pub fn with_elevation_of(&self, client: &ClientId, account: Option<&str>) -> Option<Self> {
        let found = self.elevated.get(client)?.iter().find(|one| one.account.as_deref() == account)?;
        let mut clients = self.clients.clone();
        clients.insert(client.clone(), Arc::clone(&found.entry));
        Some(self.with_clients(clients))
    }

    /// The same without the elevation of a client for this account, where there is one.
    #[must_use]
    pub fn without_elevation_of(&self, client: &ClientId, account: Option<&str>) -> Self {
        let mut elevated = self.elevated.clone();
        if let Some(theirs) = elevated.get_mut(client) {
            theirs.retain(|one| one.account.as_deref() != account);
            if theirs.is_empty() {
                elevated.remove(client);
            }
        }
        self.with_elevations(elevated)
    }

    /// These manifests with the elevations of another rulebook, compiled against the same catalogue and sites from the same files: of
    /// ten thousand manifests only those have to be compiled anew that have more.
    #[must_use]
    pub fn elevated_as(&self, other: &Self) -> Self {
        self.with_elevations(other.elevated.clone())
    }

    fn with_elevations(&self, elevated: FxHashMap<ClientId, Vec<Elevated>>) -> Self {
        self.with_clients(self.clients.clone()).with_elevated(elevated)
    }

    /// How many elevations there are, whether they hold still or not.
    #[must_use]
    pub fn elevations(&self) -> usize {
        self.elevated.values().map(Vec::len).sum()
    }
}
