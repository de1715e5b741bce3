//! The root key: what every sealed value ultimately rests on, and its text form.
//!
//! The text is `tgk_`, 43 base62 digits (the 256 bits) and 6 (a checksum), so a key that lost a character in a
//! copy-and-paste is recognised as damaged instead of "not fitting the store".

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use types::Secret;
use zeroize::Zeroizing;

use crate::base62;

/// What the text form begins with.
pub const PREFIX: &str = "tgk_";

/// 256 bits of key. Wiped when dropped; not printable.
pub struct RootKey {
    bytes: Zeroizing<[u8; 32]>,
    id: KeyId,
}

impl RootKey {
    /// Takes 32 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        let derived = derive(&bytes, b"ticketgate/root-key/id/1");
        let mut id = [0; KeyId::LEN];
        id.iter_mut().zip(derived.iter()).for_each(|(to, from)| *to = *from);
        Self { bytes, id: KeyId(id) }
    }

    /// Reads the text form; white space around it is ignored, since files end in a line feed.
    ///
    /// # Errors
    /// [`NotARootKey`] says which part does not fit, and never shows the text.
    pub fn parse(text: &Secret) -> Result<Self, NotARootKey> {
        let text = text.open().trim().as_bytes();
        let rest = text.strip_prefix(PREFIX.as_bytes()).ok_or(NotARootKey::Prefix)?;
        if rest.len() != base62::BODY + base62::CHECKSUM {
            return Err(NotARootKey::Length { found: text.len() });
        }
        let (body, checksum) = rest.split_at_checked(base62::BODY).ok_or(NotARootKey::Prefix)?;
        let before = text.get(..PREFIX.len() + base62::BODY).ok_or(NotARootKey::Prefix)?;
        if base62::checksum(before) != checksum {
            return Err(NotARootKey::Checksum);
        }
        base62::bytes(body).map(Self::from_bytes).ok_or(NotARootKey::Checksum)
    }

    /// The text form, without a line feed.
    #[must_use]
    pub fn render(&self) -> Secret {
        Secret::new(base62::render(PREFIX, &self.bytes))
    }

    /// Which key this is. Says nothing about the key itself.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The key that wraps data keys. Derived, so that the id and the wrapping never use the same key.
    pub(crate) fn wrapping_key(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.bytes, b"ticketgate/root-key/wrap/1")
    }

    /// The private key (X25519) that grants of other installations are sealed to.
    pub(crate) fn import_key(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.bytes, b"ticketgate/root-key/import/1")
    }
}

/// HMAC-SHA256 as a key derivation function: one block of RFC 5869's expand step, for uniformly random keys.
fn derive(key: &[u8; 32], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), purpose);
    let mut derived = Zeroizing::new([0; 32]);
    derived.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
    derived
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "root key {}", self.id)
    }
}

/// Names a root key: 8 bytes derived from it one way, printed as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(crate) [u8; KeyId::LEN]);

impl KeyId {
    pub(crate) const LEN: usize = 8;
}

impl FromStr for KeyId {
    type Err = NotAKeyId;

    fn from_str(text: &str) -> Result<Self, NotAKeyId> {
        if text.len() != 2 * Self::LEN || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NotAKeyId);
        }
        let number = u64::from_str_radix(text, 16).map_err(|_| NotAKeyId)?;
        Ok(Self(number.to_be_bytes()))
    }
}

/// The text names no root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a root key's id is 16 hexadecimal digits in lower case")]
pub struct NotAKeyId;

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotARootKey {
    /// It does not begin with `tgk_`.
    #[error("a root key begins with {PREFIX}")]
    Prefix,
    /// Something was lost or added.
    #[error("a root key has {} characters, this text has {found}", PREFIX.len() + base62::BODY + base62::CHECKSUM)]
    Length {
        /// How many characters there are.
        found: usize,
    },
    /// A character was changed.
    #[error("the root key's checksum does not fit: a character was changed")]
    Checksum,
}

#[cfg(test)]
mod tests;
