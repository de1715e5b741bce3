mod moving;
mod permissions;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use audit::Recorder;
use audit::metrics::Metrics;
use clock::{Clock, random};
use egress::Egress;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use policy::{Permit, VendPermit};
use rustc_hash::FxHashMap;
use seal::{Fresh, Keyring, Sealed};
use store::{FamilyRow, GrantRow, Store};
use tokio::sync::{Mutex, MutexGuard};
use types::{Code, Deployment, Face, GrantName, Refusal, Secret, Site, SiteName};

use crate::app::Apps;
use crate::bases::Bases;
use crate::check::{self, CheckReport, Verdict};
use crate::custody::{Custody, CustodySettings};
use crate::family::pair::Pair;
use crate::grant::{Facts, GrantError, GrantSummary, Health, Material, NewGrant};
use crate::journal::{Journal, Whose};
use crate::removed::Removed;
use crate::sources::renewed::{How, Means, Renewed};
use crate::sources::service_account::{ServiceAccount, binding};
use crate::sources::three_legged::ThreeLegged;
use crate::sources::{Fixed, Source, api_token, data_center};
use crate::{Ticket, UpstreamCredential};
pub use moving::MoveError;

/// The sites of the settings, as published.
pub(crate) type Sites = Arc<ArcSwap<BTreeMap<SiteName, Arc<Site>>>>;

/// Keeps the grants and hands out their credentials. Cheap to clone; clones are the same broker.
#[derive(Clone)]
pub struct Broker(pub(crate) Arc<Inner>);

/// What a broker is made of.
pub struct Parts {
    /// Where grants are kept.
    pub store: Store,
    /// What opens and seals them.
    pub keyring: Arc<Keyring>,
    /// The way to token endpoints.
    pub egress: Egress,
    /// The time.
    pub clock: Clock,
    /// The sites of the settings, as published.
    pub sites: Arc<ArcSwap<BTreeMap<SiteName, Arc<Site>>>>,
    /// Every token asked for is counted there, by how that came out.
    pub metrics: Metrics,
    /// Where changes of grants are put on record; `None`: nowhere.
    pub recorder: Option<Recorder>,
    /// What people consent to.
    pub apps: Apps,
    /// How families are refreshed.
    pub custody: CustodySettings,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) means: Means,
    pub(crate) apps: Apps,
    pub(crate) custody: Custody,
    pub(crate) sites: Sites,
    grants: ArcSwap<FxHashMap<GrantName, Arc<Holding>>>,
    pub(crate) bases: Bases,
    pub(crate) removed: Removed,
    /// Held while a grant is stored and published, so that memory and store agree on the order of changes.
    changing: Mutex<()>,
}

/// One grant in custody.
pub(crate) struct Holding {
    pub(crate) row: GrantRow,
    pub(crate) facts: Option<Facts>,
    /// `None` when the row is damaged: kept, so that it can be listed and replaced, and good for nothing.
    pub(crate) source: Option<Source>,
}

