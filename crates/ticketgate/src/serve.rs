//! `ticketgate serve`

use clock::Clock;
use control::Control;
use control::views::{ManifestsStatus, WhichManifests};
use proxy::Drained;
use tokio::runtime::Runtime;
use tokio::signal::unix::Signal;
use types::OperatorName;

use crate::assembly::{Assembly, assemble};
use crate::cli::{self, Global};
use crate::problem::{Exit, Problem};
use crate::settings::{self, Loaded, Settings};
use crate::{logs, signals};

/// As much as the first thread of a process has.
const STACK: usize = 8 << 20;

pub(crate) fn run(global: &Global, args: &cli::Serve) -> Result<Exit, Problem> {
    let Loaded { mut settings, file, from_environment } = settings::load(global.config.as_deref())?;
    if let Some(listen) = args.listen {
        settings.listen = listen;
    }
    if let Some(dir) = &global.data_dir {
        settings.data_dir.clone_from(dir);
    }
    logs::start(&settings.log)?;
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        settings = file.as_ref().map_or_else(|| "none".to_owned(), |file| file.display().to_string()),
        overridden_by = from_environment.join(" "),
        "ticketgate starts"
    );
    let runtime = runtime(&settings)?;
    let started = start(&runtime, &settings)?;
    runtime.block_on(serve(started));
    Ok(Exit::Done)
}

/// What serves, and is told to read manifests again.
struct Started {
    gateway: Assembly,
    again: Signal,
}

/// Starts on a thread that ends with it: what a start has used and given back, half of all, goes back to everybody then. Otherwise
/// this thread would keep it for itself and sleep.
fn start(runtime: &Runtime, settings: &Settings) -> Result<Started, Problem> {
    let starting = || {
        runtime.block_on(async {
            let clock = Clock::system()
                .map_err(|error| Problem::new(Exit::Failed, "The clock cannot be started.").because(error))?;
            // Signals are listened for before anything is announced, so that none is missed.
            let again = signals::publish()?;
            let gateway = assemble(settings, &clock).await?;
            publish_first(&gateway).await;
            gateway.announce()?;
            say_what_is_on(&gateway, settings);
            Ok(Started { gateway, again })
        })
    };
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("start".to_owned()).stack_size(STACK);
        let ended = builder.spawn_scoped(scope, starting)?.join();
        ended.unwrap_or_else(|_panicked| Err(Problem::new(Exit::Failed, "The start broke off.")))
    })
}

/// The threads requests run on.
pub(crate) fn runtime(settings: &Settings) -> Result<Runtime, Problem> {
    use tokio::runtime::Builder;
    let mut builder = match settings.workers {
        // A scheduler for several threads costs a tenth more per request than one for a single thread.
        Some(1) => Builder::new_current_thread(),
        Some(workers) => {
            let mut several = Builder::new_multi_thread();
            several.worker_threads(workers);
            several
        }
        None => Builder::new_multi_thread(),
    };
    Ok(builder.enable_all().thread_name("ticketgate").build()?)
}

async fn serve(Started { gateway, mut again }: Started) {
    let (control, operator) = (gateway.control.clone(), gateway.operator.clone());
    let publishing = tokio::spawn(async move {
        while again.recv().await.is_some() {
            publish_again(&control, &operator).await;
        }
    });
    let drained = gateway
        .run(async {
            if let Err(error) = signals::stop().await {
                tracing::error!(%error, "signals cannot be received; stopping");
            }
            tracing::info!("stopping: no new calls, those under way may end");
        })
        .await;
    publishing.abort();
    match drained {
        Drained::Completely => tracing::info!("stopped; every call has ended"),
        Drained::Cut(connections) => {
            tracing::warn!(connections, "stopped; connections were cut because limits.drain had passed");
        }
    }
}

/// The manifests of the folder, or those published last. A gateway with neither refuses every call and says why.
pub(crate) async fn publish_first(gateway: &Assembly) {
    match gateway.control.publish_at_start(&gateway.operator).await {
        Ok(status) => {
            tracing::info!(
                manifests = status.manifests.len(),
                folder = status.directory,
                "manifests published"
            );
            warn_of(&status);
        }
        Err(error) => {
            let in_force = gateway.control.manifests().manifests.len();
            tracing::error!(%error, in_force, "the manifests of the folder are not in force");
        }
    }
}

/// Says how many things are worth a look; which, `manifest check` says with places and help.
fn warn_of(status: &ManifestsStatus) {
    if !status.diagnostics.is_empty() {
        tracing::warn!(
            warnings = status.diagnostics.len(),
            "manifests worth a look: ticketgate manifest check"
        );
    }
}

async fn publish_again(control: &Control, operator: &OperatorName) {
    match control.publish(operator, WhichManifests::default()).await {
        Ok(status) => {
            tracing::info!(manifests = status.manifests.len(), "manifests published");
            warn_of(&status);
        }
        Err(error) => tracing::error!(%error, "the manifests were not published"),
    }
}

fn say_what_is_on(gateway: &Assembly, settings: &Settings) {
    tracing::info!(
        listen = %gateway.address,
        tls = settings.tls.is_some(),
        public_origin = settings.public_origin.as_deref().unwrap_or("from the Host header"),
        trusted_proxies = settings.trusted_proxies.count(),
        "listening"
    );
    if settings.tls.is_none() && !gateway.address.ip().is_loopback() && settings.public_origin.is_none() {
        tracing::warn!(
            "plain HTTP on an address others can reach: secrets travel in the clear; set [tls], or public_origin for a TLS proxy in front"
        );
    }
    if !gateway.address.ip().is_loopback() && settings.public_origin.is_none() {
        tracing::warn!(
            "public_origin is not set: called by another name than localhost or the address it listens on, the gateway describes itself to nobody, signs no JWTs and accepts no DPoP proofs"
        );
    }
    tracing::info!(
        proxy = settings.upstream.proxy.is_some(),
        extra_ca = settings.upstream.ca.len(),
        roots = if settings.upstream.native_roots { "native" } else { "webpki" },
        "upstream"
    );
    if let Some(metrics) = gateway.metrics_address() {
        tracing::info!(metrics = %metrics, "listening for whoever reads /metrics");
    }
    let anchors = settings.anchor_file();
    tracing::info!(anchors = %anchors.display(), data = %settings.data_dir.display(), "audit");
}
