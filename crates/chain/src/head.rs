use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};

const DOMAIN: &[u8] = b"ticketgate/audit/1\0";

/// The end of a chain: the last record's number and hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many records the chain has; the last one's sequence number.
    pub seq: u64,
    /// The last record's hash.
    pub hash: [u8; 32],
}

impl Head {
    /// The chain without records.
    pub const GENESIS: Self = Self { seq: 0, hash: [0; 32] };

    /// The head after one more record.
    ///
    /// At 2^64 records the number stands still; a gateway writing a million a second gets there in half a million years.
    #[must_use]
    pub fn extend(&self, payload: &[u8]) -> Self {
        let seq = self.seq.saturating_add(1);
        let mut context = Context::new(&SHA256);
        context.update(DOMAIN);
        context.update(&self.hash);
        context.update(&seq.to_le_bytes());
        context.update(&(payload.len() as u64).to_le_bytes());
        context.update(payload);
        let mut hash = [0; 32];
        hash.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        Self { seq, hash }
    }

    /// The hash as 64 lower-case hexadecimal digits, without an allocation.
    #[must_use]
    pub fn hex(&self) -> [u8; 64] {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.hash) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        digits
    }
}

const fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

/// `SEQ:HEX`, the text form of an [`crate::Anchor`].
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