impl Broker {
    /// Reads every grant from the store, without apps for people to consent to and with nobody to read the counts.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn start(
        store: Store,
        keyring: Arc<Keyring>,
        egress: Egress,
        clock: Clock,
        sites: Arc<ArcSwap<BTreeMap<SiteName, Arc<Site>>>>,
    ) -> Result<Self, GrantError> {
        let (metrics, apps, custody) = (Metrics::new(), Apps::new(), CustodySettings::default());
        let recorder = None;
        Self::of(Parts { store, keyring, egress, clock, sites, metrics, recorder, apps, custody }).await
    }

    /// Reads every grant from the store. A row that does not open is reported and kept as damaged: one bad row must
    /// not stop the others. [`Broker::tend`] is to be run beside it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of(parts: Parts) -> Result<Self, GrantError> {
        let Parts { store, keyring, egress, clock, sites, metrics, recorder, apps, custody } = parts;
        let custody = Custody::new(store.clone(), !store.custody_is_shared(), custody)?;
        let journal = Journal::new(metrics.clone(), recorder, custody.instance());
        let means = Means { keyring, egress, clock, metrics, journal };
        let (rows, families) = (store.grants().list().await?, store.token_families().list().await?);
        custody.heard(&means.clock);
        let mut families: BTreeMap<_, _> = families.into_iter().map(|row| (row.grant.clone(), row)).collect();
        let with = With { means: &means, apps: &apps, custody: &custody };
        let grants = rows.into_iter().map(|row| {
            let family = families.remove(&row.name);
            (row.name.clone(), Arc::new(Holding::open(row, family, &with)))
        });
        let grants: FxHashMap<_, _> = grants.collect();
        grants.values().for_each(|holding| holding.tell(&means.journal));
        let grants = ArcSwap::from_pointee(grants);
        Ok(Self(Arc::new(Inner {
            store,
            means,
            apps,
            custody,
            sites,
            grants,
            bases: Bases::default(),
            removed: Removed::default(),
            changing: Mutex::default(),
        })))
    }

    /// As whom, and where to, the permitted call goes. Waits only when the grant has no token that lives.
    ///
    /// # Errors
    /// [`Code::GrantMissing`]: no such grant, not for this site, or damaged. [`Code::GrantRejected`],
    /// [`Code::GrantUnavailable`]: no token to be had. [`Code::Internal`]: the site has no such face.
    pub async fn acquire(&self, permit: &Permit, face: Face) -> Result<UpstreamCredential, Refusal> {
        let (grant, site) = (permit.grant(), permit.site());
        let holding = self.holding(grant).ok_or_else(|| self.unknown(grant))?;
        if !holding.row.sites.contains(&site.name) {
            return Err(self.out_of_reach(grant, &site.name));
        }
        let fits = holding.facts.as_ref().is_some_and(|facts| suits(facts, site));
        let source = holding.source.as_ref().filter(|_| fits);
        let source =
            source.ok_or_else(|| missing(format!("The grant {grant} cannot be used; add it again.")))?;
        let base = self.0.bases.of(site, face).ok_or(Code::Internal)?;
        let (authorization, ticket) = source.authorization().await?;
        Ok(UpstreamCredential::new(authorization, base, ticket))
    }

    /// Atlassian's own token with its remaining life, for a client whose manifest says that it may have it.
    ///
    /// # Errors
    /// As [`Broker::acquire`]; also [`Code::GrantMissing`] when the grant is a credential that does not end by itself: such a
    /// one never leaves the gateway.
    pub async fn vend(&self, permit: &VendPermit) -> Result<(Secret, Duration), Refusal> {
        let (grant, site) = (permit.grant(), permit.site());
        let holding = self.holding(grant).ok_or_else(|| missing(format!("There is no grant {grant}.")))?;
        if !holding.row.sites.contains(&site.name) {
            return Err(missing(format!("The grant {grant} was not added for the site {}.", site.name)));
        }
        let Some(Source::Renewed(account)) = &holding.source else {
            return Err(missing(format!(
                "The grant {grant} has no token that ends, and what does not end is not handed out."
            )));
        };
        let (authorization, _) = account.token().await?;
        let text = authorization.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        let (text, life) = text.zip(account.remaining()).ok_or(Code::GrantUnavailable)?;
        Ok((Secret::new(text.to_owned()), life))
    }

    /// Atlassian answered `status` to a call with this credential and a plain "Unauthorized" (not "scope does not
    /// match", which no other token would cure). `true` when [`Broker::acquire`] would now give another token, or say
    /// when there will be one.
    #[must_use]
    pub fn rejected(&self, ticket: &Ticket, status: StatusCode) -> bool {
        status == StatusCode::UNAUTHORIZED && ticket.rejected()
    }

    /// Takes a grant into custody, in place of one with the same name; it is used from the next call on.
    ///
    /// # Errors
    /// When the grant cannot be right, or not be kept. Nothing has changed then.
    pub async fn put(&self, new: NewGrant) -> Result<GrantSummary, GrantError> {
        let NewGrant { name, sites, material } = new;
        let (facts, secret) = material.into_parts(&self.0.apps)?;
        if matches!(facts, Facts::ThreeLegged { .. }) {
            let pair = Pair::of_refresh_token(secret, self.0.means.clock.now());
            return self.keep_consent(name, sites, facts, &pair).await;
        }
        let sites = self.sites_for(&facts, sites)?;
        let sealed = self.seal(&name, &secret)?.into_bytes();
        let _changing = self.0.changing.lock().await;
        let (row, is_new) = self.row(name, sites, &facts, sealed)?;
        if is_new {
            self.0.store.grants().insert(&row).await?;
        } else {
            self.0.store.grants().replace(&row).await?;
        }
        self.hold(row, None).summary().ok_or(GrantError::Seal)
    }

    /// What may be shown and recorded of a grant that is to be added, checked.
    ///
    /// # Errors
    /// When a fact cannot be right.
    pub fn facts(&self, material: &Material) -> Result<Facts, GrantError> {
        material.facts(&self.0.apps)
    }

    /// The sites in order, each once, and each one a grant of this kind can be for.
    pub(crate) fn sites_for(
        &self,
        facts: &Facts,
        mut sites: Vec<SiteName>,
    ) -> Result<Vec<SiteName>, GrantError> {
        sites.sort();
        sites.dedup();
        self.check_sites(facts, &sites)?;
        Ok(sites)
    }

    /// The row of a grant, and whether there is none of its name.
    pub(crate) fn row(
        &self,
        name: GrantName,
        sites: Vec<SiteName>,
        facts: &Facts,
        sealed: Vec<u8>,
    ) -> Result<(GrantRow, bool), GrantError> {
        let before = self.holding(&name);
        let now = self.later_than(before.as_ref());
        let row = GrantRow {
            name,
            kind: facts.kind().to_owned(),
            sites,
            facts: serde_json::to_string(facts).map_err(|_| GrantError::Seal)?,
            sealed,
            created_at: before.as_ref().map_or(now, |before| before.row.created_at),
            changed_at: now,
        };
        Ok((row, before.is_none()))
    }

    /// Forgets a grant; calls that need it are refused from now on.
    ///
    /// # Errors
    /// When there is none, or the store refuses.
    pub async fn remove(&self, name: &GrantName) -> Result<(), GrantError> {
        let _changing = self.0.changing.lock().await;
        if self.holding(name).is_none() {
            return Err(GrantError::Missing(name.clone()));
        }
        self.0.store.grants().delete(name).await?;
        self.let_go(name);
        Ok(())
    }

    /// Forgets a grant in memory.
    pub(crate) fn let_go(&self, name: &GrantName) {
        let before = self.holding(name);
        self.publish(|grants| {
            grants.remove(name);
        });
        if let Some(before) = before {
            before.retire();
        }
        self.0.removed.forget(name);
        self.0.means.journal.forget(name);
    }

    /// One grant.
    #[must_use]
    pub fn grant(&self, name: &GrantName) -> Option<GrantSummary> {
        self.summary(&*self.holding(name)?)
    }

    fn summary(&self, holding: &Holding) -> Option<GrantSummary> {
        let removed_from = self.0.removed.of(&holding.row.name);
        Some(GrantSummary { removed_from, ..holding.summary()? })
    }

    /// Every grant, by name.
    #[must_use]
    pub fn list(&self) -> Vec<GrantSummary> {
        let grants = self.0.grants.load();
        let mut all: Vec<_> = grants.values().filter_map(|holding| self.summary(holding)).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// Asks Atlassian who the grant is at a site, and says in words what is wrong if it is nobody.
    pub async fn check(&self, name: &GrantName, site: &SiteName) -> CheckReport {
        let words = |verdict, words| CheckReport::without_asking(name, site, verdict, words);
        let Some(holding) = self.holding(name) else {
            return words(Verdict::NoSuchGrant, format!("There is no grant {name}."));
        };
        let Some(at) = self.0.sites.load().get(site).cloned() else {
            return words(Verdict::NotForSite, format!("No site {site} is configured."));
        };
        if !holding.row.sites.contains(site) {
            return words(Verdict::NotForSite, format!("The grant was not added for the site {site}."));
        }
        match (&holding.facts, &holding.source) {
            (Some(facts), Some(source)) if suits(facts, &at) => {
                let others = self.0.sites.load();
                let others: Vec<_> = others.values().filter(|other| other.name != *site).cloned().collect();
                check::run(&self.0.means.egress, (name, facts, source), &at, &others).await
            }
            _ => words(Verdict::Damaged, "The stored grant cannot be used here; add it again.".to_owned()),
        }
    }

    /// Takes a row into memory in place of what has its name.
    pub(crate) fn hold(&self, row: GrantRow, family: Option<FamilyRow>) -> Arc<Holding> {
        let inner = &self.0;
        let with = With { means: &inner.means, apps: &inner.apps, custody: &inner.custody };
        let name = row.name.clone();
        let holding = Arc::new(Holding::open(row, family, &with));
        if let Some(before) = self.holding(&name) {
            before.retire();
        }
        self.publish(|grants| {
            grants.insert(name.clone(), Arc::clone(&holding));
        });
        inner.removed.forget(&name);
        holding.tell(&inner.means.journal);
        holding
    }

    /// A change is named by its time: no two of a grant are at the same one, whatever the clock does.
    pub(crate) fn later_than(&self, before: Option<&Arc<Holding>>) -> Timestamp {
        let now = self.0.means.clock.now();
        let later =
            |before: &Arc<Holding>| before.row.changed_at.checked_add(SignedDuration::from_millis(1)).ok();
        before.and_then(later).map_or(now, |later| later.max(now))
    }

    pub(crate) fn holdings(&self) -> Vec<Arc<Holding>> {
        self.0.grants.load().values().cloned().collect()
    }

    pub(crate) async fn changing(&self) -> MutexGuard<'_, ()> {
        self.0.changing.lock().await
    }

    pub(crate) fn holding(&self, name: &GrantName) -> Option<Arc<Holding>> {
        self.0.grants.load().get(name).cloned()
    }

    fn publish(&self, change: impl Fn(&mut FxHashMap<GrantName, Arc<Holding>>)) {
        let mut grants = FxHashMap::clone(&self.0.grants.load());
        change(&mut grants);
        self.0.grants.store(Arc::new(grants));
    }

    /// A grant that is not there: an operator has to add it, or a person to sign in.
    fn unknown(&self, grant: &GrantName) -> Refusal {
        if !grant.is_of_person() {
            return missing(format!("There is no grant {grant}."));
        }
        let detail =
            "The user has not signed in with Atlassian here, so there is nothing to act as them with.";
        Refusal::new(Code::ReconnectRequired, detail).advise(self.0.custody.where_to_sign_in())
    }

    /// A grant that is there, and not for this site.
    fn out_of_reach(&self, grant: &GrantName, site: &SiteName) -> Refusal {
        if !grant.is_of_person() {
            return missing(format!("The grant {grant} was not added for the site {site}."));
        }
        let detail = format!("What the user gave the gateway does not reach the site {site}.");
        Refusal::new(Code::ReconnectRequired, detail)
            .advise(format!("With access to it: {}", self.0.custody.where_to_sign_in()))
    }

    fn seal(&self, name: &GrantName, secret: &Secret) -> Result<Sealed, GrantError> {
        let fresh = Fresh::from_bytes(random::bytes::<{ Fresh::LEN }>()?);
        let sealed = self.0.means.keyring.seal(fresh, &binding(name), secret.open().as_bytes());
        sealed.map_err(|_| GrantError::Seal)
    }

    pub(crate) fn check_sites(&self, facts: &Facts, sites: &[SiteName]) -> Result<(), GrantError> {
        let known = self.0.sites.load();
        for name in sites {
            let site = known.get(name).ok_or_else(|| GrantError::UnknownSite(name.clone()))?;
            if !suits(facts, site) {
                let (kind, deployment) = (facts.kind(), deployment(site));
                return Err(GrantError::WrongDeployment { kind, site: name.clone(), deployment });
            }
        }
        if sites.is_empty() { Err(GrantError::NoSites) } else { Ok(()) }
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broker of {} grants", self.0.grants.load().len())
    }
}

