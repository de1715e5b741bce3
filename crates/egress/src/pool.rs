//! Connections that are kept and shared.
//!
//! A list per destination. A request takes the connection that was used last, or a share of the one that speaks HTTP/2;
//! when there is none it connects, and takes what another request gives back meanwhile if that comes first. Why this is
//! not the pool of `hyper-util`: decision 8.

mod host;
mod reaper;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::sync::oneshot;

use crate::connection::{Connection, Maker, One};
use crate::destination::Destination;
use crate::way::Way;
use crate::{EgressError, Reach, Settings};
use host::Host;

/// Every connection there is. Cheap to clone; clones are the same pool.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Inner>);

struct Inner {
    maker: Maker,
    /// How often the reaper comes by.
    round: Duration,
    max_idle: usize,
    hosts: Mutex<Hosts>,
    reaping: AtomicBool,
}

/// The lists, and what counts as time for them: rounds of the reaper. Reading the clock for every request would cost
/// as much as the rest of the pool.
#[derive(Debug, Default)]
struct Hosts {
    http: FxHashMap<Box<str>, Host>,
    https: FxHashMap<Box<str>, Host>,
    round: u32,
}

/// A connection for one request.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) connection: Connection,
    /// Whether it has served before: only then can it have been closed without anyone noticing.
    pub(crate) reused: bool,
}

impl Pool {
    pub(crate) fn new(way: Way, settings: &Settings) -> Self {
        Self::empty(Maker::new(way), reaper::round(settings.idle_timeout), settings.max_idle_per_host)
    }

    /// Another one, of connections that lead elsewhere.
    pub(crate) fn reaching(&self, reach: Reach) -> Self {
        Self::empty(self.0.maker.reaching(reach), self.0.round, self.0.max_idle)
    }

    fn empty(maker: Maker, round: Duration, max_idle: usize) -> Self {
        let (hosts, reaping) = (Mutex::default(), AtomicBool::new(false));
        Self(Arc::new(Inner { maker, round, max_idle, hosts, reaping }))
    }

    /// A new connection, whatever is kept.
    ///
    /// # Errors
    /// When none can be made. Nothing has been sent then.
    pub(crate) async fn fresh(&self, to: &Destination) -> Result<Lease, EgressError> {
        let connection = Box::pin(self.0.maker.connect(to)).await?;
        Ok(Lease { connection: self.introduce(to, connection), reused: false })
    }

    /// Takes back a connection whose exchange is over, or is about to be.
    pub(crate) fn give_back(&self, from: &Destination, mut connection: One) {
        if connection.is_ready() {
            self.keep(from, connection);
        } else if !connection.is_closed() {
            // The body of the answer is still coming. When nobody reads it to its end, the connection ends.
            let (pool, from) = (self.clone(), from.clone());
            tokio::spawn(async move {
                if connection.ready().await.is_ok() {
                    pool.keep(&from, connection);
                }
            });
        }
    }

    /// One that is kept.
    pub(crate) fn kept(&self, to: &Destination) -> Option<Connection> {
        let mut hosts = self.0.hosts();
        let round = hosts.round;
        hosts.list(to)?.take(round)
    }

    fn keep(&self, from: &Destination, connection: One) {
        let mut hosts = self.0.hosts();
        let round = hosts.round;
        match hosts.list(from) {
            Some(host) => host.keep(connection, round, self.0.max_idle),
            None => hosts.new_list(from).keep(connection, round, self.0.max_idle),
        }
        drop(hosts);
        self.reap();
    }

    /// Lets others use a new connection at once, if it can be shared. Where there is such a one already, that one is used
    /// and the new one ends.
    fn introduce(&self, to: &Destination, connection: Connection) -> Connection {
        let Connection::Two(shared) = connection else { return connection };
        let mut hosts = self.0.hosts();
        let round = hosts.round;
        let shared = hosts.new_list(to).share(shared, round);
        drop(hosts);
        self.reap();
        Connection::Two(shared)
    }

    /// Connects, unless a connection comes free before that is done. Then the new one, begun as it is, is for the next.
    ///
    /// # Errors
    /// As [`Pool::fresh`].
    pub(crate) async fn first_of_two(&self, to: &Destination) -> Result<Lease, EgressError> {
        let (pool, place) = (self.clone(), to.clone());
        let mut connecting = Box::pin(async move { pool.fresh(&place).await });
        let waiting = self.wait(to);
        tokio::select! {
            biased;
            Ok(connection) = waiting => {
                if matches!(connection, Connection::One(_)) {
                    let (pool, place) = (self.clone(), to.clone());
                    tokio::spawn(async move {
                        if let Ok(Lease { connection: Connection::One(spare), .. }) = connecting.await {
                            pool.give_back(&place, spare);
                        }
                    });
                }
                Ok(Lease { connection, reused: true })
            }
            made = &mut connecting => made,
        }
    }

    /// What is given back next.
    fn wait(&self, to: &Destination) -> oneshot::Receiver<Connection> {
        let (sender, waiting) = oneshot::channel();
        self.0.hosts().new_list(to).wait(sender);
        self.reap();
        waiting
    }

    /// Sees to it that somebody ends what nobody uses.
    fn reap(&self) {
        // Looked at first: writing would take the line from every other processor with every request.
        if !self.0.reaping.load(Ordering::Relaxed) && !self.0.reaping.swap(true, Ordering::Relaxed) {
            tokio::spawn(reaper::run(reaper::Turn::begin(&self.0)));
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pool").field(&*self.0.hosts()).finish()
    }
}

impl Inner {
    fn hosts(&self) -> MutexGuard<'_, Hosts> {
        // A panic while it was held leaves lists that are shorter than they might be, no more.
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hosts {
    fn list(&mut self, of: &Destination) -> Option<&mut Host> {
        let hosts = if of.is_https() { &mut self.https } else { &mut self.http };
        hosts.get_mut(of.authority())
    }

    /// The list, made when there is none. Goes when it is empty, so there are never more than places in use of late.
    fn new_list(&mut self, of: &Destination) -> &mut Host {
        let hosts = if of.is_https() { &mut self.https } else { &mut self.http };
        hosts.entry(of.authority().into()).or_default()
    }
}
