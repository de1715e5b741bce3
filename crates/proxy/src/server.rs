//! The listener: TCP, TLS, HTTP/1.1 and HTTP/2, and a way to stop.

mod addresses;
mod alarm;
mod answers;
mod callers;
mod closing;
mod connection;
mod door;
mod end;
mod opened;
mod patience;
mod streams;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use audit::metrics::Metrics;
use http::{Request, Response};
use oauth::{TrustedProxies, Whence};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::{Body, Gateway, Peer, Unread};

use answers::{Answers, Pages, Planes};
use closing::Closing;
use connection::Times;
use door::Door;
use end::End;
use tls::Tls;

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct ListenerSettings {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// PEM files with the certificate chain and its key. `None`: plain HTTP, for loopback or behind something that
    /// ends TLS.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// A PEM file with authorities that issue clients' certificates. With one, clients are asked for a certificate; those
    /// that have none are served all the same. Only with `tls`.
    pub client_ca: Option<PathBuf>,
    /// Whether clients are asked for a certificate that need not be of any of those. Only with `tls`. Default no.
    pub self_signed_clients: bool,
    /// How many connections may be open; further ones wait in the kernel's queue. Default 10,000.
    pub connections: usize,
    /// How many of them may come from one address, or for IPv6 from one /64; one more is closed at once. 0: as many as
    /// there are. Default 4,000: behind a proxy all connections come from its address, one for every call under way or
    /// waiting, and that must not be what stops them; it still leaves room for others.
    pub connections_per_address: usize,
    /// Reverse proxies in front of the listener, which say where requests come from; how many connections they have is theirs to
    /// bound. Default none.
    pub trusted_proxies: TrustedProxies,
    /// How long a client may take for a TLS handshake, for its first bytes, and for the head of a request: each of them anew.
    /// Default 15 s.
    pub head_within: Duration,
    /// How long a request that is not the gateway's own may take until the head of its answer, its body included.
    /// Default 30 s.
    pub elsewhere_within: Duration,
    /// How long calls under way may take to end once the listener stops. Default 30 s.
    pub drain: Duration,
}

impl ListenerSettings {
    /// The defaults at `address`.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        Self {
            address,
            tls: None,
            client_ca: None,
            self_signed_clients: false,
            connections: 10_000,
            connections_per_address: 4_000,
            trusted_proxies: TrustedProxies::default(),
            head_within: Duration::from_secs(15),
            elsewhere_within: Duration::from_secs(30),
            drain: Duration::from_secs(30),
        }
    }
}

/// The listener cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Certificate and key cannot be used.
    #[error("cannot use certificate {} with key {}: {problem}", certificate.display(), key.display())]
    Certificate {
        /// The file of the chain.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The authorities of clients' certificates cannot be used.
    #[error("cannot use the authorities of client certificates: {0}")]
    Clients(String),
}

/// How a listener came to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every call under way has ended.
    Completely,
    /// Time was up; at most this many connections were cut. Changes under way still run to their end on tasks of their own.
    Cut(usize),
}

/// A bound listener, not yet accepting.
pub struct Listener {
    socket: TcpListener,
    tls: Option<Tls>,
    settings: ListenerSettings,
}

impl Listener {
    /// Takes the address and reads the certificate.
    ///
    /// # Errors
    /// When either is not to be had; the message names it.
    pub async fn bind(settings: ListenerSettings) -> Result<Self, ListenError> {
        let tls = settings.tls.as_ref().map(|files| Tls::new(files, &settings)).transpose()?;
        let address = settings.address;
        let socket =
            TcpListener::bind(address).await.map_err(|source| ListenError::Bind { address, source })?;
        Ok(Self { socket, tls, settings })
    }

    /// The address it has, with the port that was found when 0 was asked for.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Accepts until `shutdown` is ready, then drains.
    ///
    /// Requests the gateway claims are its own; every other one goes to `elsewhere`, with the [`Peer`] among its
    /// extensions.
    pub async fn serve<E, F>(
        self,
        gateway: Gateway,
        elsewhere: E,
        shutdown: impl Future<Output = ()>,
    ) -> Drained
    where
        E: Fn(Request<Unread>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let (idle, metrics) = (gateway.0.settings.idle, gateway.0.recorder.metrics().clone());
        let (within, drain) = (self.settings.elsewhere_within, self.settings.drain);
        let elsewhere = Pages { pages: elsewhere, within, metrics };
        let planes = Planes { gateway: gateway.clone(), elsewhere };
        let open = self.accept_until(shutdown, planes, idle).await;
        open.drain(gateway.settled(), drain).await
    }

    /// The same for a listener without a data plane: every request goes to `pages`. A client that takes nothing is waited
    /// for one to two times `idle`.
    pub async fn serve_pages<E, F>(
        self,
        pages: E,
        idle: Duration,
        metrics: Metrics,
        shutdown: impl Future<Output = ()>,
    ) -> Drained
    where
        E: Fn(Request<Unread>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let (within, drain) = (self.settings.elsewhere_within, self.settings.drain);
        let open = self.accept_until(shutdown, Pages { pages, within, metrics }, idle).await;
        open.drain(std::future::ready(()), drain).await
    }

    async fn accept_until(
        self,
        shutdown: impl Future<Output = ()>,
        answers: impl Answers,
        idle: Duration,
    ) -> Open {
        let Self { socket, tls, settings } = self;
        let times = Times { head_within: settings.head_within, idle };
        let mut open = Open { closing: Closing::default(), connections: JoinSet::new() };
        let (door, clock) = (Door::new(&settings, answers.metrics()), answers.clock());
        let answers = Arc::new(answers);
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut shutdown => return open,
                accepted = door.accept(&socket) => accepted,
            };
            let Some((stream, address, place)) = accepted else { continue };
            let end = End::new(address.ip(), settings.trusted_proxies.clone());
            let peer = Peer { whence: Whence::direct(address.ip()), tls: tls.is_some(), certificate: None };
            let (answers, tls, clock) = (Arc::clone(&answers), tls.clone(), clock.clone());
            let closing = open.closing.clone();
            while open.connections.try_join_next().is_some() {}
            let Some(tls) = tls else {
                open.connections.spawn(async move {
                    let _place = place;
                    connection::serve(stream, answers, (end, peer), times, closing).await;
                });
                continue;
            };
            open.connections.spawn(async move {
                let _place = place;
                let accepting = Box::pin(tls.acceptor.accept(stream));
                let accepted = tokio::select! {
                    biased;
                    accepted = tokio::time::timeout(times.head_within, accepting) => accepted,
                    () = closing.begun() => return,
                };
                // Who does not speak TLS, or not in time, is not answered.
                let Ok(Ok(stream)) = accepted else { return };
                let certificate = clock
                    .filter(|_| !end.is_proxy())
                    .and_then(|clock| tls.callers?.shown(stream.get_ref().1, &clock));
                let peer = Peer { certificate, ..peer };
                connection::serve(Box::new(stream), answers, (end, peer), times, closing).await;
            });
        }
    }
}

/// The connections of a listener that accepts no more.
struct Open {
    closing: Closing,
    connections: JoinSet<()>,
}

impl Open {
    /// Lets calls under way end, and `settled` too. What is left of the connections after that is cut.
    async fn drain(self, settled: impl Future<Output = ()>, within: Duration) -> Drained {
        let Self { closing, mut connections } = self;
        closing.begin();
        let ended = tokio::time::timeout(within, async {
            while connections.join_next().await.is_some() {}
            settled.await;
        });
        if ended.await.is_ok() { Drained::Completely } else { Drained::Cut(connections.len()) }
    }
}
