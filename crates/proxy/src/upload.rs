//! The body of a request on its way to Atlassian.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use egress::{BoxError, RequestBody};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use types::{Code, Refusal};

use crate::Settings;
use crate::idle::Idle;

/// Declared bodies up to this size are read before anything is sent: a client that sends half and sleeps then holds
/// nothing of Atlassian's, and the call can be repeated once when the grant's token turns out to be dead.
pub(crate) const SMALL: u64 = 64 * 1024;

/// How long a small body may take as a whole: its call has its place already, which others may be waiting for.
const SMALL_WITHIN: Duration = Duration::from_secs(10);

/// A request's body, before it is sent.
#[derive(Debug)]
pub(crate) enum Payload {
    /// There, as a whole; may be sent twice.
    Whole(Bytes),
    /// Passing; can be sent once, and is not there any more from then on.
    Passing(Option<Box<Upload>>, Arc<Fate>),
}

impl Payload {
    /// Reads a small body, or prepares a large one to be passed on.
    ///
    /// # Errors
    /// When a small body breaks off, stands still or is longer than it says.
    pub(crate) async fn take(body: Incoming, settings: &Settings) -> Result<Self, Refusal> {
        let size = body.size_hint();
        if size.exact() == Some(0) || body.is_end_stream() {
            return Ok(Self::Whole(Bytes::new()));
        }
        let fate = Arc::new(Fate::default());
        let upload = Upload {
            incoming: body,
            left: settings.longest_body,
            idle: Idle::new(settings.idle),
            fate: Arc::clone(&fate),
        };
        let Some(length) = size.exact().filter(|length| *length <= SMALL) else {
            return Ok(Self::Passing(Some(Box::new(upload)), fate));
        };
        upload.whole(length).await.map(Self::Whole)
    }

    /// Reads a body to its end, for operations that are looked into.
    ///
    /// # Errors
    /// When it breaks off, stands still or is longer than `longest`.
    pub(crate) async fn take_whole(
        body: Incoming,
        settings: &Settings,
        longest: u64,
    ) -> Result<Bytes, Refusal> {
        let hint = body.size_hint();
        if hint.lower() > longest {
            let detail = format!(
                "It declares {} bytes; {longest} are accepted where bodies are looked into.",
                hint.lower()
            );
            return Err(Refusal::new(Code::BodyTooLarge, detail));
        }
        let upload = Upload {
            incoming: body,
            left: settings.longest_body.min(longest),
            idle: Idle::new(settings.idle),
            fate: Arc::default(),
        };
        upload.whole(hint.exact().unwrap_or_default()).await
    }

    /// How many bytes of it have been read so far.
    pub(crate) fn counter(&self) -> Counted {
        match self {
            Self::Whole(bytes) => Counted::All(bytes.len() as u64),
            Self::Passing(_, fate) => Counted::SoFar(Arc::clone(fate)),
        }
    }

    /// As a body to send; `None` when it has been sent and cannot be again.
    pub(crate) fn send(&mut self) -> Option<RequestBody> {
        match self {
            Self::Whole(bytes) => Some(RequestBody::full(bytes.clone())),
            Self::Passing(upload, _) => upload.take().map(|upload| RequestBody::stream(*upload)),
        }
    }

    /// Whether it can be sent, or sent once more.
    pub(crate) const fn can_be_sent(&self) -> bool {
        !matches!(self, Self::Passing(None, _))
    }
}

/// How much of a request's body has come in.
#[derive(Clone, Debug)]
pub(crate) enum Counted {
    All(u64),
    SoFar(Arc<Fate>),
}

impl Counted {
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::All(bytes) => *bytes,
            Self::SoFar(fate) => fate.read.load(Ordering::Relaxed),
        }
    }

    /// What the client did wrong with its body, if sending it failed.
    pub(crate) fn refusal(&self) -> Refusal {
        match self {
            Self::All(_) => Code::Internal.into(),
            Self::SoFar(fate) => fate.refusal(),
        }
    }
}

/// What became of a body that hyper's client has taken away from us; shared with whoever needs to know.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    read: AtomicU64,
    end: AtomicU8,
}

/// Why an upload failed, as stored in [`Fate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Failure {
    TooLarge = 1,
    StoodStill = 2,
    BrokeOff = 3,
}

impl Fate {
    fn fail(&self, failure: Failure) -> BoxError {
        self.end.store(failure as u8, Ordering::Relaxed);
        UploadFailed(failure).into()
    }

    /// Ends when nothing more has been read for `period`, up to twice that: the body has ended, or nobody takes it.
    pub(crate) async fn stands_still(&self, period: Duration) {
        loop {
            let before = self.read.load(Ordering::Relaxed);
            tokio::time::sleep(period).await;
            if self.read.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }

    fn refusal(&self) -> Refusal {
        let end = self.end.load(Ordering::Relaxed);
        if end == Failure::TooLarge as u8 {
            Code::BodyTooLarge.into()
        } else if end == Failure::StoodStill as u8 {
            Code::RequestTimeout.into()
        } else {
            Refusal::new(Code::MalformedRequest, "Its body broke off.")
        }
    }
}

fn stopped(after: Duration) -> Refusal {
    Refusal::new(Code::RequestTimeout, format!("Its body was not complete after {} s.", after.as_secs()))
}

#[derive(Debug, thiserror::Error)]
#[error("the client's body failed: {0:?}")]
struct UploadFailed(Failure);

/// A body that is counted, limited and watched while it passes. Trailers end here.
///
/// `Expect: 100-continue` needs nothing: hyper tells the client to go on when the body is first asked for, which is
/// when Atlassian's connection is there to take it.
pub(crate) struct Upload {
    incoming: Incoming,
    left: u64,
    idle: Idle,
    fate: Arc<Fate>,
}

impl Upload {
    /// All of it; `length` is how long it will be, if that is known.
    async fn whole(mut self, length: u64) -> Result<Bytes, Refusal> {
        // The whole of a small body must come within one period: many short pauses are one long one.
        let within = self.idle.period().min(SMALL_WITHIN);
        let fate = Arc::clone(&self.fate);
        let whole = async {
            let mut whole = BytesMut::new();
            while let Some(frame) = self.frame().await {
                match frame.map(Frame::into_data) {
                    // The usual case: all of it in one piece, kept as it is.
                    Ok(Ok(data)) if whole.is_empty() && data.len() as u64 == length => return Ok(data),
                    Ok(Ok(data)) => whole.extend_from_slice(&data),
                    Ok(Err(_trailers)) => {}
                    Err(_) => return Err(fate.refusal()),
                }
            }
            Ok(whole.freeze())
        };
        let whole = tokio::time::timeout(within, whole).await;
        whole.unwrap_or_else(|_| Err(stopped(within)))
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) else {
                ready!(self.idle.poll(context));
                return Poll::Ready(Some(Err(self.fate.fail(Failure::StoodStill))));
            };
            self.idle.moved();
            let data = match frame {
                None => return Poll::Ready(None),
                Some(Err(_)) => return Poll::Ready(Some(Err(self.fate.fail(Failure::BrokeOff)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => data,
                    Err(_trailers) => continue,
                },
            };
            let length = data.len() as u64;
            self.fate.read.fetch_add(length, Ordering::Relaxed);
            let Some(left) = self.left.checked_sub(length) else {
                return Poll::Ready(Some(Err(self.fate.fail(Failure::TooLarge))));
            };
            self.left = left;
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