/// What holding a grant takes.
struct With<'a> {
    means: &'a Means,
    apps: &'a Apps,
    custody: &'a Custody,
}

impl Holding {
    fn open(row: GrantRow, family: Option<FamilyRow>, with: &With<'_>) -> Self {
        let facts: Option<Facts> = serde_json::from_str(&row.facts).ok();
        let source = facts.as_ref().and_then(|facts| open(&row, family, facts, with));
        if source.is_none() {
            tracing::error!(grant = %row.name, "the stored grant cannot be opened; add it again");
        }
        Self { row, facts, source }
    }

    pub(crate) fn summary(&self) -> Option<GrantSummary> {
        Some(GrantSummary {
            name: self.row.name.clone(),
            sites: self.row.sites.clone(),
            facts: self.facts.clone()?,
            created_at: self.row.created_at,
            changed_at: self.row.changed_at,
            health: self.source.as_ref().map_or(Health::Damaged, Source::health),
            removed_from: Vec::new(),
            consent: self.family().map(|(renewed, family)| family.facts(renewed.means().clock.now())),
        })
    }

    /// Tells the state it is in.
    fn tell(&self, journal: &Journal) {
        match &self.source {
            Some(Source::Renewed(renewed)) => renewed.tell(),
            source => {
                let health = source.as_ref().map_or(Health::Damaged, Source::health);
                journal.tell(&self.row.name, || Some(health), Whose::default, false);
            }
        }
    }

