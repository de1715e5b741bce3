//! A connection that can be told to speak garbage: what no well-behaved server library would send.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Neither HTTP/1.1 nor HTTP/2.
const GARBAGE: &[u8] = b"\x00\xffHTTP/9.9 \x07\x07 gibberish\r\n\x01\x02\x03: \xfe\r\r\n\n";

/// Set to make the connection's next writing garbage, and its last.
pub(crate) type Garble = Arc<AtomicBool>;

/// A TCP stream with that switch.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    pub(crate) garble: Garble,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.garble.load(Ordering::Acquire) {
            return Pin::new(&mut self.stream).poll_write(context, bytes);
        }
        let _ = ready!(Pin::new(&mut self.stream).poll_write(context, GARBAGE));
        Poll::Ready(Err(io::Error::other("garbage was asked for")))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
