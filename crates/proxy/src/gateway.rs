use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use audit::Recorder;
use broker::Broker;
use catalogue::Catalogue;
use clock::Clock;
use egress::Egress;
use http::{Request, Response};
use hyper::body::Incoming;
use oauth::Clients;
use policy::Rulebook;
use tokio_util::task::TaskTracker;
use traffic::Admissions;

use crate::links::Links;
use crate::names::Names;
use crate::{Body, Forwarder, Peer, Settings, journey, own};

/// What a gateway is put together from.
#[derive(Debug)]
pub struct Parts {
    /// Every operation there is.
    pub catalogue: Arc<Catalogue>,
    /// What is permitted, as last published. Must have been compiled with the same catalogue.
    pub rulebook: Arc<ArcSwap<Rulebook>>,
    /// Who may be calling.
    pub clients: Clients,
    /// As whom upstream.
    pub broker: Broker,
    /// How much at once.
    pub admissions: Admissions,
    /// The way out.
    pub egress: Egress,
    /// Where it is written down.
    pub recorder: Recorder,
    /// The time.
    pub clock: Clock,
    /// What operators can turn.
    pub settings: Settings,
}

/// The data plane. Cheap to clone; clones are the same gateway.
#[derive(Clone)]
pub struct Gateway(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) rulebook: Arc<ArcSwap<Rulebook>>,
    pub(crate) clients: Clients,
    pub(crate) broker: Broker,
    pub(crate) admissions: Admissions,
    pub(crate) forwarder: Forwarder,
    pub(crate) recorder: Recorder,
    pub(crate) clock: Clock,
    pub(crate) settings: Arc<Settings>,
    pub(crate) links: Links,
    pub(crate) names: Names,
    /// Changes under way: they run to their end whoever leaves.
    pub(crate) changes: TaskTracker,
}

impl Gateway {
    /// Puts a gateway together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { catalogue, rulebook, clients, broker, admissions, egress, recorder, clock, settings } =
            parts;
        let settings = Arc::new(settings);
        let forwarder = Forwarder::new(egress, broker.clone(), Arc::clone(&settings));
        let (links, names, changes) = (Links::default(), Names::of(&catalogue), TaskTracker::new());
        Self(Arc::new(Inner {
            catalogue,
            rulebook,
            clients,
            broker,
            admissions,
            forwarder,
            recorder,
            clock,
            settings,
            links,
            names,
            changes,
        }))
    }

    /// Whether a path belongs to the data plane. Everything else is the control plane's.
    #[must_use]
    pub fn claims(&self, path: &str) -> bool {
        const PREFIXES: [&str; 5] = ["/rest/", "/wiki/", "/jsm/", "/ex/", "/sites/"];
        PREFIXES.iter().any(|prefix| path.starts_with(prefix)) || own::Page::at(path).is_some()
    }

    /// Answers one request. Every response, refusals too, carries `Ticketgate-Request-Id`.
    ///
    /// Dropping the future abandons a read and records that the client left; a change that was under way runs on.
    pub fn handle(
        &self,
        request: Request<Incoming>,
        peer: &Peer,
    ) -> impl Future<Output = Response<Body>> + Send {
        journey::run(self, request, peer)
    }

    /// Waits until no change is under way any more. Further ones may still be started by open connections.
    pub async fn settled(&self) {
        self.0.changes.close();
        self.0.changes.wait().await;
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
