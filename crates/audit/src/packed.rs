//! Blocks at rest: the lines of a commit, packed when that saves something.
//!
//! ```text
//! {"seq":...                        lines as they are: short blocks, and all blocks of older versions
//! 0x01 ‖ length as 4 bytes ‖ LZ4    packed as a whole, by older versions; the length (little endian) is that of the lines
//! 0x02 ‖ CRC-32 ‖ piece ‖ piece ... packed piece by piece; a piece is its length unpacked and packed (4 bytes each, little
//!                                   endian) and as much LZ4, or its bytes as they are where the second length is 0
//! ```
//!
//! The checksum is of what stands behind it. Lines repeat themselves, so LZ4 can say the same in many ways: without it a
//! flipped bit could make another one of them, and would go unnoticed because no record had changed.
//!
//! Lines are much alike: a packed block is about a quarter of its lines, and what is not written to a page twice (journal and
//! database) costs more than packing does. Chain and export know nothing of it; what cannot be unpacked is a broken row to
//! [`crate::verify`].

use std::borrow::Cow;

use crc32fast::Hasher;

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

/// Lines on their way into a block, packed as they come: of a thousand records only the last few dozen stand in memory as they
/// are.
#[derive(Debug, Default)]
pub(crate) struct Packing {
    /// Packed already.
    pieces: Vec<u8>,
    checksum: Hasher,
    /// Not packed yet.
    open: Vec<u8>,
    /// Where the next piece is packed: asking for fresh room each time costs more than packing.
    room: Vec<u8>,
}

impl Packing {
    /// Takes the line that `write` appends.
    pub(crate) fn line<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let written = write(&mut self.open);
        if self.open.len() >= PIECE {
            self.pack();
        }
        written
    }

    /// The form in which the lines so far are kept.
    pub(crate) fn block(&mut self) -> Vec<u8> {
        if self.pieces.is_empty() && self.open.len() < SHORT {
            return self.open.clone();
        }
        self.pack();
        let checksum = self.checksum.clone().finalize().to_le_bytes();
        [&[PIECES], &checksum[..], &self.pieces].concat()
    }

    /// The lines so far.
    pub(crate) fn lines(&self) -> Vec<u8> {
        // What was packed here can be unpacked.
        let mut lines = unpack_pieces(&self.pieces).unwrap_or_default();
        lines.extend_from_slice(&self.open);
        lines
    }

    /// Begins anew, and keeps no more room than the next block needs.
    pub(crate) fn clear(&mut self) {
        self.open.clear();
        self.open.shrink_to(2 * PIECE);
        self.pieces.clear();
        self.pieces.shrink_to(MOST_KEPT);
        self.checksum.reset();
    }

    fn pack(&mut self) {
        let length = self.open.len();
        if length == 0 {
            return;
        }
        let behind = self.pieces.len();
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
        self.checksum.update(self.pieces.get(behind..).unwrap_or_default());
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
            let (checksum, pieces) = rest.split_first_chunk()?;
            let is_right = u32::from_le_bytes(*checksum) == crc32fast::hash(pieces);
            is_right.then(|| unpack_pieces(pieces)).flatten().map(Cow::Owned)
        }
        _ => Some(Cow::Borrowed(kept)),
    }
}

fn unpack_pieces(mut pieces: &[u8]) -> Option<Vec<u8>> {
    let mut lines = Vec::new();
    while !pieces.is_empty() {
        let (unpacked, rest) = length(pieces)?;
        let (packed, rest) = length(rest)?;
        let (piece, rest) = rest.split_at_checked(if packed == 0 { unpacked } else { packed })?;
        if packed == 0 {
            lines.extend_from_slice(piece);
        } else {
            unpack_piece(&mut lines, unpacked, piece)?;
        }
        pieces = rest;
    }
    Some(lines)
}

/// A length, and what stands behind it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    Some((usize::try_from(u32::from_le_bytes(*length)).ok()?, rest))
}

/// Appends the `length` bytes that `packed` is to be.
fn unpack_piece(lines: &mut Vec<u8>, length: usize, packed: &[u8]) -> Option<()> {
    let before = lines.len();
    let after = before.checked_add(length).filter(|after| *after <= LARGEST)?;
    lines.resize(after, 0);
    let unpacked = lz4_flex::block::decompress_into(packed, lines.get_mut(before..)?).ok()?;
    (unpacked == length).then_some(())
}

#[cfg(test)]
mod tests;
