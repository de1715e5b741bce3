//! SHA-256, for naming things: what is found or remembered by it holds no secret.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// SHA-256 of the parts one after the other, each with its length before it, so that no other parts give the same text.
pub(crate) fn of(parts: &[&[u8]]) -> [u8; 32] {
    let mut text = Vec::new();
    for part in parts {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part);
    }
    plain(&text)
}

/// SHA-256 of a text.
pub(crate) fn plain(text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(digest(&SHA256, text).as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}

/// A name of 22 characters for whatever has this content: the first 16 bytes of the digest in base64url.
pub(crate) fn name(content: &[u8]) -> String {
    let digest = plain(content);
    URL_SAFE_NO_PAD.encode(digest.first_chunk::<16>().map_or(&[][..], |first| first.as_slice()))
}
