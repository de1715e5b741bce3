use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::response::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::way::Way;
use crate::{Answer, EgressError, Kind, RequestBody, Settings, SettingsError};

/// The largest head of an answer (status line and headers), in bytes.
const HEAD: usize = 64 * 1024;

/// Sends requests over pooled connections. Cheap to clone; clones share the pool.
///
/// Connections are pooled by scheme, host and port. Nothing about a caller or a grant is tied to a connection: each
/// request carries its own credential.
#[derive(Clone, Debug)]
pub struct Egress(Client<Way, RequestBody>);

impl Egress {
    /// Reads the certificate files and makes an empty pool.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let way = Way::new(settings)?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(settings.idle_timeout)
            .pool_max_idle_per_host(settings.max_idle_per_host)
            .http1_max_buf_size(HEAD)
            .http2_max_header_list_size(HEAD as u32)
            .http2_initial_stream_window_size(1 << 20)
            .http2_initial_connection_window_size(4 << 20)
            .http2_keep_alive_interval(Duration::from_secs(30))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .build(way);
        Ok(Self(client))
    }

    /// Sends `request`, whose URI is absolute, and waits at most `to_head` for the head of the answer.
    ///
    /// Dropping the future before it ends aborts the request.
    ///
    /// # Errors
    /// When there is no answer; [`EgressError::sent`] says whether the request may have had an effect all the same.
    pub async fn send(
        &self,
        request: Request<RequestBody>,
        to_head: Duration,
    ) -> Result<Answer, EgressError> {
        match tokio::time::timeout(to_head, self.0.request(request)).await {
            Ok(Ok(response)) => Ok(Answer::new(response)),
            Ok(Err(error)) => Err(EgressError::of_client(error)),
            Err(_) => Err(EgressError::bare(Kind::Timeout, true)),
        }
    }

    /// Sends `request` and reads the whole answer into memory: for small calls such as token requests.
    ///
    /// # Errors
    /// When the answer is not complete `within` the time, or longer than `max_bytes`.
    pub async fn fetch(
        &self,
        request: Request<RequestBody>,
        within: Duration,
        max_bytes: usize,
    ) -> Result<(Parts, Bytes), EgressError> {
        let whole = async {
            let (parts, body) = self.send(request, within).await?.into_parts();
            let body = Limited::new(body, max_bytes).collect().await.map_err(of_limited)?;
            Ok((parts, body.to_bytes()))
        };
        tokio::time::timeout(within, whole).await.unwrap_or(Err(EgressError::bare(Kind::Timeout, true)))
    }
}

fn of_limited(error: crate::BoxError) -> EgressError {
    if error.is::<LengthLimitError>() {
        return EgressError::bare(Kind::TooLarge, true);
    }
    match error.downcast::<hyper::Error>() {
        Ok(error) => EgressError::of_body(*error),
        Err(error) => EgressError::new(Kind::BrokeOff, true, error),
    }
}
