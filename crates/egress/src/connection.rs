//! One connection, whichever version of HTTP it speaks.

use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper::rt::{Read, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;
use tower_service::Service as _;

use crate::alarm::Alarm;
use crate::destination::Destination;
use crate::way::Way;
use crate::{EgressError, Reach, RequestBody};

/// The largest head of an answer (status line and headers), in bytes.
const HEAD: usize = 64 * 1024;

/// Takes requests for one HTTP/1.1 connection, one at a time. The connection ends when this is dropped.
#[derive(Debug)]
pub(crate) struct One {
    requests: http1::SendRequest<RequestBody>,
    alarm: Alarm,
}

/// The head of an answer, or why there is none and the request if nothing of it was written.
pub(crate) type Sent = Result<Response<Incoming>, TrySendError<Request<RequestBody>>>;

impl One {
    /// Whether it takes a request now.
    pub(crate) fn is_ready(&self) -> bool {
        self.requests.is_ready()
    }

    /// Whether it has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.requests.is_closed()
    }

    /// Waits until it takes a request.
    ///
    /// # Errors
    /// When it ends before.
    pub(crate) async fn ready(&mut self) -> Result<(), hyper::Error> {
        self.requests.ready().await
    }

    /// Sends a request and waits for the head of its answer; `None`: until `deadline` there was none.
    pub(crate) async fn send(
        &mut self,
        request: Request<RequestBody>,
        deadline: Option<Instant>,
    ) -> Option<Sent> {
        let Self { requests, alarm } = self;
        alarm.until(deadline, requests.try_send_request(request)).await
    }
}

/// Takes requests for one HTTP/2 connection, many at a time. The connection ends when the last clone is dropped and
/// nothing is under way.
pub(crate) type Two = http2::SendRequest<RequestBody>;

/// A connection as requests see it; a task of its own does the speaking.
#[derive(Debug)]
pub(crate) enum Connection {
    One(One),
    Two(Two),
}

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Maker {
    way: Way,
    one: http1::Builder,
    two: http2::Builder<TokioExecutor>,
}

impl Maker {
    pub(crate) fn new(way: Way) -> Self {
        let mut one = http1::Builder::new();
        one.max_buf_size(HEAD);
        let mut two = http2::Builder::new(TokioExecutor::new());
        two.timer(TokioTimer::new())
            .max_header_list_size(HEAD as u32)
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(4 << 20)
            .keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(Duration::from_secs(10));
        Self { way, one, two }
    }

    /// One whose connections lead elsewhere.
    pub(crate) fn reaching(&self, reach: Reach) -> Self {
        Self { way: self.way.reaching(reach), one: self.one.clone(), two: self.two.clone() }
    }

    /// Connects, and waits until the connection takes requests. What it speaks was agreed on with TLS (ALPN).
    ///
    /// # Errors
    /// When there is no connection, or it ends before it takes a request. Nothing has been sent then.
    pub(crate) async fn connect(&self, to: &Destination) -> Result<Connection, EgressError> {
        let stream = self.way.clone().call(to.root()).await.map_err(EgressError::of_connecting)?;
        match stream {
            // Each has a type of its own: what TLS keeps for a connection is large, and not every connection has it.
            MaybeHttpsStream::Http(stream) => self.one(stream).await,
            MaybeHttpsStream::Https(stream) if stream.inner().get_ref().1.alpn_protocol() == Some(b"h2") => {
                let (mut requests, speaking) =
                    self.two.handshake(stream).await.map_err(EgressError::of_unsent)?;
                speak(speaking);
                requests.ready().await.map_err(EgressError::of_unsent)?;
                Ok(Connection::Two(requests))
            }
            MaybeHttpsStream::Https(stream) => self.one(stream).await,
        }
    }

    async fn one<S>(&self, stream: S) -> Result<Connection, EgressError>
    where
        S: Read + Write + Unpin + Send + 'static,
    {
        let (mut requests, speaking) = self.one.handshake(stream).await.map_err(EgressError::of_unsent)?;
        speak(speaking);
        requests.ready().await.map_err(EgressError::of_unsent)?;
        Ok(Connection::One(One { requests, alarm: Alarm::default() }))
    }
}

/// Lets a connection live on a task of its own. How it ends is told to the requests under way on it; nobody else is
/// interested.
fn speak(connection: impl Future<Output = Result<(), hyper::Error>> + Send + 'static) {
    let _detached = tokio::spawn(connection);
}
