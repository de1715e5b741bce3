//! Putting the gateway together: from settings to something that listens, and back to rest.

mod apps;
mod chores;
mod custody;
mod events;
mod people;
mod pillars;
mod way_out;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use audit::{Recorder, Writer};
use broker::Broker;
use clock::{Clock, random};
use control::operators::Roster;
use control::{Control, ITSELF};
use http::{Request, Response};
use proxy::{Body, Drained, Gateway, Listener, ListenerSettings, Unread};
use seal::token::{self, Minted};
use store::Store;
use tokio::sync::oneshot;
use tower::ServiceExt as _;
use types::OperatorName;

use crate::gateway_file;
use crate::problem::{Exit, Problem};
use crate::settings::Settings;
use pillars::{People, Pillars};

pub(crate) use custody::{DATABASE, Place, shared_url, unshared, verify};
pub(crate) use way_out::egress;

/// Who the command line on this machine is, in records.
const LOCAL: &str = "local";

/// A gateway that is complete and not yet accepting.
pub(crate) struct Assembly {
    pub(crate) control: Control,
    broker: Broker,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How it is reached from this machine.
    pub(crate) url: String,
    /// The operator token of this run.
    pub(crate) operator_token: Minted,
    /// Who holds it.
    pub(crate) operator: OperatorName,
    /// Who does what nobody asked for, in records.
    itself: OperatorName,
    data_dir: PathBuf,
    certificate: Option<PathBuf>,
    listener: Listener,
    /// For `/metrics`, when that has an address of its own, and how long it waits for a client.
    metrics: Option<(Listener, Duration)>,
    gateway: Gateway,
    /// How long what is under way may take once the gateway is told to stop.
    drain: Duration,
    router: axum::Router,
    store: Store,
    recorder: Recorder,
    writer: Writer,
}

/// Puts everything together, in the order in which a failure does least: the data directory before the network, the
/// root key before anything is written.
pub(crate) async fn assemble(settings: &Settings, clock: &Clock) -> Result<Assembly, Problem> {
    let people =
        People { residents: people::residents(settings)?, registration: people::registration(settings)? };
    custody::data_dir(&settings.data_dir)?;
    let listener = bind(listener_settings(settings), "--listen or `listen`").await?;
    let address = listener.address()?;
    let reached_at = settings.public_origin.clone().unwrap_or_else(|| url(settings, address));
    let (pillars, writer) = Pillars::raise(settings, clock, &reached_at).await?;
    let metrics = match settings.metrics {
        Some(address) => Some(bind(metrics_listener_settings(address), "`metrics.listen`").await?),
        None => None,
    };
    pillars.clients.reached_at(&reached_at);
    let (operator, itself) = (name(LOCAL)?, name(ITSELF)?);
    let bytes = random::bytes::<32>()
        .map_err(|error| Problem::new(Exit::Failed, "No operator token can be made.").because(error))?;
    let operator_token = token::mint(token::Kind::OperatorToken, bytes);
    let roster = Roster::load(&pillars.store, operator.clone(), operator_token.digest)
        .await
        .map_err(|error| Problem::new(Exit::Data, "The operators cannot be read.").because(error))?;
    let control = pillars.control(settings, roster);
    people::single_user(settings, &control, &itself).await?;
    Ok(Assembly {
        broker: pillars.broker.clone(),
        router: pillars.router(settings, address, control.clone(), people),
        gateway: pillars.gateway(settings),
        drain: settings.limits.drain,
        control,
        address,
        url: url(settings, address),
        operator_token,
        operator,
        itself,
        data_dir: settings.data_dir.clone(),
        certificate: settings.tls.as_ref().map(|tls| tls.cert.clone()),
        listener,
        metrics: metrics.map(|listener| (listener, settings.upstream.body_idle_timeout)),
        store: pillars.store,
        recorder: pillars.recorder,
        writer,
    })
}

fn name(name: &str) -> Result<OperatorName, Problem> {
    name.parse().map_err(|error: types::NameError| Problem::new(Exit::Failed, "No operator.").because(error))
}

async fn bind(settings: ListenerSettings, named_by: &str) -> Result<Listener, Problem> {
    Listener::bind(settings).await.map_err(|error| {
        let advice =
            format!("Name another address with {named_by} in the settings; port 0 takes a free one.");
        Problem::new(Exit::Failed, "The gateway cannot listen.").because(error).advise(advice)
    })
}

