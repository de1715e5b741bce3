//! Who answers what arrives.

use std::time::Duration;

use audit::metrics::Metrics;
use clock::Clock;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::{Body, Gateway, Peer, Unread};

/// Answers requests. Shared by all connections of a listener, and lent to each request: nothing is copied for one.
pub(super) trait Answers: Send + Sync + 'static {
    /// Answers one.
    fn answer(&self, request: Request<Incoming>, peer: &Peer) -> impl Future<Output = Response<Body>> + Send;

    /// Where connections are counted.
    fn metrics(&self) -> Metrics;

    /// What certificates are judged by, where they are looked at.
    fn clock(&self) -> Option<Clock>;
}

/// The gateway, and for what it does not claim somebody else.
pub(super) struct Planes<E> {
    pub(super) gateway: Gateway,
    pub(super) elsewhere: Pages<E>,
}

/// Pages only.
pub(super) struct Pages<E> {
    pub(super) pages: E,
    /// How long one may take.
    pub(super) within: Duration,
    pub(super) metrics: Metrics,
}

impl<E, F> Answers for Planes<E>
where
    E: Fn(Request<Unread>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Body> {
        if self.gateway.claims(request.uri().path()) {
            self.gateway.handle(request, peer).await
        } else {
            // On the heap: a page's future may be large, and every call would have to find room for it.
            Box::pin(self.elsewhere.answer(request, peer)).await
        }
    }

    fn metrics(&self) -> Metrics {
        self.elsewhere.metrics()
    }

    fn clock(&self) -> Option<Clock> {
        Some(self.gateway.0.clock.clone())
    }
}

impl<E, F> Answers for Pages<E>
where
    E: Fn(Request<Unread>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    /// The page, if it comes in time.
    async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Body> {
        let (mut head, body) = request.into_parts();
        head.extensions.insert(peer.clone());
        let body = Unread::new(body, head.version, &head.headers);
        let request = Request::from_parts(head, body);
        let answer = tokio::time::timeout(self.within, (self.pages)(request)).await;
        answer.unwrap_or_else(|_| too_slow())
    }

    fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    fn clock(&self) -> Option<Clock> {
        None
    }
}

/// The answer to a request elsewhere that took too long, most likely because its body did not come.
fn too_slow() -> Response<Body> {
    let mut response = Response::new(Body::full("The request was not complete in time.\n"));
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response
}
