use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::alarm::{self, Alarm};
use crate::connection::Connection;
use crate::destination::Destination;
use crate::pool::{Lease, Pool};
use crate::way::Way;
use crate::{Answer, EgressError, Kind, Reach, RequestBody, Settings, SettingsError};

/// How many connections are tried that turn out to have been closed while they waited, before one is made.
const STALE: usize = 8;

/// Sends requests over pooled connections. Cheap to clone; clones share the pool.
///
/// Connections are pooled by scheme, host and port. Nothing about a caller or a grant is tied to a connection: each
/// request carries its own credential.
#[derive(Clone, Debug)]
pub struct Egress(Pool);

impl Egress {
    /// Reads the certificate files and makes an empty pool of connections that may lead anywhere.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self(Pool::new(Way::new(settings)?, settings)))
    }

    /// The same way out with other bounds: what it trusts, its proxy and its times stay, its connections and TLS sessions are its
    /// own.
    #[must_use]
    pub fn reaching(&self, reach: Reach) -> Self {
        Self(self.0.reaching(reach))
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
        self.exchange(request, alarm::after(to_head)).await.map(Answer::new)
    }

    /// Sends, and once more for every kept connection that turns out to be closed: hyper gives a request back of which
    /// it has written nothing.
    async fn exchange(
        &self,
        mut request: Request<RequestBody>,
        deadline: Option<Instant>,
    ) -> Result<Response<Incoming>, EgressError> {
        let late = || EgressError::bare(Kind::Timeout, true);
        let uri = std::mem::take(request.uri_mut());
        let to = Destination::of(&uri)?;
        let mut tried = 0;
        loop {
            let kept = if tried < STALE { self.0.kept(&to) } else { None };
            let Lease { connection, reused } = match kept {
                Some(connection) => Lease { connection, reused: true },
                // In a box: nearly no request comes here, and every request's state would have to have room for it.
                None => Box::pin(before(deadline, self.connect(&to, tried))).await.ok_or_else(late)??,
            };
            let sent = match connection {
                Connection::One(mut requests) => {
                    to.in_origin_form(&mut request, &uri);
                    let sent = requests.send(request, deadline).await.ok_or_else(late)?;
                    if sent.is_ok() {
                        self.0.give_back(&to, requests);
                    }
                    sent
                }
                Connection::Two(mut requests) => {
                    uri.clone_into(request.uri_mut());
                    let sent = before(deadline, requests.try_send_request(request));
                    Box::pin(sent).await.ok_or_else(late)?
                }
            };
            let mut failed = match sent {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            request = match failed.take_message() {
                Some(unsent) if reused => unsent,
                Some(_) => return Err(EgressError::of_unsent(failed.into_error())),
                None => return Err(EgressError::of_sent(failed.into_error())),
            };
            tried += 1;
        }
    }

    /// Where nothing is kept, or what was kept turned out to be closed too often.
    async fn connect(&self, to: &Destination, tried: usize) -> Result<Lease, EgressError> {
        if tried < STALE { self.0.first_of_two(to).await } else { self.0.fresh(to).await }
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
            let (parts, body) = Answer::new(self.exchange(request, None).await?).into_parts();
            let body = Limited::new(body, max_bytes).collect().await.map_err(of_limited)?;
            Ok((parts, body.to_bytes()))
        };
        tokio::time::timeout(within, whole).await.unwrap_or(Err(EgressError::bare(Kind::Timeout, true)))
    }
}

/// What `future` comes to; `None`: it takes longer.
async fn before<F: Future>(deadline: Option<Instant>, future: F) -> Option<F::Output> {
    Alarm::default().until(deadline, future).await
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
