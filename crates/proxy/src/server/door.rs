//! Who is let in.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use audit::metrics::Metrics;
use oauth::TrustedProxies;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ListenerSettings;
use super::addresses::{self, Addresses};

/// So many at once, and so many of them from one address.
pub(super) struct Door {
    room: Arc<Semaphore>,
    addresses: Arc<Addresses>,
    proxies: TrustedProxies,
    metrics: Metrics,
}

/// What an open connection takes up, given back when this is dropped.
pub(super) struct Place {
    _room: OwnedSemaphorePermit,
    /// None for a trusted proxy, which has as many connections as it has clients.
    _address: Option<addresses::Counted>,
    metrics: Metrics,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.metrics.connection_closed();
    }
}

impl Door {
    pub(super) fn new(settings: &ListenerSettings, metrics: Metrics) -> Self {
        let room = Arc::new(Semaphore::new(settings.connections));
        let (addresses, proxies) =
            (Addresses::new(settings.connections_per_address), settings.trusted_proxies.clone());
        Self { room, addresses, proxies, metrics }
    }

    /// The next connection, once there is room for it; `None` when there was none to be had, or it was one too many.
    pub(super) async fn accept(&self, socket: &TcpListener) -> Option<(TcpStream, SocketAddr, Place)> {
        let room = Arc::clone(&self.room).acquire_owned().await.ok()?;
        match socket.accept().await {
            Ok((stream, address)) => {
                let proxy = self.proxies.trusts(address.ip());
                let counted = if proxy { None } else { self.addresses.enter(address.ip()) };
                if counted.is_none() && !proxy {
                    self.metrics.connection_refused();
                    // Not as a warning: whoever opens one too many opens thousands.
                    tracing::debug!(%address, "closed at once: its address has limits.connections_per_address");
                    return None;
                }
                // Small answers go out at once; failing to say so costs 40 ms, not correctness.
                let _unimportant = stream.set_nodelay(true);
                self.metrics.connection_opened();
                let metrics = self.metrics.clone();
                Some((stream, address, Place { _room: room, _address: counted, metrics }))
            }
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                // Out of file descriptors: without a pause this loop would eat the processor until one is free.
                tokio::time::sleep(Duration::from_millis(50)).await;
                None
            }
        }
    }
}
