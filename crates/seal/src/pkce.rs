//! Proof key for code exchange (RFC 7636), with `S256` only: whoever redeems a code shows that it was them who asked for it.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

/// Length of a SHA-256 in base64url without padding.
const CHALLENGE: usize = 43;

/// Whether a text can be an `S256` challenge (RFC 7636 §4.2): 32 bytes in base64url without padding.
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// Whether a text can be a verifier (RFC 7636 §4.1): 43 to 128 unreserved characters.
#[must_use]
pub fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

/// The `S256` challenge of a verifier (RFC 7636 §4.2).
#[must_use]
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// Whether `verifier` is what `challenge` was made of (RFC 7636 §4.6). Compared in constant time.
#[must_use]
pub fn answers(verifier: &str, challenge: &str) -> bool {
    is_verifier(verifier) && challenge_of(verifier).as_bytes().ct_eq(challenge.as_bytes()).into()
}

#[cfg(test)]
mod tests;
