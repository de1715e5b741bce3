//! A connection that does not wait for ever.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::opened::Opened;
use crate::idle::Idle;
use crate::taker::Taker;

/// Fails with [`io::ErrorKind::TimedOut`] where hyper would wait without end: for a client that does not take what is
/// written. How long is waited for what a client sends is hyper's to know.
pub(super) struct Patience<I> {
    opened: Opened<I>,
    writing: Idle,
    taker: Arc<Taker>,
}

impl<I> Patience<I> {
    /// Waits for a write one to two times `idle`, and tells `taker` when that was too long.
    pub(super) const fn new(opened: Opened<I>, idle: Duration, taker: Arc<Taker>) -> Self {
        Self { opened, writing: Idle::new(idle), taker }
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
        Pin::new(&mut self.opened).poll_read(context, buffer)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Patience<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(self.opened.stream()).poll_write(context, bytes);
        self.written(poll, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(self.opened.stream()).poll_write_vectored(context, slices);
        self.written(poll, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.opened.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(self.opened.stream()).poll_flush(context);
        // Nothing to flush is not progress: TCP always says so, right after a write that had to wait.
        if poll.is_ready() { poll } else { self.written(poll, context) }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(self.opened.stream()).poll_shutdown(context);
        self.written(poll, context)
    }
}
