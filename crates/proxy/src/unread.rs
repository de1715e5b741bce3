//! The body of a request nobody has asked for yet.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Version, header};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use tokio::runtime::Handle;

use crate::upload::SMALL;

/// How long it is waited for.
const WITHIN: Duration = Duration::from_secs(1);

/// The body of a request, of which nobody knows yet whether it will be read: most refusals come before.
///
/// Over HTTP/1.1 the next request stands behind it, so hyper closes a connection whose request was answered before its body had
/// come; and most clients send a body in a packet of its own, so a refusal would end their connection by chance. A small one is
/// read away instead, beside the answer, which does not wait for it.
pub struct Unread {
    body: Option<Incoming>,
    in_the_way: bool,
}

impl Unread {
    pub(crate) fn new(body: Incoming, version: Version, headers: &HeaderMap) -> Self {
        // Whoever expects to be told to go on is told so when the body is asked for, and must not be.
        let in_the_way = !body.is_end_stream()
            && body.size_hint().exact().is_some_and(|length| length <= SMALL)
            && version < Version::HTTP_2
            && !headers.contains_key(header::EXPECT);
        Self { body: Some(body), in_the_way }
    }

    /// The body, for whoever reads it.
    pub(crate) fn take(mut self) -> Option<Incoming> {
        self.body.take()
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let rest = self.body.take().filter(|body| self.in_the_way && !body.is_end_stream());
        let Some(body) = rest else { return };
        // Without a runtime there is no connection any more either.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(tokio::time::timeout(WITHIN, read_away(body)));
        }
    }
}

impl hyper::body::Body for Unread {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Incoming::size_hint).unwrap_or_default()
    }
}

async fn read_away(mut body: Incoming) {
    while let Some(Ok(_)) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
}

impl fmt::Debug for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unread").field("in_the_way", &self.in_the_way).finish_non_exhaustive()
    }
}
