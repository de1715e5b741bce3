//! The authorization server's memory: applications, consents, and the families of tokens that came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::apps::{App, ClientId, Kind, Level};
use super::codes::{Code, Codes};
use super::families::{Counts, End, Family, later};
use super::rules::{Consent, Rules};
use super::weather::Weather;
use crate::credentials::Scopes;
use crate::world::people::AccountId;
use crate::world::random::Random;

/// How many families are remembered; ended ones go first.
const FAMILIES_MAX: usize = 20_000;

/// What there is one consent of: a person and an application. Data Center has one per time somebody consents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GrantKey {
    pub(crate) account: AccountId,
    pub(crate) client_id: ClientId,
    /// 0 in Cloud.
    pub(crate) time: u64,
}

/// A consent.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// What may be done; `offline_access` included.
    pub(crate) scopes: Scopes,
    /// The sites that were picked; every site of the person when the application does not pick.
    pub(crate) sites: Option<BTreeSet<String>>,
}

/// Access tokens that came to the API too late, by what had ended them.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Stale {
    /// Past their end.
    pub(crate) expired: u64,
    /// A refresh had ended them before that.
    pub(crate) rotated: u64,
    /// A repeated refresh had given another pair in place of theirs; when the repeat arrives late, nobody can know.
    pub(crate) replaced: u64,
    /// Their whole family was over.
    pub(crate) ended: u64,
    /// Those of service accounts, past their end.
    pub(crate) service_expired: u64,
}

/// The whole memory.
#[derive(Debug)]
pub(crate) struct Authority {
    pub(crate) apps: Vec<App>,
    pub(crate) rules: Rules,
    pub(crate) weather: Weather,
    pub(crate) codes: Codes,
    pub(crate) grants: BTreeMap<GrantKey, Grant>,
    pub(crate) families: BTreeMap<u64, Family>,
    pub(crate) counts: Counts,
    /// Refresh tokens that were shown and that nobody made, or made for another application.
    pub(crate) unknown_refresh_tokens: u64,
    pub(crate) stale: Stale,
    pub(crate) random: Random,
    pub(crate) seed: u64,
    last: u64,
}

impl Authority {
    /// What every world starts with. It draws from a sequence of its own: the rest of the world stays as it was.
    pub(crate) fn seed(seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0x3_1E66_ED0A_u64.rotate_left(17));
        Self {
            apps: App::seed(&mut random),
            rules: Rules::default(),
            weather: Weather::default(),
            codes: Codes::default(),
            grants: BTreeMap::new(),
            families: BTreeMap::new(),
            counts: Counts::default(),
            unknown_refresh_tokens: 0,
            stale: Stale::default(),
            seed: random.next(),
            random,
            last: 0,
        }
    }

    /// An application by client id.
    pub(crate) fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| &*app.client_id == client_id)
    }

    /// An application by name, for steering.
    pub(crate) fn app_named(&self, name: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// An application that proved itself.
    pub(crate) fn proven(&self, client_id: &str, client_secret: &str) -> Option<&App> {
        self.app(client_id).filter(|app| app.client_secret == client_secret)
    }

    /// A number nothing else here has.
    const fn fresh(&mut self) -> u64 {
        self.last = self.last.saturating_add(1);
        self.last
    }

    /// Writes a consent down. A person has one per application of Cloud: scopes are replaced, sites are added.
    pub(crate) fn consent(
        &mut self,
        (app, account): (&App, &AccountId),
        scopes: Scopes,
        sites: BTreeSet<String>,
    ) -> GrantKey {
        let time = if app.kind == Kind::Cloud { 0 } else { self.fresh() };
        let key = GrantKey { account: Arc::clone(account), client_id: Arc::clone(&app.client_id), time };
        let before = self.grants.get(&key).and_then(|grant| grant.sites.clone()).unwrap_or_default();
        let sites = (app.level == Level::Resource).then(|| before.into_iter().chain(sites).collect());
        self.grants.insert(key.clone(), Grant { scopes, sites });
        key
    }

    /// Makes a code for a consent.
    pub(crate) fn code(
        &mut self,
        (app, grant): (&App, GrantKey),
        redirect_uri: &str,
        scopes: Scopes,
        challenge: Option<(String, String)>,
        now: Timestamp,
    ) -> String {
        let life = match app.kind {
            Kind::Cloud => self.rules.code_seconds,
            Kind::JiraDataCenter | Kind::ConfluenceDataCenter => self.rules.data_center_code_seconds,
        };
        let text = self.random.text(64);
        let code = Code {
            client_id: Arc::clone(&app.client_id),
            redirect_uri: redirect_uri.to_owned(),
            grant,
            scopes,
            expires_at: later(now, life),
            challenge,
        };
        self.codes.keep(text.clone(), code);
        text
    }

    /// Begins a family for a consent; `None` when the consent was withdrawn meanwhile.
    pub(crate) fn found(&mut self, grant: &GrantKey, offline: bool, now: Timestamp) -> Option<u64> {
        self.grants.get(grant)?;
        let kind = self.app(&grant.client_id)?.kind;
        if self.rules.consent == Consent::Supersede {
            self.finish(|family| family.grant == *grant, End::Superseded, now);
        }
        self.make_room();
        let id = self.fresh();
        let family = Family {
            id,
            grant: grant.clone(),
            client_id: Arc::clone(&grant.client_id),
            kind,
            offline,
            started_at: now,
            rotated_at: now,
            generation: 0,
            pairs: std::collections::VecDeque::new(),
            next_pair: 0,
            end: None,
            counts: Counts::default(),
        };
        self.families.insert(id, family);
        Some(id)
    }

    fn make_room(&mut self) {
        if self.families.len() < FAMILIES_MAX {
            return;
        }
        let over = self.families.values().find(|family| family.end.is_some());
        let first = over.or_else(|| self.families.values().next()).map(|family| family.id);
        if let Some(first) = first {
            self.families.remove(&first);
        }
    }

    /// Ends the living families that `which` says; tells how many.
    pub(crate) fn finish(&mut self, which: impl Fn(&Family) -> bool, why: End, now: Timestamp) -> usize {
        let mut ended = 0;
        for family in self.families.values_mut().filter(|family| family.end.is_none() && which(family)) {
            family.finish(why, now);
            ended += 1;
        }
        ended
    }

    /// Withdraws consents, with everything that came of them; tells how many families ended.
    pub(crate) fn withdraw(&mut self, which: impl Fn(&GrantKey) -> bool, why: End, now: Timestamp) -> usize {
        self.grants.retain(|key, _| !which(key));
        self.codes.forget(&which);
        self.finish(|family| which(&family.grant), why, now)
    }
}
