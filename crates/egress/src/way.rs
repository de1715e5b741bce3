//! How one connection comes to be: TCP, or TCP to a proxy and CONNECT; then TLS; all of it within one deadline.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::client::Resumption;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::reach::Names;
use crate::{BoxError, Reach, Settings, SettingsError, tls};

pub(crate) type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;
type Tcp = TokioIo<TcpStream>;

/// The first hop: the destination itself, or the proxy that leads there.
#[derive(Clone)]
pub(crate) struct Hop {
    tcp: HttpConnector<Names>,
    /// And the way to it: it is the operator's, wherever it is.
    proxy: Option<(Arc<Matcher>, HttpConnector<Names>)>,
    reach: Reach,
}

impl Service<Uri> for Hop {
    type Response = Tcp;
    type Error = BoxError;
    type Future = Connecting<Tcp>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        if let Err(inward) = self.reach.check(&destination) {
            return Box::pin(std::future::ready(Err(inward.into())));
        }
        let intercepted =
            self.proxy.as_ref().and_then(|(proxy, way)| Some((proxy.intercept(&destination)?, way.clone())));
        let Some((proxy, way)) = intercepted else {
            let connecting = self.tcp.clone().call(destination);
            return Box::pin(async move { Ok(connecting.await?) });
        };
        let mut tunnel = Tunnel::new(proxy.uri().clone(), way);
        if let Some(credential) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(credential.clone());
        }
        let reach = self.reach.clone();
        Box::pin(async move { Ok(tunnel.call(pinned(with_port(destination)?, reach).await?).await?) })
    }
}

/// The destination as the proxy is to connect to it: where a name has to be looked up and looked at, by the address that
/// was found, since the proxy's own lookup could find another. TLS still asks for the name.
async fn pinned(destination: Uri, reach: Reach) -> Result<Uri, BoxError> {
    let host = destination.host().unwrap_or_default().to_owned();
    if reach.trusts(&host) || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() {
        return Ok(destination);
    }
    let found = Names::new(reach).call(host.parse()?).await?.next().ok_or("the name has no address")?;
    let address = std::net::SocketAddr::new(found.ip(), destination.port_u16().unwrap_or(443));
    Ok(Uri::builder().scheme("https").authority(address.to_string()).path_and_query("/").build()?)
}

fn connector(reach: Reach, within: Duration) -> HttpConnector<Names> {
    let mut tcp = HttpConnector::new_with_resolver(Names::new(reach));
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(Duration::from_secs(60)));
    tcp.set_connect_timeout(Some(within));
    tcp
}

/// CONNECT needs a port, and the tunnel would take 443 for granted.
fn with_port(destination: Uri) -> Result<Uri, BoxError> {
    if destination.port().is_some() || destination.scheme_str() != Some("http") {
        return Ok(destination);
    }
    let host = destination.host().unwrap_or_default();
    Ok(Uri::builder().scheme("http").authority(format!("{host}:80")).path_and_query("/").build()?)
}

/// The whole way, within the deadline.
#[derive(Clone)]
pub(crate) struct Way {
    https: HttpsConnector<Hop>,
    /// What every way out of one has in common. A list of authorities is large.
    trust: Arc<ClientConfig>,
    proxy: Option<Arc<Matcher>>,
    within: Duration,
}

impl Way {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let trust = Arc::new(tls::config(settings)?);
        let proxy = settings.proxy.as_ref().map(|proxy| Arc::new(proxy.matcher()));
        Ok(Self::leading(Reach::Anywhere, trust, proxy, settings.connect_timeout))
    }

    /// One that leads elsewhere.
    pub(crate) fn reaching(&self, reach: Reach) -> Self {
        let mut trust = ClientConfig::clone(&self.trust);
        // The authorities are shared. Sessions are not: whoever leads us to many hosts would drive out the operator's.
        trust.resumption = Resumption::default();
        Self::leading(reach, Arc::new(trust), self.proxy.clone(), self.within)
    }

    fn leading(
        reach: Reach,
        trust: Arc<ClientConfig>,
        proxy: Option<Arc<Matcher>>,
        within: Duration,
    ) -> Self {
        let hop = Hop {
            tcp: connector(reach.clone(), within),
            proxy: proxy.clone().map(|proxy| (proxy, connector(Reach::Anywhere, within))),
            reach,
        };
        Self { https: HttpsConnector::from((hop, Arc::clone(&trust))), trust, proxy, within }
    }
}

/// Connecting took longer than the settings allow.
#[derive(Debug, thiserror::Error)]
#[error("connecting took longer than {} ms", .0.as_millis())]
struct TooSlow(Duration);

impl Service<Uri> for Way {
    type Response = MaybeHttpsStream<Tcp>;
    type Error = BoxError;
    type Future = Connecting<MaybeHttpsStream<Tcp>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let connecting = self.https.call(destination);
        let within = self.within;
        Box::pin(async move {
            match tokio::time::timeout(within, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(TooSlow(within).into()),
            }
        })
    }
}
