//! The small gateway around a naive way.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use clock::Clock;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use super::kept::Keep;
use super::written_later::{self, Memory};
use super::{Algorithm, SETTINGS, Without, lock_that_ends};
use crate::callers::OVER;
use crate::http_client::Http;
use crate::setting::ANNOUNCED;

/// How long the API may take.
const API_WITHIN: Duration = Duration::from_secs(20);

struct Naive {
    algorithm: Algorithm,
    keep: Keep,
    memory: Memory,
}

/// Serves until it is killed, with the settings in the working directory.
///
/// # Errors
/// When it cannot start.
pub async fn serve(algorithm: Algorithm) -> anyhow::Result<()> {
    let settings = serde_json::from_slice(&std::fs::read(SETTINGS).context("no settings")?)?;
    let keep = Keep { settings, http: Http::new()?, clock: Clock::system()? };
    let naive = Arc::new(Naive { algorithm, keep, memory: Memory::default() });
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let announced = json!({ "url": format!("http://{}", listener.local_addr()?) });
    let beside = format!("{ANNOUNCED}.next");
    std::fs::write(&beside, announced.to_string())?;
    std::fs::rename(beside, ANNOUNCED)?;
    if algorithm == Algorithm::WrittenLater {
        let naive = Arc::clone(&naive);
        tokio::spawn(async move { written_later::keep_writing(&naive.keep, &naive.memory).await });
    }
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(connection(Arc::clone(&naive), stream));
    }
}

async fn connection(naive: Arc<Naive>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let naive = Arc::clone(&naive);
        async move { Ok::<_, Infallible>(naive.answer(&request).await) }
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The user name of Basic.
fn grant(request: &Request<Incoming>) -> Option<String> {
    let text = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    Some(pair.split_once(':')?.0.to_owned())
}

impl Naive {
    async fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let Some(grant) = grant(request) else { return plain(StatusCode::UNAUTHORIZED) };
        let token = match self.algorithm {
            Algorithm::LockThatEnds => lock_that_ends::token(&self.keep, &grant).await,
            Algorithm::WrittenLater => written_later::token(&self.keep, &self.memory, &grant).await,
        };
        let token = match token {
            Ok(token) => token,
            Err(Without::ForNow) => return plain(StatusCode::SERVICE_UNAVAILABLE),
            Err(Without::ForGood) => {
                let mut answer = plain(StatusCode::FORBIDDEN);
                answer.headers_mut().insert("ticketgate-refusal", HeaderValue::from_static(OVER));
                return answer;
            }
        };
        let Ok(bearer) = HeaderValue::try_from(format!("Bearer {token}")) else {
            return plain(StatusCode::BAD_GATEWAY);
        };
        let url = format!("{}{}", self.keep.settings.api, request.uri().path());
        match self.keep.http.get(&url, &bearer, API_WITHIN).await {
            Ok(said) => {
                let mut answer = Response::new(Full::new(said.body));
                *answer.status_mut() = said.status;
                answer
            }
            Err(_) => plain(StatusCode::BAD_GATEWAY),
        }
    }
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}
