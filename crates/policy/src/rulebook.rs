//! Policy as compiled: what the gateway asks, once per request.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use catalogue::{Call, Catalogue, Operation, ScopeId, ScopeSet};
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use types::{Address, ClientId, Site, SiteName};

use crate::denial::{self, Denial};
use crate::elevation::Elevated;
use crate::guardrails::Guardrails;
use crate::manifest::Manifest;
use crate::needs;
use crate::selection::{By, Mention, Selection};
use crate::source::Spot;

/// Every manifest, compiled. Immutable; a published change is a new rulebook.
#[derive(Debug, Default)]
pub struct Rulebook {
    pub(crate) clients: FxHashMap<ClientId, Arc<Entry>>,
    /// What some of them have beside, for a time.
    pub(crate) elevated: FxHashMap<ClientId, Vec<Elevated>>,
    pub(crate) glossary: Arc<Glossary>,
    guardrails: Guardrails,
}

impl Rulebook {
    /// No manifest at all: every call is denied.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    pub(crate) fn new(
        clients: FxHashMap<ClientId, Arc<Entry>>,
        guardrails: Guardrails,
        catalogue: &Catalogue,
        sites: &BTreeMap<SiteName, Arc<Site>>,
    ) -> Self {
        let glossary = Glossary {
            operations: catalogue.operations().into(),
            scopes: catalogue.scopes().map(|(scope, name)| (scope, name.into())).collect(),
            sites: sites.values().cloned().collect(),
        };
        Self { clients, elevated: FxHashMap::default(), glossary: Arc::new(glossary), guardrails }
    }

    pub(crate) fn with_elevated(self, elevated: FxHashMap<ClientId, Vec<Elevated>>) -> Self {
        Self { elevated, ..self }
    }

    /// The same with other manifests, and nobody elevated.
    pub(crate) fn with_clients(&self, clients: FxHashMap<ClientId, Arc<Entry>>) -> Self {
        let (glossary, guardrails) = (Arc::clone(&self.glossary), self.guardrails.clone());
        Self { clients, elevated: FxHashMap::default(), glossary, guardrails }
    }

    /// What holds for every manifest.
    #[must_use]
    pub const fn guardrails(&self) -> &Guardrails {
        &self.guardrails
    }

    /// The site an address means to a client that calls for this account, or for nobody: the stage before the operation is known,
    /// because which operation a path is depends on what runs there.
    ///
    /// # Errors
    /// The client has no manifest, the manifest does not reach the site, or no site is known by that name or id.
    pub fn site_for(
        &self,
        (client, account): (&ClientId, Option<&str>),
        address: &Address,
        now: Timestamp,
    ) -> Result<Arc<Site>, Denial> {
        let Some(entry) = self.entry(client, account, now) else {
            return Err(denial::no_manifest(client));
        };
        let found = entry.manifest.site(address).map(Arc::clone);
        found.ok_or_else(|| denial::no_site(&entry.manifest, address, &self.glossary))
    }

    /// What the manifest of a client says, apart from operations; `None`: it has none.
    #[must_use]
    pub fn manifest(&self, client: &ClientId) -> Option<&Manifest> {
        self.clients.get(client).map(|entry| &entry.manifest)
    }

    /// Every manifest, in no particular order.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.clients.values().map(|entry| &entry.manifest)
    }

    /// Every client that has a manifest, in no particular order.
    pub fn clients(&self) -> impl Iterator<Item = &ClientId> {
        self.clients.keys()
    }

    /// Every operation that calls of a client can be permitted with these scopes, at any of its sites, in the order of the
    /// catalogue; none when it has no manifest. For showing, not for deciding: [`Rulebook::decide`] does that.
    pub fn operations<'r>(
        &'r self,
        client: &ClientId,
        scopes: &'r ScopeSet,
    ) -> impl Iterator<Item = &'r Arc<Operation>> {
        let entry = self.clients.get(client);
        let of = |entry: &'r Arc<Entry>| {
            let held = scopes.intersection(&entry.manifest.scopes);
            let sites = &entry.manifest.sites;
            self.glossary.operations.iter().filter(move |operation| {
                let face = Some(operation.face());
                let in_reach = sites.iter().any(|site| [site.face(false), site.face(true)].contains(&face));
                let allowed = matches!(entry.selection.mention(operation.index()), Mention::Allowed(_));
                in_reach && allowed && needs::satisfied(operation, &held).is_some()
            })
        };
        entry.into_iter().flat_map(of)
    }

    /// How many manifests there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// How many different `[operations]` there are: clients whose tables are equal share what they compile to.
    #[must_use]
    pub fn distinct_selections(&self) -> usize {
        let pointers = self.clients.values().map(|entry| Arc::as_ptr(&entry.selection));
        pointers.collect::<std::collections::HashSet<_>>().len()
    }
}

