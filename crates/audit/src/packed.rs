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
/// What a block's lines can come to: [`crate::writer`] takes 1,024 records, each of a few kilobytes at most. A row that claims
/// more was not written here.
const LARGEST: usize = 64 << 20;

/// The form in which lines are kept.
pub(crate) fn pack(lines: Vec<u8>) -> Vec<u8> {
    let Some(length) = u32::try_from(lines.len()).ok().filter(|_| lines.len() >= SHORT) else { return lines };
    let mut packed = vec![0; HEAD + lz4_flex::block::get_maximum_output_size(lines.len())];
    let Some((head, room)) = packed.split_at_mut_checked(HEAD) else { return lines };
    let Ok(written) = lz4_flex::block::compress_into(&lines, room) else { return lines };
    let [a, b, c, d] = length.to_le_bytes();
    head.copy_from_slice(&[PACKED, a, b, c, d]);
    packed.truncate(HEAD + written);
    if packed.len() < lines.len() { packed } else { lines }
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
