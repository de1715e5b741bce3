use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::alarm::Alarm;
use super::answers::Answers;
use super::closing::{Closing, Endable};
use super::end::End;
use super::opened::{Opened, Version};
use super::patience::Patience;
use super::streams::{self, Streams};
use crate::taker::Taker;
use crate::{Body, Peer};

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

/// What every request of a connection needs.
struct Shared<A> {
    answers: Arc<A>,
    end: End,
    /// Of its requests, unless the other end is a proxy: then each has its own.
    peer: Peer,
    /// Of the connection; the streams of HTTP/2 have their own.
    taker: Arc<Taker>,
}

impl<A: Answers> Shared<A> {
    /// Answers one request. What is large here is made where it stays: moving a journey costs more than most of its stages.
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let passed_on = self.end.is_proxy();
        let passed_on = passed_on.then(|| Peer { whence: self.end.whence(&request), ..self.peer.clone() });
        let mut answer = self.answers.answer(request, passed_on.as_ref().unwrap_or(&self.peer)).await;
        answer.body_mut().offer(streams::taker().unwrap_or_else(|| Arc::clone(&self.taker)));
        Ok(answer)
    }
}

/// Speaks HTTP/1.1 or HTTP/2 on one connection until it ends.
///
/// Its connections are boxed: a future that waits for another holds it twice, once as it came and once while it waits.
pub(super) async fn serve<I>(
    stream: I,
    answers: Arc<impl Answers>,
    (end, peer): (End, Peer),
    times: Times,
    closing: Closing,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let opened = tokio::select! {
        biased;
        opened = timeout(times.head_within, Opened::read(stream)) => opened,
        () = closing.begun() => return,
    };
    // Who says nothing is not answered.
    let Ok(Ok(opened)) = opened else { return };
    let (version, taker) = (opened.version(), Taker::connection());
    let streams = Streams::new(Arc::clone(&taker), times.idle);
    let stream = TokioIo::new(Patience::new(opened, times.idle, Arc::clone(&taker)));
    let shared = Arc::new(Shared { answers, end, peer, taker });
    let service = service_fn(move |request| Arc::clone(&shared).answer(request));
    let ended = match version {
        Version::One => closing.run(Box::pin(one(times).serve_connection(stream, service))).await,
        Version::Two => closing.run(Box::pin(two(streams).serve_connection(stream, service))).await,
    };
    if let Err(error) = ended {
        // Clients leave in the middle all the time; what they left behind is in the records.
        tracing::debug!(error = %error, "a connection ended early");
    }
}

fn one(times: Times) -> http1::Builder {
    let mut one = http1::Builder::new();
    one.timer(Alarm::default()).header_read_timeout(times.head_within).max_buf_size(HEAD);
    one
}

fn two(streams: Streams) -> http2::Builder<Streams> {
    let mut two = http2::Builder::new(streams);
    two.timer(TokioTimer::new())
        .max_header_list_size(HEAD as u32)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(1 << 18)
        .initial_connection_window_size(1 << 20)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    two
}

impl<I, S> Endable for http1::Connection<I, S>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: HttpService<Incoming, ResBody = Body, Error = Infallible>,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I, S> Endable for http2::Connection<I, S, Streams>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
    S: HttpService<Incoming, ResBody = Body, Error = Infallible>,
    S::Future: Send + 'static,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}
