use std::fmt;

use crate::KeyId;

/// Version of the layout below, the first byte of every sealed value.
const VERSION: u8 = 1;
/// A 96-bit nonce (RFC 8452 §4).
pub(crate) const NONCE: usize = 12;
/// The data key and the tag over it.
pub(crate) const WRAPPED: usize = 32 + TAG;
/// A 128-bit tag.
pub(crate) const TAG: usize = 16;
/// Everything before the encrypted value.
pub(crate) const HEAD: usize = 1 + KeyId::LEN + NONCE + WRAPPED + NONCE;

/// A sealed value as it lies in the store.
///
/// | bytes | what |
/// |---|---|
/// | 1 | version, 1 |
/// | 8 | id of the root key |
/// | 12 | nonce of the wrapping |
/// | 48 | data key, wrapped by the root key, with tag |
/// | 12 | nonce of the value |
/// | rest | value, encrypted with the data key, with a tag of 16 |
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// The parts of [`Sealed`], borrowed.
pub(crate) struct Layout<'a> {
    pub(crate) key: KeyId,
    pub(crate) wrap_nonce: [u8; NONCE],
    pub(crate) wrapped: [u8; WRAPPED],
    pub(crate) nonce: [u8; NONCE],
    pub(crate) value: &'a [u8],
}

impl Sealed {
    /// Takes bytes from the store.
    ///
    /// # Errors
    /// When they are too short or of a version this program does not know. Whether they open is another question.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, NotSealed> {
        match bytes.first() {
            None => Err(NotSealed::Short { found: 0 }),
            Some(&VERSION) if bytes.len() >= HEAD + TAG => Ok(Self(bytes)),
            Some(&VERSION) => Err(NotSealed::Short { found: bytes.len() }),
            Some(&found) => Err(NotSealed::Version { found }),
        }
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes to store, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Which root key it is sealed with. Not authenticated before the value is opened.
    #[must_use]
    pub fn key(&self) -> Option<KeyId> {
        self.layout().map(|layout| layout.key)
    }

    pub(crate) fn assemble(layout: &Layout<'_>) -> Self {
        let mut bytes = Vec::with_capacity(HEAD + layout.value.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&layout.key.0);
        bytes.extend_from_slice(&layout.wrap_nonce);
        bytes.extend_from_slice(&layout.wrapped);
        bytes.extend_from_slice(&layout.nonce);
        bytes.extend_from_slice(layout.value);
        Self(bytes)
    }

    pub(crate) fn layout(&self) -> Option<Layout<'_>> {
        let (_version, rest) = self.0.split_first_chunk::<1>()?;
        let (key, rest) = rest.split_first_chunk::<{ KeyId::LEN }>()?;
        let (wrap_nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let (wrapped, rest) = rest.split_first_chunk::<WRAPPED>()?;
        let (nonce, value) = rest.split_first_chunk::<NONCE>()?;
        Some(Layout { key: KeyId(*key), wrap_nonce: *wrap_nonce, wrapped: *wrapped, nonce: *nonce, value })
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[sealed, {} bytes]", self.0.len())
    }
}

/// The bytes cannot be a sealed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSealed {
    /// Fewer bytes than an empty value needs.
    #[error("a sealed value has at least {} bytes, there are {found}", HEAD + TAG)]
    Short {
        /// How many there are.
        found: usize,
    },
    /// Written by a later program, or not by this one at all.
    #[error(
        "sealed values of version {found} are not known to this program; was the store used by a newer one?"
    )]
    Version {
        /// The first byte.
        found: u8,
    },
}
