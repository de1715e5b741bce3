//! Blocks at rest: the lines of a commit, packed when that saves something.
//!
//! ```text
//! {"seq":...                        lines as they are: short blocks, and all blocks of older versions
//! 0x01 ‖ length as 4 bytes ‖ LZ4    packed lines; the length (little endian) is that of the lines
//! ```
//!
//! Lines are much alike: a packed block is about a quarter of its lines, and what is not written to a page twice (journal and
//! database) costs more than packing does. Chain and export know nothing of it; what cannot be unpacked is a broken row to
//! [`crate::verify`].

use std::borrow::Cow;

/// What a packed block begins with. Lines begin with a brace.
const PACKED: u8 = 1;
/// The mark and the length.
const HEAD: usize = 5;
/// Below this a block fits a page as it is.
const SHORT: usize = 2048;
/// As much room as is kept between blocks, in bytes.
const MOST_KEPT: usize = 1 << 20;
/// What a block's lines can come to: [`crate::writer`] takes 1,024 records, each of a few kilobytes at most. A row that claims
/// more was not written here.
const LARGEST: usize = 64 << 20;

/// Packs blocks. Keeps the room it packs into: asking for a fresh megabyte with every block costs more than packing it.
#[derive(Debug, Default)]
pub(crate) struct Packer(Vec<u8>);

impl Packer {
    /// The form in which `lines` are kept.
    pub(crate) fn pack(&mut self, lines: &[u8]) -> Vec<u8> {
        self.packed(lines).unwrap_or_else(|| lines.to_vec())
    }

    /// `None` when nothing is saved.
    fn packed(&mut self, lines: &[u8]) -> Option<Vec<u8>> {
        let length = u32::try_from(lines.len()).ok().filter(|_| lines.len() >= SHORT)?;
        let room = lz4_flex::block::get_maximum_output_size(lines.len());
        self.0.truncate(MOST_KEPT.max(room));
        self.0.shrink_to(MOST_KEPT.max(room));
        if self.0.len() < room {
            self.0.resize(room, 0);
        }
        let written = lz4_flex::block::compress_into(lines, &mut self.0).ok()?;
        let [a, b, c, d] = length.to_le_bytes();
        let packed = [&[PACKED, a, b, c, d], self.0.get(..written)?].concat();
        (packed.len() < lines.len()).then_some(packed)
    }
}

/// The lines of a kept block; `None` when it is none that was written here.
pub(crate) fn unpack(kept: &[u8]) -> Option<Cow<'_, [u8]>> {
    let Some(([PACKED, length @ ..], packed)) = kept.split_first_chunk::<HEAD>() else {
        return Some(Cow::Borrowed(kept));
    };
    let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length <= LARGEST)?;
    let lines = lz4_flex::block::decompress(packed, length).ok()?;
    (lines.len() == length).then_some(Cow::Owned(lines))
}

#[cfg(test)]
mod tests;
