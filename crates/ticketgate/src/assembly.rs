//! Putting the gateway together: from settings to something that listens, and back to rest.

mod custody;
mod way_out;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use api::Operators;
use arc_swap::ArcSwap;
use audit::{Recorder, Writer};
use broker::Broker;
use clock::{Clock, random};
use control::Control;
use http::{Request, Response};
use hyper::body::Incoming;
use policy::Rulebook;
use proxy::{Body, Drained, Gateway, Listener, ListenerSettings};
use seal::token::{self, Minted};
use store::Store;
use tower::ServiceExt as _;
use traffic::Admissions;
use types::OperatorName;

use crate::problem::{Exit, Problem};
use crate::settings::Settings;
use crate::{gateway_file, private_file, vocabulary};

pub(crate) use custody::{CHECK_KEY, DATABASE, verify};
pub(crate) use way_out::egress;

/// Who the command line on this machine is, in records.
const LOCAL: &str = "local";

/// A gateway that is complete and not yet accepting.
pub(crate) struct Assembly {
    pub(crate) control: Control,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How it is reached from this machine.
    pub(crate) url: String,
    /// The operator token of this run.
    pub(crate) operator_token: Minted,
    /// Who holds it.
    pub(crate) operator: OperatorName,
    data_dir: PathBuf,
    certificate: Option<PathBuf>,
    listener: Listener,
    gateway: Gateway,
    router: axum::Router,
    store: Store,
    recorder: Recorder,
    writer: Writer,
}

/// Puts everything together, in the order in which a failure does least: the data directory before the network, the
/// root key before anything is written.
pub(crate) async fn assemble(settings: &Settings, clock: &Clock) -> Result<Assembly, Problem> {
    let data_dir = settings.data_dir.clone();
    private_file::make_folder(&data_dir).map_err(|error| {
        Problem::new(Exit::Data, format!("The data directory {} cannot be made.", data_dir.display())).because(error)
    })?;
    let store = custody::open_store(&data_dir).await?;
    let keyring = custody::keyring(&data_dir, &store).await?;
    let catalogue = Arc::new(vocabulary::catalogue(settings.catalogue.as_deref())?);
    let egress = egress(&settings.upstream)?;
    let sites = way_out::sites(&settings.sites, &store, &egress).await?;
    let sites = Arc::new(ArcSwap::from_pointee(sites));
    let (recorder, writer) = custody::recorder(settings, &store, clock).await?;
    let clients = custody::clients(settings, &store, clock, &catalogue).await?;
    let broker = Broker::start(store.clone(), keyring, egress.clone(), clock.clone(), Arc::clone(&sites))
        .await
        .map_err(|error| Problem::new(Exit::Data, "The grants cannot be read.").because(error))?;
    let rulebook = Arc::new(ArcSwap::from_pointee(Rulebook::empty()));

    let listener = Listener::bind(listener_settings(settings)).await.map_err(|error| {
        Problem::new(Exit::Failed, "The gateway cannot listen.")
            .because(error)
            .advise("Name another address with --listen or `listen` in the settings; port 0 takes a free one.")
    })?;
    let address = listener.address()?;
    let control = Control::new(control::Parts {
        store: store.clone(),
        clock: clock.clone(),
        catalogue: Arc::clone(&catalogue),
        recorder: recorder.clone(),
        rulebook: Arc::clone(&rulebook),
        sites,
        clients: clients.clone(),
        broker: broker.clone(),
        egress: egress.clone(),
        manifests: settings.manifests.clone(),
    });
    let gateway = Gateway::new(proxy::Parts {
        catalogue,
        rulebook: Arc::clone(&rulebook),
        clients: clients.clone(),
        broker,
        admissions: Admissions::new(admission_limits(settings)),
        egress,
        recorder: recorder.clone(),
        clock: clock.clone(),
        settings: proxy::Settings {
            public_origin: settings.public_origin.clone(),
            longest_body: settings.limits.body,
            to_head: settings.upstream.answer_timeout,
            idle: settings.upstream.body_idle_timeout,
            ..proxy::Settings::default()
        },
    });
    let operator: OperatorName = LOCAL
        .parse()
        .map_err(|error: types::NameError| Problem::new(Exit::Failed, "No operator.").because(error))?;
    let bytes = random::bytes::<32>()
        .map_err(|error| Problem::new(Exit::Failed, "No operator token can be made.").because(error))?;
    let operator_token = token::mint(token::Kind::OperatorToken, bytes);
    let router = api::router(api::Parts {
        control: control.clone(),
        operators: Operators::none().with(operator.clone(), operator_token.digest),
        tokens: clients,
        rulebook,
        recorder: recorder.clone(),
        public_origin: settings.public_origin.clone(),
        tls: settings.tls.is_some(),
    });
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let url = match &settings.public_origin {
        // A certificate names the public host, so only that one can be verified.
        Some(origin) if settings.tls.is_some() => origin.clone(),
        _ => format!("{scheme}://{}", reachable(address)),
    };
    let certificate = settings.tls.as_ref().map(|tls| tls.cert.clone());
    Ok(Assembly {
        control,
        address,
        url,
        operator_token,
        operator,
        data_dir,
        certificate,
        listener,
        gateway,
        router,
        store,
        recorder,
        writer,
    })
}

impl Assembly {
    /// Leaves `gateway.json` for commands on this machine.
    pub(crate) fn announce(&self) -> Result<(), Problem> {
        gateway_file::write(&self.data_dir, &self.url, &self.operator_token, self.certificate.as_deref()).map_err(
            |error| Problem::new(Exit::Data, "gateway.json cannot be written.").because(error),
        )
    }

    /// Serves until `shutdown` is ready, lets calls under way end, writes down what is left, and closes.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()>) -> Drained {
        let Self { listener, gateway, router, data_dir, store, recorder, writer, .. } = self;
        let elsewhere = move |request: Request<Incoming>| {
            let router = router.clone();
            async move {
                let answer: Response<axum::body::Body> = match router.oneshot(request).await {
                    Ok(answer) => answer,
                    Err(never) => match never {},
                };
                answer.map(Body::wrap)
            }
        };
        let drained = listener.serve(gateway, elsewhere, shutdown).await;
        gateway_file::remove(&data_dir);
        recorder.stop().await;
        if let Err(error) = writer.finished().await {
            tracing::error!(%error, "the audit did not end in good order");
        }
        store.close().await;
        drained
    }
}

fn listener_settings(settings: &Settings) -> ListenerSettings {
    let tls = settings.tls.as_ref().map(|tls| (tls.cert.clone(), tls.key.clone()));
    ListenerSettings { tls, drain: settings.limits.drain, ..ListenerSettings::at(settings.listen) }
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
