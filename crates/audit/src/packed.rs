//! Blocks at rest: the lines of a commit, packed when that saves something.
//!
//! ```text
//! {"seq":...                        lines as they are: short blocks, and all blocks of older versions
//! 0x01 ‖ length as 4 bytes ‖ LZ4    lines packed as a whole, by older versions; the length (little endian) is theirs
//! 0x02 ‖ CRC-32 ‖ number ‖ hash ‖ piece ‖ piece ...
//!                                   records, a line feed behind each, packed piece by piece. Number (8 bytes) and hash
//!                                   (32 bytes) are where the chain was before them; a piece is its length unpacked and
//!                                   packed (4 bytes each) and as much LZ4, or its bytes as they are where the second
//!                                   length is 0. All numbers are little endian.
//! ```
//!
//! The checksum is of what stands behind it. Records repeat themselves, so LZ4 can say the same in many ways: without it a
//! flipped bit could make another one of them, and would go unnoticed because no record had changed.
//!
//! Records are much alike, except for their hashes, which nothing can pack: those follow from where the chain was, and are
//! worked out again when a block is read. So a block takes a sixth of its lines, and what is not written to a page twice (journal
//! and database) costs more than packing does. Chain and export know nothing of it; what cannot be unpacked is a broken row to
//! [`crate::verify`], and what was changed cleverly does not come to the hash its row says.

use std::borrow::Cow;

use chain::Head;
use crc32fast::Hasher;

use crate::lines;

/// What a block begins with that was packed as a whole. Lines begin with a brace.
const WHOLE: u8 = 1;
/// What a block of pieces begins with.
const PIECES: u8 = 2;
/// Below this a block fits a page as it is.
const SHORT: usize = 2048;
/// When a piece is long enough to be packed: while it is still in the processor's nearest cache, and so is all that packing
/// it needs.
const PIECE: usize = 24 * 1024;
/// As much room as is kept between blocks, in bytes: what a full block of calls is packed into.
const MOST_KEPT: usize = 512 * 1024;
/// What a block's lines can come to: [`crate::writer`] takes 1,024 records, each of a few kilobytes at most. A row that claims
/// more was not written here.
const LARGEST: usize = 64 << 20;

/// Records on their way into a block, chained and packed as they come: of a thousand only the last few dozen stand in memory as
/// they are.
#[derive(Debug)]
pub(crate) struct Packing {
    /// Where the chain was before them.
    start: Head,
    /// Where it is.
    end: Head,
    /// Packed already.
    pieces: Vec<u8>,
    /// Not packed yet.
    open: Vec<u8>,
    /// Where the next piece is packed: asking for fresh room each time costs more than packing.
    room: Vec<u8>,
}

impl Packing {
    /// Nothing yet, behind `start`.
    pub(crate) const fn behind(start: Head) -> Self {
        Self { start, end: start, pieces: Vec::new(), open: Vec::new(), room: Vec::new() }
    }

    /// Takes the record whose JSON `write` appends.
    pub(crate) fn record(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let at = self.open.len();
        write(&mut self.open);
        self.end = self.end.extend(self.open.get(at..).unwrap_or_default());
        self.open.push(b'\n');
        if self.open.len() >= PIECE {
            self.pack();
        }
    }

    /// Where the chain is behind the records so far.
    pub(crate) const fn end(&self) -> Head {
        self.end
    }

    /// The form in which the records so far are kept.
    pub(crate) fn block(&mut self) -> Vec<u8> {
        if self.pieces.is_empty() && self.open.len() < SHORT {
            return self.lines();
        }
        self.pack();
        let (number, hash) = (self.start.seq.to_le_bytes(), self.start.hash);
        let mut checksum = Hasher::new();
        [&number[..], &hash, &self.pieces].into_iter().for_each(|part| checksum.update(part));
        [&[PIECES], &checksum.finalize().to_le_bytes()[..], &number, &hash, &self.pieces].concat()
    }

