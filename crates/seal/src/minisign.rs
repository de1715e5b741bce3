//! Signatures as `minisign` makes them (<https://jedisct1.github.io/minisign/>, "Signature format"), checked against keys that are
//! known: Ed25519 over a text, or over its BLAKE2b-512, with a trusted comment that is signed as well.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::{Blake2b512, Digest as _};

/// The longest text of a signature, in bytes: two comments and two lines of base64.
const LONGEST: usize = 8 * 1_024;

const UNTRUSTED: &str = "untrusted comment: ";
const TRUSTED: &str = "trusted comment: ";

/// A public key, as the second line of `minisign.pub` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinisignKey {
    id: [u8; 8],
    key: [u8; 32],
}

/// Why a text is no key or no signature, or the signature is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MinisignError {
    /// The text is no public key.
    #[error("it is no public key of minisign")]
    NotAKey,
    /// The text is no signature.
    #[error("it is no signature of minisign")]
    NotASignature,
    /// It is made with another key.
    #[error("it is made with another key")]
    OtherKey,
    /// It is made for another use: its trusted comment is another one.
    #[error("it is a signature made for something else: sign with -t and the comment that is asked for")]
    OtherComment,
    /// It is not of this message.
    #[error("it is a signature of something else, or of nothing")]
    Bad,
}

impl MinisignKey {
    /// Reads `RWQ...`.
    ///
    /// # Errors
    /// [`MinisignError::NotAKey`].
    pub fn parse(text: &str) -> Result<Self, MinisignError> {
        let bytes = decoded::<42>(text.trim()).ok_or(MinisignError::NotAKey)?;
        match split(&bytes) {
            Some((b"Ed", id, key)) => {
                Ok(Self { id: *id, key: key.try_into().map_err(|_| MinisignError::NotAKey)? })
            }
            _ => Err(MinisignError::NotAKey),
        }
    }

    /// Whether a text is this key's signature of `message`, with this trusted comment, which says what it is made for: so that no
    /// signature made for anything else is good here.
    ///
    /// # Errors
    /// Why it is not.
    pub fn verify(&self, text: &str, comment: &str, message: &[u8]) -> Result<(), MinisignError> {
        let not = MinisignError::NotASignature;
        if text.len() > LONGEST {
            return Err(not);
        }
        let mut lines = text.trim_end_matches(['\r', '\n']).lines();
        let [Some(untrusted), Some(signature), Some(trusted), Some(global), None] =
            std::array::from_fn(|_| lines.next())
        else {
            return Err(not);
        };
        let trusted =
            trusted.strip_prefix(TRUSTED).filter(|_| untrusted.starts_with(UNTRUSTED)).ok_or(not)?;
        let signature = decoded::<74>(signature).ok_or(not)?;
        let global = decoded::<64>(global).ok_or(not)?;
        let (algorithm, id, signature) = split(&signature).ok_or(not)?;
        if *id != self.id {
            return Err(MinisignError::OtherKey);
        }
        let key = UnparsedPublicKey::new(&ED25519, &self.key);
        let good = match algorithm {
            b"Ed" => key.verify(message, signature),
            b"ED" => key.verify(&Blake2b512::digest(message), signature),
            _ => return Err(not),
        };
        let with_comment = [signature, trusted.as_bytes()].concat();
        good.and_then(|()| key.verify(&with_comment, &global)).map_err(|_| MinisignError::Bad)?;
        if trusted == comment { Ok(()) } else { Err(MinisignError::OtherComment) }
    }
}

/// Exactly so many bytes.
fn decoded<const N: usize>(base64: &str) -> Option<[u8; N]> {
    // What is longer is not decoded first.
    (base64.len() <= N.div_ceil(3) * 4).then(|| STANDARD.decode(base64).ok()?.try_into().ok()).flatten()
}

/// Algorithm, the key's id, and the rest.
fn split(bytes: &[u8]) -> Option<(&[u8; 2], &[u8; 8], &[u8])> {
    let (algorithm, rest) = bytes.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_first_chunk::<8>()?;
    Some((algorithm, id, rest))
}

#[cfg(test)]
mod tests;
