//! 32 bytes as 43 letters and digits, and a checksum as 6: the text form of everything that is ours.
//!
//! The alphabet has no character that a URL, a header, a shell or a double click treats specially.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Length of 32 bytes: 62^43 is the first power of 62 above 2^256.
pub(crate) const BODY: usize = 43;
/// Length of a CRC-32: 62^6 is the first power of 62 above 2^32.
pub(crate) const CHECKSUM: usize = 6;

fn digit(value: u32) -> char {
    ALPHABET.get(value as usize).map_or('0', |b| char::from(*b))
}

fn value(digit: u8) -> Option<u32> {
    match digit {
        b'0'..=b'9' => Some(u32::from(digit - b'0')),
        b'A'..=b'Z' => Some(u32::from(digit - b'A') + 10),
        b'a'..=b'z' => Some(u32::from(digit - b'a') + 36),
        _ => None,
    }
}

/// Whether every byte belongs to the alphabet. Looks at all of them whatever it finds.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |fits, b| fits & value(*b).is_some())
}

/// Appends the bytes, read as one big-endian number, as exactly [`BODY`] digits.
pub(crate) fn push_bytes(text: &mut String, bytes: &[u8; 32]) {
    let mut limbs = Zeroizing::new([0u32; 8]);
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(4)) {
        *limb = chunk.iter().fold(0, |limb, b| (limb << 8) | u32::from(*b));
    }
    let mut digits = Zeroizing::new(['0'; BODY]);
    for place in digits.iter_mut().rev() {
        let mut rest = 0u64;
        for limb in limbs.iter_mut() {
            let dividend = (rest << 32) | u64::from(*limb);
            *limb = u32::try_from(dividend / 62).unwrap_or(0);
            rest = dividend % 62;
        }
        *place = digit(u32::try_from(rest).unwrap_or(0));
    }
    text.extend(digits.iter());
}

/// The number written by [`push_bytes`]; `None` for another length, a foreign character, or a number above 2^256.
pub(crate) fn bytes(text: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    if text.len() != BODY {
        return None;
    }
    let mut limbs = Zeroizing::new([0u32; 8]);
    for digit in text {
        let mut carry = u64::from(value(*digit)?);
        for limb in limbs.iter_mut().rev() {
            let sum = u64::from(*limb) * 62 + carry;
            *limb = u32::try_from(sum & 0xffff_ffff).unwrap_or(0);
            carry = sum >> 32;
        }
        if carry != 0 {
            return None;
        }
    }
    let mut bytes = Zeroizing::new([0u8; 32]);
    for (chunk, limb) in bytes.chunks_exact_mut(4).zip(limbs.iter()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    Some(bytes)
}

/// The CRC-32 (ISO-HDLC, as in gzip) of what stands before it, as [`CHECKSUM`] digits.
pub(crate) fn checksum(before: &[u8]) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(before);
    let mut digits = [b'0'; CHECKSUM];
    for place in digits.iter_mut().rev() {
        *place = ALPHABET.get((rest % 62) as usize).copied().unwrap_or(b'0');
        rest /= 62;
    }
    digits
}

/// `prefix`, the bytes, the checksum over both.
pub(crate) fn render(prefix: &str, bytes: &[u8; 32]) -> String {
    // Sized at once: growing would leave copies of the text behind in freed memory.
    let mut text = String::with_capacity(prefix.len() + BODY + CHECKSUM);
    text.push_str(prefix);
    push_bytes(&mut text, bytes);
    let checksum = checksum(text.as_bytes());
    text.extend(checksum.iter().map(|b| char::from(*b)));
    text
}

#[cfg(test)]
mod tests;
