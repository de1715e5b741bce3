//! Bodies of answers: whole ones, and the broken ones that faults ask for.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// How much one frame of a generated body holds.
const FRAME: usize = 64 * 1024;

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Payload {
    /// Known from the start; sent with its length.
    Whole(Option<Bytes>),
    /// These bytes without a length, in pieces of the given size.
    Unmeasured(Bytes, usize),
    /// These bytes, announced as twice as many, then the connection breaks. `pause` is set between the two: what was
    /// written leaves only when the body lets the connection rest for once.
    Torn { bytes: Option<Bytes>, pause: bool },
    /// So many bytes of one letter, never held in memory at once.
    Letters(u64),
}

/// The answer breaks off here on purpose.
#[derive(Debug)]
pub(crate) struct BreakOff;

impl std::fmt::Display for BreakOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a fault that was asked for broke the answer off")
    }
}

impl std::error::Error for BreakOff {}

impl Body for Payload {
    type Data = Bytes;
    type Error = BreakOff;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BreakOff>>> {
        static LETTERS: [u8; FRAME] = [b'x'; FRAME];
        let frame = match self.get_mut() {
            Self::Whole(bytes) => bytes.take().filter(|bytes| !bytes.is_empty()).map(Ok),
            Self::Unmeasured(bytes, _) if bytes.is_empty() => None,
            Self::Unmeasured(bytes, piece) => Some(Ok(bytes.split_to(bytes.len().min((*piece).max(1))))),
            Self::Torn { bytes, pause } => {
                if std::mem::replace(pause, bytes.is_some()) {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(bytes.take().ok_or(BreakOff))
            }
            Self::Letters(0) => None,
            Self::Letters(left) => {
                let take = usize::try_from(*left).unwrap_or(FRAME).min(FRAME);
                *left = left.saturating_sub(u64::try_from(take).unwrap_or(0));
                let mut bytes = Bytes::from_static(&LETTERS);
                bytes.truncate(take);
                Some(Ok(bytes))
            }
        };
        Poll::Ready(frame.map(|frame| frame.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Unmeasured(bytes, _) => bytes.is_empty(),
            Self::Torn { .. } => false,
            Self::Letters(left) => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        let length = |bytes: &Option<Bytes>| bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(length(bytes)),
            Self::Torn { bytes, .. } => SizeHint::with_exact(length(bytes).saturating_mul(2).max(1)),
            Self::Letters(left) => SizeHint::with_exact(*left),
            Self::Unmeasured(..) => SizeHint::default(),
        }
    }
}
