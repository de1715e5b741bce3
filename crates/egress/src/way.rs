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
use tokio::net::TcpStream;
use tower_service::Service;

use crate::{BoxError, Settings, SettingsError, tls};

type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;
type Tcp = TokioIo<TcpStream>;

/// The first hop: the destination itself, or the proxy that leads there.
#[derive(Clone)]
pub(crate) struct Hop {
    tcp: HttpConnector,
    proxy: Option<Arc<Matcher>>,
}

impl Service<Uri> for Hop {
    type Response = Tcp;
    type Error = BoxError;
    type Future = Connecting<Tcp>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let mut tcp = self.tcp.clone();
        let Some(proxy) = self.proxy.as_ref().and_then(|proxy| proxy.intercept(&destination)) else {
            let connecting = tcp.call(destination);
            return Box::pin(async move { Ok(connecting.await?) });
        };
        let mut tunnel = Tunnel::new(proxy.uri().clone(), tcp);
        if let Some(credential) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(credential.clone());
        }
        Box::pin(async move { Ok(tunnel.call(with_port(destination)?).await?) })
    }
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
    within: Duration,
}

impl Way {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        tcp.set_connect_timeout(Some(settings.connect_timeout));
        let proxy = settings.proxy.as_ref().map(|proxy| Arc::new(proxy.matcher()));
        let https = HttpsConnector::from((Hop { tcp, proxy }, tls::config(settings)?));
        Ok(Self { https, within: settings.connect_timeout })
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
