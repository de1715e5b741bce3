//! A connection that does not wait for ever.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::idle::Idle;
use crate::taker::Taker;

/// How every HTTP/2 connection begins (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Fails with [`io::ErrorKind::TimedOut`] where hyper would wait without end: for the first bytes, which tell the version
/// of HTTP, and for a client that does not take what is written.
pub(super) struct Patience<I> {
    stream: I,
    guessing: Option<Guessing>,
    writing: Idle,
    taker: Arc<Taker>,
}

/// Until it is known which version is spoken. From then on hyper keeps the time.
struct Guessing {
    /// How much of the preface has come.
    matched: usize,
    ends: Pin<Box<Sleep>>,
}

impl<I> Patience<I> {
    /// Waits for the first bytes for `head_within`, and for a write one to two times `idle`, and tells `taker` when
    /// that was too long.
    pub(super) fn new(stream: I, head_within: Duration, idle: Duration, taker: Arc<Taker>) -> Self {
        let guessing = Guessing { matched: 0, ends: Box::pin(tokio::time::sleep(head_within)) };
        Self { stream, guessing: Some(guessing), writing: Idle::new(idle), taker }
    }

    fn read(&mut self, new: &[u8]) {
        let Some(guessing) = &mut self.guessing else { return };
        let rest = PREFACE.get(guessing.matched..).unwrap_or_default();
        let same = rest.iter().zip(new).take_while(|(expected, found)| expected == found).count();
        guessing.matched += same;
        // Another byte than the preface has, the whole preface, or the end of what the client sends.
        if same < new.len() || same == rest.len() || new.is_empty() {
            self.guessing = None;
        }
    }

    /// What became of a write; one that has waited too long has failed.
    fn written<T>(&mut self, poll: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.writing.moved();
            return poll;
        }
        ready!(self.writing.poll(context));
        self.taker.give_up();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Patience<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let poll = Pin::new(&mut this.stream).poll_read(context, buffer);
        match poll {
            Poll::Ready(_) => this.read(buffer.filled().get(before..).unwrap_or_default()),
            Poll::Pending => {
                if let Some(guessing) = &mut this.guessing {
                    ready!(guessing.ends.as_mut().poll(context));
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
        }
        poll
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Patience<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(poll, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(poll, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(context);
        // Nothing to flush is not progress: TCP always says so, right after a write that had to wait.
        if poll.is_ready() { poll } else { self.written(poll, context) }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_shutdown(context);
        self.written(poll, context)
    }
}
