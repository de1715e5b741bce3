use std::fmt;
use std::str::FromStr;

use crate::Head;

/// A head written down elsewhere. Text form: `SEQ:HEX`, the hash as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The record's number.
    pub seq: u64,
    /// The hash it had.
    pub hash: [u8; 32],
}

impl From<Head> for Anchor {
    fn from(head: Head) -> Self {
        Self { seq: head.seq, hash: head.hash }
    }
}

impl From<Anchor> for Head {
    fn from(anchor: Anchor) -> Self {
        Self { seq: anchor.seq, hash: anchor.hash }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Head::from(*self), f)
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Anchor {
    type Err = NotAnAnchor;

    fn from_str(text: &str) -> Result<Self, NotAnAnchor> {
        let (seq, hex) = text.trim().split_once(':').ok_or(NotAnAnchor)?;
        // `u64::from_str` takes a leading plus sign; a number is digits only.
        if !seq.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAnAnchor);
        }
        let hex: &[u8; 64] = hex.as_bytes().try_into().map_err(|_| NotAnAnchor)?;
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = pair
                .iter()
                .try_fold(0u8, |byte, digit| Some(byte << 4 | value(*digit)?))
                .ok_or(NotAnAnchor)?;
        }
        Ok(Self { seq: seq.parse().map_err(|_| NotAnAnchor)?, hash })
    }
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The text is not `SEQ:HEX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an anchor is a record's number, a colon and 64 hexadecimal digits")]
pub struct NotAnAnchor;

#[cfg(test)]
mod tests;
