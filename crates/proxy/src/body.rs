//! The body of a response, whoever made it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use egress::BoxError;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::download::Download;
use crate::taker::Taker;

/// What goes back to a client: nothing, something in memory, Atlassian's answer as it passes, or a page of the control
/// plane.
pub struct Body {
    inner: Inner,
    taker: Option<Arc<Taker>>,
}

enum Inner {
    Full(Bytes),
    Download(Box<Download>),
    Other(Pin<Box<dyn HttpBody<Data = Bytes, Error = BoxError> + Send>>),
}

impl Body {
    /// No body.
    #[must_use]
    pub const fn empty() -> Self {
        Self::of(Inner::Full(Bytes::new()))
    }

    /// A body that is in memory.
    #[must_use]
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        Self::of(Inner::Full(bytes.into()))
    }

    /// Any other body, such as the control plane's.
    #[must_use]
    pub fn wrap<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        use http_body_util::BodyExt as _;
        Self::of(Inner::Other(Box::pin(body.map_err(Into::into))))
    }

    pub(crate) fn download(download: Download) -> Self {
        Self::of(Inner::Download(Box::new(download)))
    }

    const fn of(inner: Inner) -> Self {
        Self { inner, taker: None }
    }

    /// Offers it to a client, who from here on is watched.
    pub(crate) fn offer(&mut self, taker: Arc<Taker>) {
        taker.offered();
        self.taker = Some(taker);
    }
}

/// A client that was given up did not leave: the record of its answer has to say so.
impl Drop for Body {
    fn drop(&mut self) {
        if let Inner::Download(download) = &mut self.inner
            && self.taker.as_ref().is_some_and(|taker| taker.is_given_up())
        {
            download.give_up();
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.inner {
            Inner::Full(_) => "Body(full)",
            Inner::Download(_) => "Body(download)",
            Inner::Other(_) => "Body(other)",
        })
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = match &mut self.inner {
            Inner::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Full(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Inner::Download(download) => {
                download.poll_chunk(context).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
            }
            Inner::Other(body) => body.as_mut().poll_frame(context),
        };
        if let Some(taker) = &self.taker {
            taker.asked(frame.is_ready());
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Inner::Full(bytes) => bytes.is_empty(),
            Inner::Download(download) => download.is_over(),
            Inner::Other(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.inner {
            Inner::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Inner::Download(download) => download.size_hint(),
            Inner::Other(body) => body.size_hint(),
        }
    }
}
