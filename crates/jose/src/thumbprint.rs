use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;

use crate::base64url;

/// The SHA-256 thumbprint of a public key (RFC 7638): the same key has the same one whoever wrote it down.
///
/// Its text is 43 characters of base64url, as in `kid` of our own keys and in `cnf.jkt` (RFC 9449 section 6.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// The digest itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Takes a digest from the store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Hashes required members, which the caller gives in the order of their names. Their values need no escaping: they
    /// are base64url or names of curves and types.
    pub(crate) fn of(members: &[(&'static str, String)]) -> Self {
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
        Self(sha256(format!("{{{}}}", members.join(",")).as_bytes()))
    }
}

pub(crate) fn sha256(text: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(digest::digest(&digest::SHA256, text).as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Thumbprint {
    type Err = NotAThumbprint;

    fn from_str(text: &str) -> Result<Self, NotAThumbprint> {
        let bytes = base64url::decode(text).ok_or(NotAThumbprint)?;
        bytes.try_into().map(Self).map_err(|_| NotAThumbprint)
    }
}

/// The text is not 32 bytes in base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key thumbprint: that is 43 characters of base64url")]
pub struct NotAThumbprint;
