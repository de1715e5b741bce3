//! Proof of knowing a token's digest, given without the token being shown.
//!
//! Commands find a running gateway by a file that a crash leaves behind. Before the operator token is sent to whatever
//! listens at the address in it, this proof is asked for: HMAC-SHA-256 (RFC 2104) over a challenge that is used once, with
//! the token's digest as the key. The digest stands for 256 random bits, so a proof gives nothing away that could be
//! guessed from, and one that was overheard fits no other challenge.

use aws_lc_rs::hmac;

use crate::base62;
use crate::token::Digest;

/// What is proved. No other use of the digest as a key may begin like this.
const PURPOSE: &[u8] = b"ticketgate: I know this operator token\n";

/// The proof for one challenge: letters and digits.
#[must_use]
pub fn of(digest: &Digest, challenge: &str) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, digest.as_bytes()));
    context.update(PURPOSE);
    context.update(challenge.as_bytes());
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(context.sign().as_ref()).for_each(|(to, from)| *to = *from);
    let mut text = String::with_capacity(base62::BODY);
    base62::push_bytes(&mut text, &bytes);
    text
}

#[cfg(test)]
mod tests;