    /// The records so far, as JSON, a line feed behind each.
    pub(crate) fn records(&self) -> Vec<u8> {
        // What was packed here can be unpacked.
        let mut records = unpack_pieces(&self.pieces).unwrap_or_default();
        records.extend_from_slice(&self.open);
        records
    }

    /// The records so far, as lines.
    pub(crate) fn lines(&self) -> Vec<u8> {
        chained(self.start, &self.records()).unwrap_or_default()
    }

    /// Begins anew behind `start`, and keeps no more room than the next block needs.
    pub(crate) fn begin(&mut self, start: Head) {
        (self.start, self.end) = (start, start);
        self.open.clear();
        self.open.shrink_to(2 * PIECE);
        self.pieces.clear();
        self.pieces.shrink_to(MOST_KEPT);
    }

    fn pack(&mut self) {
        let length = self.open.len();
        if length == 0 {
            return;
        }
        let room = lz4_flex::block::get_maximum_output_size(length);
        if self.room.len() < room {
            self.room.resize(room, 0);
        }
        let packed = lz4_flex::block::compress_into(&self.open, &mut self.room).ok();
        let packed = packed.filter(|packed| *packed < length).and_then(|packed| self.room.get(..packed));
        let (packed_length, bytes) =
            packed.map_or((0, self.open.as_slice()), |packed| (packed.len(), packed));
        for length in [length, packed_length] {
            // A line is a few kilobytes, so a piece is not much longer than it has to be.
            self.pieces.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.pieces.extend_from_slice(bytes);
        self.open.clear();
    }
}

/// The lines of a kept block; `None` when it is none that was written here.
pub(crate) fn unpack(kept: &[u8]) -> Option<Cow<'_, [u8]>> {
    match kept.split_first() {
        Some((&WHOLE, packed)) => {
            let (length, packed) = length(packed)?;
            let mut lines = Vec::new();
            unpack_piece(&mut lines, length, packed)?;
            Some(Cow::Owned(lines))
        }
        Some((&PIECES, rest)) => {
            let (checksum, rest) = rest.split_first_chunk()?;
            if u32::from_le_bytes(*checksum) != crc32fast::hash(rest) {
                return None;
            }
            let (number, rest) = rest.split_first_chunk()?;
            let (hash, pieces) = rest.split_first_chunk()?;
            let start = Head { seq: u64::from_le_bytes(*number), hash: *hash };
            chained(start, &unpack_pieces(pieces)?).map(Cow::Owned)
        }
        _ => Some(Cow::Borrowed(kept)),
    }
}

/// Records as lines, behind `start`; `None` for more than were ever written.
fn chained(start: Head, records: &[u8]) -> Option<Vec<u8>> {
    let mut lines = Vec::with_capacity(records.len() * 2);
    let mut head = start;
    for record in records.split_inclusive(|byte| *byte == b'\n') {
        head = lines::push(&mut lines, head, record.strip_suffix(b"\n").unwrap_or(record));
        if lines.len() > 2 * LARGEST {
            return None;
        }
    }
    Some(lines)
}

fn unpack_pieces(mut pieces: &[u8]) -> Option<Vec<u8>> {
    let mut records = Vec::new();
    while !pieces.is_empty() {
        let (unpacked, rest) = length(pieces)?;
        let (packed, rest) = length(rest)?;
        let (piece, rest) = rest.split_at_checked(if packed == 0 { unpacked } else { packed })?;
        if packed == 0 {
            records.extend_from_slice(piece);
        } else {
            unpack_piece(&mut records, unpacked, piece)?;
        }
        pieces = rest;
    }
    Some(records)
}

/// A length, and what stands behind it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u32::from_le_bytes(*length)).ok()?, rest))
}

/// Appends the `length` bytes that `packed` is to be.
fn unpack_piece(to: &mut Vec<u8>, length: usize, packed: &[u8]) -> Option<()> {
    let before = to.len();
    let after = before.checked_add(length).filter(|after| *after <= LARGEST)?;
    to.resize(after, 0);
    let unpacked = lz4_flex::block::decompress_into(packed, to.get_mut(before..)?).ok()?;
    (unpacked == length).then_some(())
}

#[cfg(test)]
mod tests;