/// One manifest, compiled.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) manifest: Manifest,
    pub(crate) selection: Arc<Selection>,
    /// Where each entry of `selection.allow` and `selection.deny` stands: selections are shared, places are not.
    allow_spots: Box<[Spot]>,
    deny_spots: Box<[Spot]>,
    /// What the shared files are called.
    shared: Arc<[Box<str>]>,
    /// The label of each entry of `selection.allow`, made when it first permits something: most never do, and with
    /// ten thousand clients they would be most of the rulebook.
    labels: Box<[OnceLock<Arc<str>>]>,
    /// What the elevation is called that is part of it.
    elevation: Option<Arc<str>>,
}

impl Entry {
    pub(crate) fn new(
        manifest: Manifest,
        selection: Arc<Selection>,
        [allow_spots, deny_spots]: [Box<[Spot]>; 2],
        shared: Arc<[Box<str>]>,
    ) -> Self {
        let labels = allow_spots.iter().map(|_| OnceLock::new()).collect();
        Self { manifest, selection, allow_spots, deny_spots, shared, labels, elevation: None }
    }

    pub(crate) fn with_elevation(self, name: &str) -> Self {
        Self { elevation: Some(name.into()), ..self }
    }

    pub(crate) const fn elevation(&self) -> Option<&Arc<str>> {
        self.elevation.as_ref()
    }

    /// What a place's file is called.
    pub(crate) fn file(&self, spot: Spot) -> &str {
        match usize::from(spot.file).checked_sub(1) {
            None => &self.manifest.file,
            Some(number) => self.shared.get(number).map_or("", |name| name),
        }
    }

    /// What records call an entry that allows: `release-automation.toml:9 effects "read"`.
    pub(crate) fn allow_label(&self, position: usize) -> Option<&Arc<str>> {
        let (choice, spot) = (self.selection.allow.get(position)?, *self.allow_spots.get(position)?);
        let make = || format!("{}:{} {choice}", self.file(spot), spot.line).into();
        Some(self.labels.get(position)?.get_or_init(make))
    }

    /// What records call an entry that denies: `release-automation.toml:12 deny.effects "delete"`.
    pub(crate) fn deny_label(&self, position: usize) -> Option<Arc<str>> {
        let (choice, spot) = (self.selection.deny.get(position)?, self.deny_spot(position));
        let list = if choice.by == By::ReadOnly { "" } else { "deny." };
        Some(format!("{}:{} {list}{choice}", self.file(spot), spot.line).into())
    }

    /// Where an entry stands that denies.
    pub(crate) fn deny_spot(&self, position: usize) -> Spot {
        self.deny_spots.get(position).copied().unwrap_or_default()
    }
}

/// What denials need to name things, copied from the catalogue and the settings the manifests were compiled against.
#[derive(Debug, Default)]
pub(crate) struct Glossary {
    pub(crate) operations: Box<[Arc<Operation>]>,
    scopes: BTreeMap<ScopeId, Box<str>>,
    pub(crate) sites: Vec<Arc<Site>>,
}

impl Glossary {
    /// Whether a call was recognised with the very catalogue the manifests were compiled against. Positions of
    /// another catalogue would mean other operations, so such a call is never permitted.
    pub(crate) fn knows(&self, call: &Call) -> bool {
        let operation = call.operation_arc();
        self.operations.get(operation.index().index()).is_some_and(|known| Arc::ptr_eq(known, operation))
    }

    pub(crate) fn scope(&self, scope: ScopeId) -> &str {
        self.scopes.get(&scope).map_or("", |name| name)
    }
}
