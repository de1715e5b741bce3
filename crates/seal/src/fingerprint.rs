//! Recognising a request that comes again, without keeping what it said.
//!
//! HMAC-SHA-256 (RFC 2104) with a key that is not kept either: whoever reads the fingerprints later, but not the key, cannot
//! try guesses at a secret that was in the request.

use aws_lc_rs::hmac;

/// What fingerprints are for. No other use of HMAC may begin like this.
const PURPOSE: &[u8] = b"ticketgate: this request again\n";

/// The fingerprint of some texts, in order. Each is preceded by its length, so that no two lists look alike.
#[must_use]
pub fn of(key: &[u8], texts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(PURPOSE);
    for text in texts {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text);
    }
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_another_division_of_them_and_another_key_look_different() {
        let fingerprint = of(b"key", &[b"ab", b"c"]);
        assert_eq!(fingerprint, of(b"key", &[b"ab", b"c"]));
        for other in [of(b"key", &[b"a", b"bc"]), of(b"key", &[b"abc"]), of(b"yek", &[b"ab", b"c"])] {
            assert_ne!(fingerprint, other);
        }
    }
}
