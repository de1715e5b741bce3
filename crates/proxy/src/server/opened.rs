//! How a connection begins, and which version of HTTP that means.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

/// How every HTTP/2 connection begins (RFC 9113 §3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// HTTP/1.0 or 1.1, or nothing that is known.
    One,
    /// HTTP/2.
    Two,
}

/// A connection whose first bytes have been read, and can be read once more.
///
/// With TLS the same is agreed on before (ALPN), but what the client then sends counts, as it does without.
pub(super) struct Opened<I> {
    stream: I,
    first: [u8; PREFACE.len()],
    /// How many of them there are.
    held: usize,
    /// How many of those have been read once more.
    given: usize,
    /// What became of the read behind them.
    failed: Option<io::Error>,
}

impl<I: AsyncRead + Unpin> Opened<I> {
    /// Reads until it is known what is spoken: at most as much as the preface, and never waits for more than that takes.
    ///
    /// # Errors
    /// When reading fails, or the client leaves without a byte.
    pub(super) async fn read(mut stream: I) -> io::Result<Self> {
        let (mut first, mut held) = ([0; PREFACE.len()], 0);
        while let (same, rest @ [_, ..]) = first.split_at_mut(held)
            && PREFACE.starts_with(same)
        {
            match stream.read(rest).await? {
                0 if held == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                0 => break,
                more => held += more,
            }
        }
        Ok(Self { stream, first, held, given: 0, failed: None })
    }
}

impl<I> Opened<I> {
    /// What the client speaks.
    pub(super) fn version(&self) -> Version {
        if self.first == *PREFACE { Version::Two } else { Version::One }
    }

    /// Where to write.
    pub(super) const fn stream(&mut self) -> &mut I {
        &mut self.stream
    }
}

impl<I: AsyncWrite> Opened<I> {
    pub(super) fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Opened<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(failed) = this.failed.take() {
            return Poll::Ready(Err(failed));
        }
        if this.given == this.held {
            return Pin::new(&mut this.stream).poll_read(context, buffer);
        }
        let rest = this.first.get(this.given..this.held).unwrap_or_default();
        let fits = rest.get(..buffer.remaining()).unwrap_or(rest);
        buffer.put_slice(fits);
        this.given += fits.len();
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        // Together with what follows: when a head comes in pieces, hyper doubles the room for it and keeps that.
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            Poll::Ready(Err(failed)) => this.failed = Some(failed),
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests;
