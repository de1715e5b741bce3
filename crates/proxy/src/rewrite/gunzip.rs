use std::io::{self, BufRead, ErrorKind, Read};

use bytes::{Buf, Bytes};
use flate2::bufread::MultiGzDecoder;

/// How much is decompressed at once. What a client does not read is never inflated, so a bomb costs its sender's bytes
/// and this many of ours.
const STEP: usize = 16 * 1024;

/// Decompresses one gzip answer (RFC 1952) as it passes.
pub(crate) struct Gunzip(Box<MultiGzDecoder<Source>>);

/// What has come and is not consumed; says "would block" where more may follow.
#[derive(Default)]
struct Source {
    chunk: Bytes,
    ended: bool,
}

impl Gunzip {
    pub(crate) fn new() -> Self {
        Self(Box::new(MultiGzDecoder::new(Source::default())))
    }

    /// Gives the next compressed chunk. Only after [`Self::pull`] has asked for more.
    pub(crate) fn feed(&mut self, chunk: Bytes) {
        self.0.get_mut().chunk = chunk;
    }

    /// Nothing more follows.
    pub(crate) fn end(&mut self) {
        self.0.get_mut().ended = true;
    }

    /// The next piece of text; `None` when more must be fed, an empty piece at the end.
    ///
    /// # Errors
    /// When the bytes are not gzip, or end too early.
    pub(crate) fn pull(&mut self) -> io::Result<Option<Bytes>> {
        let mut out = vec![0; STEP];
        let mut filled = 0;
        while let Some(room) = out.get_mut(filled..).filter(|room| !room.is_empty()) {
            match self.0.read(room) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == ErrorKind::WouldBlock && filled == 0 => return Ok(None),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        out.truncate(filled);
        Ok(Some(out.into()))
    }
}

impl std::fmt::Debug for Gunzip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gunzip")
    }
}

impl Read for Source {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(room)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.chunk.is_empty() && !self.ended {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(&self.chunk)
    }

    fn consume(&mut self, count: usize) {
        self.chunk.advance(count.min(self.chunk.len()));
    }
}