    /// Another one takes its place, or none.
    fn retire(&self) {
        if let Some(Source::Renewed(renewed)) = &self.source {
            renewed.retire();
        }
    }

    /// Its family, if it is three-legged.
    pub(crate) fn family(&self) -> Option<(&Arc<Renewed>, &ThreeLegged)> {
        match &self.source {
            Some(Source::Renewed(renewed)) => match &renewed.how {
                How::ThreeLegged(family) => Some((renewed, family)),
                How::ServiceAccount(_) => None,
            },
            _ => None,
        }
    }
}

/// Unseals a row into something that can be used. A service account's secret is only tried: it stays sealed, and so does a
/// family's pair.
fn open(row: &GrantRow, family: Option<FamilyRow>, facts: &Facts, with: &With<'_>) -> Option<Source> {
    let means = with.means;
    let renewed = |how, account| Arc::new(Renewed::new(row.name.clone(), how, means.clone(), account));
    if let Facts::ThreeLegged { app, client_id, account, .. } = facts {
        let app = with.apps.get(app).filter(|app| app.client_id == *client_id)?;
        let family = ThreeLegged::new(Arc::clone(app), with.custody.clone(), family?);
        let renewed = renewed(How::ThreeLegged(family), Some(account.clone()));
        if let How::ThreeLegged(family) = &renewed.how {
            family.begin(&renewed);
        }
        return Some(Source::Renewed(renewed));
    }
    let sealed = Sealed::from_bytes(row.sealed.clone()).ok()?;
    let plain = means.keyring.open(&sealed, &binding(&row.name)).ok()?;
    let secret = || Some(Secret::new(std::str::from_utf8(&plain).ok()?.to_owned()));
    let fixed = |value| Source::Fixed(Arc::new(Fixed::new(row.name.clone(), value)));
    match facts {
        Facts::ServiceAccount { client_id, token_url } => {
            let url = token_url.parse().ok()?;
            let account = ServiceAccount::new(client_id.clone(), url, sealed);
            Some(Source::Renewed(renewed(How::ServiceAccount(account), None)))
        }
        Facts::ApiToken { email, .. } => api_token::authorization(email, &secret()?).map(fixed),
        Facts::PersonalAccessToken {} => data_center::authorization(&secret()?).map(fixed),
        Facts::ThreeLegged { .. } => None,
    }
}

/// Whether a credential of this kind means anything to what runs at the site. Sent elsewhere it would only be shown
/// to a stranger.
pub(crate) const fn suits(facts: &Facts, site: &Site) -> bool {
    let of_data_center = match facts {
        Facts::PersonalAccessToken {} => true,
        Facts::ThreeLegged { data_center, .. } => *data_center,
        Facts::ServiceAccount { .. } | Facts::ApiToken { .. } => false,
    };
    of_data_center != matches!(site.deployment, Deployment::Cloud { .. })
}

const fn deployment(site: &Site) -> &'static str {
    match site.deployment {
        Deployment::Cloud { .. } => "Cloud",
        Deployment::JiraDataCenter { .. } | Deployment::ConfluenceDataCenter { .. } => "Data Center",
    }
}

fn missing(detail: String) -> Refusal {
    Refusal::new(Code::GrantMissing, detail)
}
