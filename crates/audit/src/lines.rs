//! The form of the log: one line a record.
//!
//! ```text
//! {"seq":17,"hash":"<64 hexadecimal digits>","record":{...}}
//! ```
//!
//! The hash covers the bytes of the record exactly as they stand, so the frame around them is read by hand and admits one
//! spelling only: no spaces, no other order, no further fields. A byte changed in the frame is a broken line.

use chain::Head;

use crate::record::Record;

const BEFORE_SEQ: &[u8] = b"{\"seq\":";
const BEFORE_HASH: &[u8] = b",\"hash\":\"";
const BEFORE_RECORD: &[u8] = b"\",\"record\":";
const AFTER: &[u8] = b"}";

/// Appends a record as a line, and says where the chain is then.
pub fn push_record(lines: &mut Vec<u8>, head: Head, record: &Record) -> Head {
    push_with(lines, head, |line| record.write_json(line))
}

/// The same for a record that is JSON already.
pub(crate) fn push(lines: &mut Vec<u8>, head: Head, payload: &[u8]) -> Head {
    push_with(lines, head, |line| line.extend_from_slice(payload))
}

fn push_with(lines: &mut Vec<u8>, head: Head, write: impl FnOnce(&mut Vec<u8>)) -> Head {
    let seq = head.seq.saturating_add(1);
    lines.extend_from_slice(BEFORE_SEQ);
    lines.extend_from_slice(itoa::Buffer::new().format(seq).as_bytes());
    lines.extend_from_slice(BEFORE_HASH);
    let hash_at = lines.len();
    lines.extend_from_slice(&[b'0'; 64]);
    lines.extend_from_slice(BEFORE_RECORD);
    let payload_at = lines.len();
    write(lines);
    let next = head.extend(lines.get(payload_at..).unwrap_or_default());
    if let Some(place) = lines.get_mut(hash_at..hash_at + 64) {
        place.copy_from_slice(&next.hex());
    }
    lines.extend_from_slice(AFTER);
    lines.push(b'\n');
    next
}

/// A line taken apart. Nothing in it is believed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The number it claims.
    pub seq: u64,
    /// The hash it claims.
    pub hash: [u8; 32],
    /// The record's JSON.
    pub payload: &'a [u8],
}

impl<'a> Line<'a> {
    /// Takes a line apart, without its line feed.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(BEFORE_SEQ)?;
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (seq, rest) = rest.split_at_checked(digits)?;
        let seq = str::from_utf8(seq).ok().filter(|seq| !seq.starts_with('0'))?;
        let (hex, rest) = rest.strip_prefix(BEFORE_HASH)?.split_first_chunk::<64>()?;
        let payload = rest.strip_prefix(BEFORE_RECORD)?.strip_suffix(AFTER)?;
        Some(Self { seq: seq.parse().ok()?, hash: unhex(hex)?, payload })
    }

    /// The record, if its JSON is one.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        serde_json::from_slice(self.payload).ok()
    }
}

fn unhex(hex: &[u8; 64]) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(hex.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = *byte << 4 | value;
        }
    }
    Some(hash)
}

/// The lines of a block. Every line ends in a line feed; what stands behind the last one is a line too, and a broken one.
pub fn split(block: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    block.strip_suffix(b"\n").unwrap_or(block).split(|b| *b == b'\n').filter(|_| !block.is_empty())
}

#[cfg(test)]
mod tests;
