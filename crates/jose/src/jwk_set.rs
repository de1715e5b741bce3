use serde_json::{Value, json};

use crate::json::{self, Object};
use crate::{Header, Jwk, JwkError, NotStrictJson, VerifyError};

/// The keys of one issuer (RFC 7517 section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    skipped: Vec<Skipped>,
}

/// A key that a set holds and nobody here can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Which one, counted from 0.
    pub place: usize,
    /// Why.
    pub why: JwkError,
}

impl JwkSet {
    /// The longest document that is read, in bytes. The largest known hold some ten keys with certificates: 40 KiB.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// The most keys that are read.
    pub const MAX_KEYS: usize = 64;

    /// How many keys at most are tried for one token: what a token without `kid` may cost.
    pub const MAX_TRIED: usize = 4;

    /// Reads a JWKS document.
    ///
    /// Keys of unknown types, for other purposes, too weak or malformed are skipped (RFC 7517 section 5 asks for that, so
    /// that an issuer may add kinds of keys) and can be seen in [`JwkSet::skipped`]. A set of nothing else is empty and
    /// verifies nothing.
    ///
    /// # Errors
    /// [`JwkSetError`]; in particular a set with private or symmetric keys is refused as a whole: its publisher has
    /// shown them to everyone who asked, and nothing else it says should count until that is mended.
    pub fn parse(text: &str) -> Result<Self, JwkSetError> {
        if text.len() > Self::MAX_BYTES {
            return Err(JwkSetError::TooLong);
        }
        let document = json::object(text.as_bytes()).map_err(JwkSetError::Json)?;
        let Some(Value::Array(listed)) = document.get("keys") else {
            return Err(JwkSetError::NoKeys);
        };
        if listed.len() > Self::MAX_KEYS {
            return Err(JwkSetError::TooMany { found: listed.len() });
        }
        let mut set = Self::default();
        let nothing = Object::new();
        for (place, key) in listed.iter().enumerate() {
            match Jwk::from_members(key.as_object().unwrap_or(&nothing)) {
                Ok(key) => set.keys.push(key),
                Err(JwkError::PrivateParts) => return Err(JwkSetError::PrivateParts { place }),
                Err(why) => set.skipped.push(Skipped { place, why }),
            }
        }
        Ok(set)
    }

    /// The keys, in the order of the document.
    #[must_use]
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// What the document held besides.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Whether a token with this header finds a key here. When not, the issuer may have changed its keys, and the
    /// document is worth fetching again, not more often than the caller's own limit: the header is anyone's.
    #[must_use]
    pub fn knows(&self, header: &Header) -> bool {
        self.candidates(header).is_ok()
    }

    /// The keys to try: those of the header's `kid` when it has one, otherwise all, and of these the ones for its
    /// algorithm.
    pub(crate) fn candidates(&self, header: &Header) -> Result<Vec<&Jwk>, VerifyError> {
        let named = |key: &&Jwk| header.kid().is_none_or(|kid| key.kid() == Some(kid));
        let mut known = self.keys.iter().filter(named).peekable();
        if known.peek().is_none() {
            return Err(VerifyError::UnknownKey);
        }
        let fitting: Vec<_> = known.filter(|key| key.has(header.algorithm())).collect();
        match fitting.len() {
            0 => Err(VerifyError::AlgorithmOfAnotherKey),
            1..=Self::MAX_TRIED => Ok(fitting),
            _ => Err(VerifyError::TooManyKeys),
        }
    }

    /// The document for publishing.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "keys": self.keys.iter().map(Jwk::to_json).collect::<Vec<_>>() })
    }
}

/// A set of keys at hand, for instance our own. Those beyond [`JwkSet::MAX_KEYS`] are left out.
impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self { keys: keys.into_iter().take(Self::MAX_KEYS).collect(), skipped: Vec::new() }
    }
}

/// The document is not a key set this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkSetError {
    /// Longer than [`JwkSet::MAX_BYTES`].
    #[error("the key set is longer than {} bytes", JwkSet::MAX_BYTES)]
    TooLong,
    /// Not JSON as it is read here.
    #[error("the key set cannot be read: {0}")]
    Json(NotStrictJson),
    /// No list `keys`.
    #[error("the key set has no list \"keys\"")]
    NoKeys,
    /// More than [`JwkSet::MAX_KEYS`].
    #[error("the key set has {found} keys; at most {} are read", JwkSet::MAX_KEYS)]
    TooMany {
        /// How many there are.
        found: usize,
    },
    /// A key has private parts, or is a symmetric one.
    #[error(
        "key {place} of the set (counted from 0) has private parts; its owner must withdraw and replace it"
    )]
    PrivateParts {
        /// Which one, counted from 0.
        place: usize,
    },
}

#[cfg(test)]
mod tests;
