//! The body of an answer on its way to the client.

use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use audit::Ended;
use bytes::Bytes;
use egress::{BoxError, EgressError};
use http_body::{Body, SizeHint};
use hyper::body::Incoming;
use traffic::Admission;

use crate::forward::Arrived;
use crate::idle::Idle;
use crate::ledger::Ledger;
use crate::rewrite::{Gunzip, Rewriter};

/// What happens to a body on its way.
#[derive(Debug)]
pub(crate) enum Filter {
    /// Nothing.
    Pass,
    /// URLs are rewritten.
    Rewrite(Rewriter),
    /// It is unpacked, then URLs are rewritten.
    Unpack(Gunzip, Rewriter),
}

/// Where the rest of a body comes from.
#[derive(Debug)]
pub(crate) struct Source {
    /// Taken from it already.
    ahead: Option<Bytes>,
    rest: Option<Incoming>,
}

impl From<Arrived> for Source {
    fn from(body: Arrived) -> Self {
        match body {
            Arrived::Passing(rest) => Self { ahead: None, rest: Some(rest) },
            Arrived::Read(bytes) => Self { ahead: Some(bytes), rest: None },
        }
    }
}

impl Source {
    /// Rewrites at once what is already there as a whole, as small answers are: then they go out with a length, in one
    /// piece. Never waits.
    ///
    /// # Errors
    /// When the answer has broken off already, and the client can still be told.
    pub(crate) fn settle(&mut self, filter: &mut Filter) -> Result<(), EgressError> {
        let Filter::Rewrite(rewriter) = filter else { return Ok(()) };
        if let Some(rest) = &mut self.rest
            && self.ahead.is_none()
        {
            // Nobody is to be woken: whoever asks next says whom.
            match Pin::new(rest).poll_frame(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Some(Ok(frame))) => self.ahead = frame.into_data().ok(),
                Poll::Ready(Some(Err(error))) => return Err(EgressError::of_body(error)),
                Poll::Ready(None) => self.rest = None,
                Poll::Pending => {}
            }
        }
        if self.rest.as_ref().is_none_or(Incoming::is_end_stream) {
            let whole = self.ahead.take().unwrap_or_default();
            self.ahead = Some(rewriter.push(whole, true));
            self.rest = None;
            *filter = Filter::Pass;
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.ahead.is_none() && self.rest.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, hyper::Error>>> {
        if let Some(ahead) = self.ahead.take() {
            return Poll::Ready(Some(Ok(ahead)));
        }
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        loop {
            match ready!(Pin::new(&mut *rest).poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                // Trailers end here: nothing Atlassian sends in them is for clients.
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        let ahead = self.ahead.as_ref().map_or(0, Bytes::len) as u64;
        let mut hint = self.rest.as_ref().map_or_else(|| SizeHint::with_exact(0), Incoming::size_hint);
        let upper = hint.upper();
        hint.set_lower(0);
        if let Some(upper) = upper {
            hint.set_upper(upper + ahead);
            hint.set_lower(upper + ahead);
        }
        hint
    }
}

/// One answer passing. Holds the call's admission and its record until the last byte is out, and closes both however it
/// ends: a broken answer is passed on as a broken transfer, never as a clean end.
pub(crate) struct Download {
    source: Source,
    filter: Filter,
    idle: Idle,
    passed: u64,
    over: bool,
    ledger: Option<Ledger>,
    admission: Option<Admission>,
}

impl Download {
    pub(crate) fn new(
        source: Source,
        filter: Filter,
        idle: Duration,
        ledger: Ledger,
        admission: Admission,
    ) -> Self {
        let idle = Idle::new(idle);
        Self {
            source,
            filter,
            idle,
            passed: 0,
            over: false,
            ledger: Some(ledger),
            admission: Some(admission),
        }
    }

    pub(crate) const fn is_over(&self) -> bool {
        self.over
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        match self.filter {
            Filter::Pass => self.source.size_hint(),
            Filter::Rewrite(_) | Filter::Unpack(..) => SizeHint::default(),
        }
    }

    pub(crate) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        while !self.over {
            if let Some(unpacked) = self.unpack() {
                match unpacked {
                    Ok(chunk) if chunk.is_empty() => continue,
                    other => return Poll::Ready(Some(other)),
                }
            }
            let Poll::Ready(raw) = self.source.poll(context) else {
                ready!(self.idle.poll(context));
                self.finish(Ended::Deadline);
                return Poll::Ready(Some(Err("the answer stood still".into())));
            };
            self.idle.moved();
            let chunk = match raw {
                Some(Err(error)) => {
                    self.finish(Ended::UpstreamBrokeOff);
                    return Poll::Ready(Some(Err(EgressError::of_body(error).into())));
                }
                Some(Ok(data)) => self.filter(data),
                None => self.flush(),
            };
            if !chunk.is_empty() {
                return Poll::Ready(Some(Ok(chunk)));
            }
        }
        Poll::Ready(None)
    }

    /// The next piece of a packed answer; `None` when it needs more input, or nothing is packed.
    fn unpack(&mut self) -> Option<Result<Bytes, BoxError>> {
        let Filter::Unpack(gunzip, rewriter) = &mut self.filter else { return None };
        match gunzip.pull() {
            Ok(None) => None,
            Ok(Some(piece)) => {
                let last = piece.is_empty();
                let chunk = rewriter.push(piece, last);
                self.note(&chunk);
                if last {
                    self.finish(Ended::Complete);
                }
                Some(Ok(chunk))
            }
            Err(error) => {
                self.finish(Ended::UpstreamBrokeOff);
                Some(Err(error.into()))
            }
        }
    }

    /// What a piece becomes; may be empty.
    fn filter(&mut self, data: Bytes) -> Bytes {
        let last = self.source.is_over();
        let chunk = match &mut self.filter {
            Filter::Pass => data,
            Filter::Rewrite(rewriter) => rewriter.push(data, last),
            Filter::Unpack(gunzip, _) => {
                gunzip.feed(data);
                return Bytes::new();
            }
        };
        self.note(&chunk);
        if last {
            self.finish(Ended::Complete);
        }
        chunk
    }

    /// What was held back, now that nothing follows.
    fn flush(&mut self) -> Bytes {
        let chunk = match &mut self.filter {
            Filter::Pass => Bytes::new(),
            Filter::Rewrite(rewriter) => rewriter.push(Bytes::new(), true),
            Filter::Unpack(gunzip, _) => {
                gunzip.end();
                return Bytes::new();
            }
        };
        self.note(&chunk);
        self.finish(Ended::Complete);
        chunk
    }

    /// A piece goes out.
    fn note(&mut self, chunk: &[u8]) {
        self.passed += chunk.len() as u64;
        if let Some(ledger) = &mut self.ledger {
            ledger.passed(chunk);
        }
    }

    /// The client takes nothing, and is not waited for any longer.
    pub(crate) fn give_up(&mut self) {
        self.finish(Ended::Deadline);
    }

    fn finish(&mut self, ended: Ended) {
        self.over = true;
        self.admission = None;
        if let Some(ledger) = self.ledger.take() {
            ledger.closed(ended, self.passed);
        }
    }
}

/// The client left: hyper drops the body of an answer nobody reads.
impl Drop for Download {
    fn drop(&mut self) {
        if let Some(ledger) = &mut self.ledger {
            // It may leave before it asks for the first piece; what was made was made all the same.
            if let (Filter::Pass, Some(ahead)) = (&self.filter, &self.source.ahead) {
                ledger.passed(ahead);
            }
            ledger.close_left(self.passed);
        }
    }
}
