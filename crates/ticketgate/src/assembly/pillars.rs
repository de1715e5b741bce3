//! What the data plane and the control plane both stand on.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use api::Registration;
use arc_swap::ArcSwap;
use audit::{Recorder, Writer};
use broker::Broker;
use catalogue::Catalogue;
use clock::Clock;
use control::Control;
use control::operators::Roster;
use egress::Egress;
use oauth::{Clients, Issuer, Passes, Sessions};
use policy::Rulebook;
use proxy::Gateway;
use seal::Keyring;
use store::Store;
use traffic::Admissions;
use types::{Site, SiteName};
use web::Resident;

use super::{apps, custody, people, way_out};
use crate::problem::{Exit, Problem};
use crate::root_key::Files;
use crate::settings::{Settings, Tls};
use crate::vocabulary;

/// Every part there is one of.
pub(super) struct Pillars {
    pub(super) store: Store,
    pub(super) recorder: Recorder,
    clock: Clock,
    catalogue: Arc<Catalogue>,
    egress: Egress,
    sites: Arc<ArcSwap<BTreeMap<SiteName, Arc<Site>>>>,
    pub(super) clients: Clients,
    pub(super) broker: Broker,
    keyring: Arc<Keyring>,
    key_files: Arc<Files>,
    rulebook: Arc<ArcSwap<Rulebook>>,
    passes: Passes,
}

/// Who comes by themselves.
pub(super) struct People {
    /// Those who can sign in.
    pub(super) residents: Option<Arc<[Resident]>>,
    /// How clients may register themselves.
    pub(super) registration: Option<Registration>,
}

impl Pillars {
    /// Opens and checks everything. The rulebook is empty: every call is refused until manifests are published.
    pub(super) async fn raise(
        settings: &Settings,
        clock: &Clock,
        reached_at: &str,
    ) -> Result<(Self, Writer), Problem> {
        let data_dir = &settings.data_dir;
        custody::data_dir(data_dir)?;
        let store = custody::open_store(settings).await?;
        let (keyring, key_files) = custody::keyring(data_dir, &store, clock).await?;
        let catalogue = Arc::new(vocabulary::catalogue(settings.catalogue.as_deref())?);
        let egress = way_out::egress(&settings.upstream)?;
        let sites = way_out::sites(&settings.sites, &store, &egress).await?;
        let sites = Arc::new(ArcSwap::from_pointee(sites));
        let (recorder, writer) = custody::recorder(settings, &store, clock, &egress).await?;
        let clients = custody::clients(settings, &store, clock, &catalogue, &keyring, egress.clone()).await?;
        let passes = Passes::new(store.clone(), clock.clone(), Arc::clone(&keyring));
        let metrics = recorder.metrics().clone();
        let (out, published, ring) = (egress.clone(), Arc::clone(&sites), Arc::clone(&keyring));
        let broker = Broker::of(broker::Parts {
            store: store.clone(),
            keyring: ring,
            egress: out,
            clock: clock.clone(),
            apps: apps::apps(settings, &published.load(), reached_at)?,
            sites: published,
            metrics,
            recorder: Some(recorder.clone()),
            custody: apps::custody(settings, reached_at),
        })
        .await
        .map_err(|error| Problem::new(Exit::Data, "The grants cannot be read.").because(error))?;
        let rulebook = Arc::new(ArcSwap::from_pointee(Rulebook::empty()));
        let clock = clock.clone();
        let pillars = Self {
            store,
            recorder,
            clock,
            catalogue,
            egress,
            sites,
            clients,
            broker,
            keyring,
            key_files,
            rulebook,
            passes,
        };
        Ok((pillars, writer))
    }

    /// Where changes are made.
    pub(super) fn control(&self, settings: &Settings, operators: Roster) -> Control {
        Control::new(control::Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            catalogue: Arc::clone(&self.catalogue),
            recorder: self.recorder.clone(),
            rulebook: Arc::clone(&self.rulebook),
            sites: Arc::clone(&self.sites),
            clients: self.clients.clone(),
            broker: self.broker.clone(),
            keyring: Arc::clone(&self.keyring),
            key_files: Arc::<Files>::clone(&self.key_files),
            egress: self.egress.clone(),
            operators,
            passes: self.passes.clone(),
            manifests: settings.manifests.clone(),
            people: people::callers(settings),
            approval: settings.approval.clone(),
        })
    }

    /// The data plane.
    pub(super) fn gateway(&self, settings: &Settings) -> Gateway {
        Gateway::new(proxy::Parts {
            catalogue: Arc::clone(&self.catalogue),
            rulebook: Arc::clone(&self.rulebook),
            clients: self.clients.clone(),
            broker: self.broker.clone(),
            admissions: Admissions::new(admission_limits(settings), self.clock.clone()),
            egress: self.egress.clone(),
            recorder: self.recorder.clone(),
            clock: self.clock.clone(),
            settings: proxy::Settings {
                public_origin: settings.public_origin.as_deref().map(Arc::from),
                longest_body: settings.limits.body,
                to_head: settings.upstream.answer_timeout,
                idle: settings.upstream.body_idle_timeout,
                durable_reads: settings.audit.durable_reads,
                ..proxy::Settings::default()
            },
        })
    }

    /// Everything else the listener answers.
    pub(super) fn router(
        &self,
        settings: &Settings,
        listening: SocketAddr,
        control: Control,
        people: People,
    ) -> axum::Router {
        let issuer = Issuer::new(settings.public_origin.clone(), settings.tls.is_some(), listening);
        let sign_in = people::sign_in(settings, &self.broker);
        let sessions = Sessions::new(self.store.clone(), self.clock.clone());
        if people::callers(settings).is_some() {
            self.clients.serve_people(sessions.clone(), issuer.clone());
        }
        let api = api::router(api::Parts {
            control: control.clone(),
            tokens: self.clients.clone(),
            rulebook: Arc::clone(&self.rulebook),
            recorder: self.recorder.clone(),
            issuer: issuer.clone(),
            client_certificates: settings.tls.as_ref().is_some_and(Tls::asks_clients),
            people: people.residents.is_some() || sign_in.is_some(),
            registration: people.registration,
            metrics: settings.metrics.is_none(),
        });
        api.merge(web::router(web::Parts {
            clients: self.clients.clone(),
            sessions,
            rulebook: Arc::clone(&self.rulebook),
            recorder: self.recorder.clone(),
            issuer,
            residents: people.residents,
            sign_in,
            broker: self.broker.clone(),
            control,
            passes: self.passes.clone(),
        }))
    }
}

fn admission_limits(settings: &Settings) -> traffic::Limits {
    let limits = &settings.limits;
    traffic::Limits {
        gateway_in_flight: limits.gateway_in_flight,
        client_in_flight: limits.client_in_flight,
        grant_in_flight: limits.grant_in_flight,
        waiting_per_client: limits.waiting_per_client,
        wait: limits.wait,
        ..traffic::Limits::default()
    }
}