/// How the gateway is reached from this machine.
fn url(settings: &Settings, address: SocketAddr) -> String {
    match (&settings.tls, &settings.public_origin) {
        // A certificate names the public host, so only that one can be verified.
        (Some(_), Some(origin)) => origin.clone(),
        (Some(_), None) => format!("https://{}", reachable(address)),
        (None, _) => format!("http://{}", reachable(address)),
    }
}

impl Assembly {
    /// Where `/metrics` is answered, when not on the main listener.
    pub(crate) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|(listener, _)| listener.address().ok())
    }

    /// Leaves `gateway.json` for commands on this machine.
    pub(crate) fn announce(&self) -> Result<(), Problem> {
        gateway_file::write(&self.data_dir, &self.url, &self.operator_token, self.certificate.as_deref())
            .map_err(|error| Problem::new(Exit::Data, "gateway.json cannot be written.").because(error))
    }

    /// Serves until `shutdown` is ready, lets calls under way end, writes down what is left, and closes.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()>) -> Drained {
        let Self {
            control,
            broker,
            itself,
            listener,
            metrics,
            gateway,
            drain,
            router,
            data_dir,
            store,
            recorder,
            writer,
            ..
        } = self;
        let (stop, stopped) = oneshot::channel::<()>();
        let main = async {
            let drained = listener.serve(gateway, pages(router), shutdown).await;
            drop(stop);
            drained
        };
        // Counts as long as there is something to count.
        let side = async {
            if let Some((listener, idle)) = metrics {
                let (router, counts) = (api::metrics(recorder.clone()), recorder.metrics().clone());
                let stopped = async {
                    // Told or dropped, it is the same.
                    let _ = stopped.await;
                };
                let _drained = listener.serve_pages(pages(router), idle, counts, stopped).await;
            }
        };
        let serving = async { tokio::join!(main, side).0 };
        let drained = tokio::select! {
            drained = serving => drained,
            // Never the first to end.
            () = async {
                let tickets = Box::pin(chores::look_after_tickets(&control, &itself));
                tokio::join!(chores::run(&control, &itself), broker.tend(), control.keep_sealed_anew(&itself), tickets);
                std::future::pending::<()>().await;
            } => Drained::Completely,
        };
        gateway_file::remove(&data_dir);
        // Those whose askers have gone: nothing of the listener waits for them.
        if tokio::time::timeout(drain, control.settled()).await.is_err() {
            tracing::error!(
                "a change was still under way when the gateway stopped; look whether it took place"
            );
        }
        if tokio::time::timeout(drain, broker.settled()).await.is_err() {
            tracing::error!(
                "a refresh was still under way when the gateway stopped; it is asked for again at the next start"
            );
        }
        chores::tend(&control, &itself).await;
        recorder.stop().await;
        if let Err(error) = writer.finished().await {
            tracing::error!(%error, "the audit did not end in good order");
        }
        store.close().await;
        drained
    }
}

/// What a router answers, for a listener.
fn pages(
    router: axum::Router,
) -> impl Fn(Request<Unread>) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
    move |mut request: Request<Unread>| {
        let router = router.clone();
        if let Some(peer) = request.extensions().get::<proxy::Peer>() {
            let (whence, certificate) = (peer.whence, peer.certificate.clone());
            request.extensions_mut().insert(whence);
            if let Some(certificate) = certificate {
                request.extensions_mut().insert(certificate);
            }
        }
        Box::pin(async move {
            let answer: Response<axum::body::Body> = match router.oneshot(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            answer.map(Body::wrap)
        })
    }
}

fn listener_settings(settings: &Settings) -> ListenerSettings {
    let tls = settings.tls.as_ref().map(|tls| (tls.cert.clone(), tls.key.clone()));
    let clients = settings.tls.as_ref();
    ListenerSettings {
        tls,
        client_ca: clients.and_then(|tls| tls.client_ca.clone()),
        self_signed_clients: clients.is_some_and(|tls| tls.self_signed_clients),
        connections_per_address: settings.limits.connections_per_address,
        trusted_proxies: settings.trusted_proxies.clone(),
        drain: settings.limits.drain,
        ..ListenerSettings::at(settings.listen)
    }
}

/// A few scrapers, which may come from one address and have nothing that is worth waiting for at the end.
fn metrics_listener_settings(address: SocketAddr) -> ListenerSettings {
    ListenerSettings {
        connections: 64,
        connections_per_address: 0,
        drain: Duration::ZERO,
        ..ListenerSettings::at(address)
    }
}

/// An address to connect to: a listener on all addresses is reached by loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        let loopback = match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    address
}
