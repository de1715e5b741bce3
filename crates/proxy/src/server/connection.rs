use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};

use super::patience::Patience;
use super::streams::Streams;
use crate::Body;
use crate::taker::Taker;

/// The largest head of a request, in bytes; hyper answers 431 beyond it.
const HEAD: usize = 64 * 1024;

/// The most calls one HTTP/2 connection has under way.
const STREAMS: u32 = 256;

/// How long a client is waited for.
#[derive(Clone, Copy)]
pub(super) struct Times {
    /// For the head of a request.
    pub(super) head_within: Duration,
    /// For taking what is written, and what an answer has ready.
    pub(super) idle: Duration,
}

/// Speaks HTTP/1.1 or HTTP/2 on one connection until it ends. `taker` learns when its client was not waited for any longer.
pub(super) async fn serve<I, S>(stream: I, service: S, times: Times, taker: Arc<Taker>, watcher: Watcher)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
{
    let mut builder = Builder::new(Streams::new(Arc::clone(&taker), times.idle));
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(times.head_within)
        .max_buf_size(HEAD)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD as u32)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(1 << 18)
        .initial_connection_window_size(1 << 20)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    let stream = Patience::new(stream, times.head_within, times.idle, taker);
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    if let Err(error) = watcher.watch(connection).await {
        // Clients leave in the middle all the time; what they left behind is in the records.
        tracing::debug!(error = %error, "a connection ended early");
    }
}
