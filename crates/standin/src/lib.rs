//! A small stateful Atlassian, for tests and the demo: floor 2 of the house.
//!
//! **Promises.** One listener that answers as two Cloud sites, Atlassian's API gateway and authorization server, the
//! media host and a Data Center would, on a world that remembers what is done to it: what one request changes, the
//! next one sees, with permissions, scopes, moved keys and error shapes as the real thing has them. The world is
//! generated from a seed, so the same seed gives the same keys, ids and (made-up) secrets. Tests steer faults and the
//! clock over HTTP.
//!
//! | path | what |
//! |---|---|
//! | `/rest/...`, `/wiki/...`, `/_edge/tenant_info` | the host of the first site, `demo` |
//! | `/sites-host/{name}/...` | the host of a site by name: `demo`, `other` |
//! | `/ex/jira/{cloudId}/...`, `/ex/confluence/{cloudId}/...` | the API gateway |
//! | `/authorize`, `/oauth/token` | the authorization server |
//! | `/oauth/token/accessible-resources`, `/me` | what a token is good for |
//! | `/media/...` | the media host; redirects to it name another authority |
//! | `/dc/jira/...`, `/dc/confluence/...` | Data Center |
//! | `/standin/...` | steering: facts, faults, clock, requests, mutations, reset (`docs/standin.md`) |
//!
//! **Deliberately absent.** It is no Atlassian: what no test or demo needs is not here, and an unknown path says so
//! with the header `standin-missing`. It keeps nothing on disk, protects nothing, and must not face a network.

mod answer;
mod ask;
mod compress;
mod confluence;
mod credentials;
mod data_center;
mod edge;
mod entrance;
mod facts;
mod family;
mod identity;
mod jira;
mod jql;
mod media;
mod multipart;
mod oauth;
mod payload;
mod reply;
mod route;
mod server;
mod service_desk;
mod steering;
mod turn;
mod wire;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use clock::Clock;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use facts::{AppFacts, Facts, Resident, ServiceAccountFacts, SiteFacts, UserFacts, residents};

/// Where a stand-in listens, and which world it shows.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The same seed gives the same world.
    pub seed: u64,
    /// The time it starts from; steering only adds to it.
    pub clock: Clock,
}

impl Settings {
    /// A free port of 127.0.0.1 and the usual world.
    #[must_use]
    pub const fn new(clock: Clock) -> Self {
        Self { listen: SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0), seed: 1, clock }
    }
}

/// A running stand-in. Dropping it stops it too, only without waiting.
#[derive(Debug)]
pub struct Standin {
    shared: Arc<server::Shared>,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Standin {
    /// Starts listening. Connections are served on the current runtime.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(settings.listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(server::Shared {
            world: Mutex::new(world::World::new(settings.seed, address)),
            faults: Mutex::default(),
            requests: Mutex::default(),
            clock: world::clock::WorldClock::new(settings.clock),
            seed: settings.seed,
            address,
        });
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(server::serve(listener, Arc::clone(&shared), stopped));
        Ok(Self { shared, stop, running })
    }

    /// The address it listens on, with the port it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// `http://ADDRESS:PORT`, no trailing slash.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// What it takes to knock at its doors.
    #[must_use]
    pub fn demo_facts(&self) -> Facts {
        Facts::of(&answer::locked(&self.shared))
    }

    /// Stops listening and drops the connections that are left.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.running.await;
    }
}
