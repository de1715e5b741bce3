//! The listener: connections in, requests read to their end, answers out.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::answer::{answer, locked};
use crate::ask::Ask;
use crate::compress;
use crate::oauth::weather::Gust;
use crate::payload::Payload;
use crate::reply::Reply;
use crate::steering::faults::{Effect, Faults};
use crate::steering::requests::Requests;
use crate::wire::{Garble, Wire};
use crate::world::World;
use crate::world::clock::WorldClock;

/// The largest request body that is read.
const BODY_MAX: usize = 64 * 1024 * 1024;

/// How long a connection may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) world: Mutex<World>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) requests: Mutex<Requests>,
    pub(crate) clock: WorldClock,
    pub(crate) seed: u64,
    pub(crate) address: std::net::SocketAddr,
}

/// Accepts connections until `stopped` changes, then drops those that are left.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(connection(stream, Arc::clone(&shared))); }
                // Out of file descriptors, most likely: a pause lets some go.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            _ = stopped.changed() => break,
        }
    }
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let garble = Garble::default();
    let wire = Wire { stream, garble: Arc::clone(&garble) };
    let service = service_fn(move |request| {
        let (shared, garble) = (Arc::clone(&shared), Arc::clone(&garble));
        async move { one(&shared, &garble, request).await }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(hyper_util::rt::TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    if let Err(error) = builder.serve_connection(TokioIo::new(wire), service).await {
        tracing::debug!(%error, "a connection to the stand-in ended early");
    }
}

/// Answers one request; an error drops the connection without an answer.
async fn one(
    shared: &Arc<Shared>,
    garble: &Garble,
    request: Request<Incoming>,
) -> Result<Response<Payload>, io::Error> {
    let head = request.method() == http::Method::HEAD;
    let accepts_gzip = compress::accepted(request.headers());
    let ask = match read(request).await {
        Ok(ask) => ask,
        Err(Some(reply)) => return Ok(whole(reply)),
        Err(None) => return Err(io::Error::other("the request broke off")),
    };
    Requests::note(shared, &ask);
    let mut effect = Faults::take(&shared.faults, &ask);
    let mut late = Duration::ZERO;
    if effect.is_none()
        && let Some(gust) = weather(shared, &ask)
    {
        late = gust.delay;
        effect = gust.effect;
    }
    if let Some(delay) = effect.as_ref().and_then(Effect::delay) {
        tokio::time::sleep(delay).await;
    }
    if let Some(effect) = effect.as_ref().filter(|effect| effect.is_instead()) {
        tokio::time::sleep(late).await;
        return effect
            .instead(garble)
            .await
            .unwrap_or_else(|| Err(io::Error::other("a reset was asked for")));
    }
    let mut reply = slowly(shared, ask, late).await?;
    if let Some(delay) = effect.as_ref().and_then(Effect::delay_after_work) {
        tokio::time::sleep(delay).await;
    }
    if accepts_gzip {
        compress::gzip(&mut reply);
    }
    let mut response = match effect {
        Some(effect) => effect.bent(reply),
        None => whole(reply),
    };
    if head {
        *response.body_mut() = Payload::Whole(None);
    }
    Ok(response)
}

/// Answers after a while, whether the client still waits or not: a request that has arrived is carried out.
async fn slowly(shared: &Arc<Shared>, ask: Ask, late: Duration) -> Result<Reply, io::Error> {
    if late.is_zero() {
        return Ok(answer(shared, ask));
    }
    let shared = Arc::clone(shared);
    let work = tokio::spawn(async move {
        tokio::time::sleep(late).await;
        answer(&shared, ask)
    });
    work.await.map_err(io::Error::other)
}

/// The standing trouble of the token endpoints, when there is any.
fn weather(shared: &Shared, ask: &Ask) -> Option<Gust> {
    let endpoint = ask.path == "/oauth/token" || ask.path.ends_with("/rest/oauth2/latest/token");
    if endpoint { locked(shared).oauth.weather.next() } else { None }
}

/// An ordinary answer.
pub(crate) fn whole(reply: Reply) -> Response<Payload> {
    respond(reply.status, *reply.headers, Payload::Whole(Some(reply.body)))
}

/// An answer with any body.
pub(crate) fn respond(status: StatusCode, headers: http::HeaderMap, payload: Payload) -> Response<Payload> {
    let mut response = Response::new(payload);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Reads a request to its end; `Err(None)` when the client broke off.
async fn read(request: Request<Incoming>) -> Result<Ask, Option<Reply>> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, BODY_MAX).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(Some(Reply::jira(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.")));
        }
        Err(_) => return Err(None),
    };
    let query = Ask::parse_query(parts.uri.query());
    let path = parts.uri.path().to_owned();
    Ok(Ask { method: parts.method, path, query, headers: parts.headers, body })
}
