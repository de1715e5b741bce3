use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::sealed::{Layout, NONCE, TAG, WRAPPED};
use crate::{KeyId, RootKey, Sealed};

/// Where a sealed value lives; it opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The table.
    pub table: &'a str,
    /// The row's primary key.
    pub row: &'a str,
    /// The column.
    pub column: &'a str,
}

/// Where the check value lives: [`Keyring::check_value`].
const CHECK: Binding<'static> = Binding { table: "meta", row: "root-key-check", column: "value" };
const CHECK_TEXT: &[u8] = b"ticketgate: this store belongs to this root key";

/// The random part of one sealing: a data key and two nonces. Used up by it, so it cannot be used twice.
pub struct Fresh(Zeroizing<[u8; Self::LEN]>);

impl Fresh {
    /// How many random bytes one sealing takes.
    pub const LEN: usize = 32 + NONCE + NONCE;

    /// Takes bytes from the cryptographic generator (`clock::random::bytes`).
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn parts(&self) -> Option<(&[u8; 32], [u8; NONCE], [u8; NONCE])> {
        let (data_key, rest) = self.0.split_first_chunk::<32>()?;
        let (wrap_nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let (nonce, _) = rest.split_first_chunk::<NONCE>()?;
        Some((data_key, *wrap_nonce, *nonce))
    }
}

impl std::fmt::Debug for Fresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[fresh randomness]")
    }
}

/// The root keys this installation knows: one seals, all open. Shared, and changed in place as a whole: whoever seals or
/// opens meanwhile does so with the keys from before or from after.
#[derive(Debug)]
pub struct Keyring(ArcSwap<Keys>);

#[derive(Clone, Debug)]
struct Keys {
    current: Arc<RootKey>,
    retired: Vec<Arc<RootKey>>,
    /// Let go of: opens what is in memory yet.
    leaving: Vec<Arc<RootKey>>,
}

impl Keys {
    fn listed(&self) -> impl Iterator<Item = &Arc<RootKey>> {
        std::iter::once(&self.current).chain(&self.retired)
    }
}

impl Keyring {
    /// A keyring that seals with `current` and still opens what a `retired` key sealed.
    #[must_use]
    pub fn new(current: RootKey, retired: Vec<RootKey>) -> Self {
        let id = current.id();
        let retired = retired.into_iter().filter(|key| key.id() != id).map(Arc::new).collect();
        Self(ArcSwap::from_pointee(Keys { current: Arc::new(current), retired, leaving: Vec::new() }))
    }

    /// Which key seals.
    #[must_use]
    pub fn current(&self) -> KeyId {
        self.0.load().current.id()
    }

    /// The others, those retired last at the end.
    #[must_use]
    pub fn retired(&self) -> Vec<KeyId> {
        self.0.load().retired.iter().map(|key| key.id()).collect()
    }

    /// Seals with `new` from now on; what was sealed before still opens.
    ///
    /// The key must be kept where it outlasts this process first: what is sealed with it opens with nothing else.
    pub fn rotate(&self, new: &Arc<RootKey>) {
        self.0.rcu(|keys| {
            let mut keys = Keys::clone(keys);
            keys.retired.retain(|key| key.id() != new.id());
            let old = std::mem::replace(&mut keys.current, Arc::clone(new));
            if old.id() != new.id() {
                keys.retired.push(old);
            }
            keys
        });
    }

    /// Lists a retired key no longer, and takes nothing from outside that needs it. What this process has in memory yet still
    /// opens, until it ends: parts of it may hold values that were sealed anew in the store since. `false` when there is no
    /// such retired key.
    pub fn let_go(&self, id: KeyId) -> bool {
        let before = self.0.rcu(|keys| {
            let mut keys = Keys::clone(keys);
            let (leaving, retired): (Vec<_>, Vec<_>) = keys.retired.drain(..).partition(|key| key.id() == id);
            keys.retired = retired;
            keys.leaving.extend(leaving);
            keys
        });
        before.retired.iter().any(|key| key.id() == id)
    }

    /// The keys that are listed, the current one first.
    pub(crate) fn listed(&self) -> Vec<Arc<RootKey>> {
        self.0.load().listed().cloned().collect()
    }

    /// Whether the value is sealed with the current key, or waits to be sealed anew.
    #[must_use]
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.key() == Some(self.current())
    }

    /// Seals `plaintext` for one place.
    ///
    /// # Errors
    /// Only when the cryptographic library fails, for which no input is known short of exhausted memory.
    pub fn seal(&self, fresh: Fresh, binding: &Binding<'_>, plaintext: &[u8]) -> Result<Sealed, SealError> {
        let (data_key, wrap_nonce, nonce) = fresh.parts().ok_or(SealError)?;
        let current = Arc::clone(&self.0.load().current);
        let id = current.id();

        let mut wrapped = Zeroizing::new(data_key.to_vec());
        encrypt(&current.wrapping_key(), wrap_nonce, &associated(Part::Key, id, binding), &mut wrapped)?;
        let wrapped: [u8; WRAPPED] = wrapped.as_slice().try_into().map_err(|_| SealError)?;

        // Room for the tag at once: growing would leave a copy of the plaintext behind in freed memory.
        let mut value = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG));
        value.extend_from_slice(plaintext);
        encrypt(data_key, nonce, &associated(Part::Value, id, binding), &mut value)?;
        drop(fresh);
        Ok(Sealed::assemble(&Layout { key: id, wrap_nonce, wrapped, nonce, value: &value }))
    }

    /// Opens a value at the place it was sealed for.
    ///
    /// # Errors
    /// [`OpenError::UnknownKey`] names the key it would take; [`OpenError::Refused`] means the bytes, the place or the
    /// key's content is not what it was when sealed, and nothing can be said about which.
    pub fn open(&self, sealed: &Sealed, binding: &Binding<'_>) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let layout = sealed.layout().ok_or(OpenError::Refused)?;
        let keys = self.0.load_full();
        let root = keys
            .listed()
            .chain(&keys.leaving)
            .find(|key| key.id() == layout.key)
            .ok_or(OpenError::UnknownKey { needed: layout.key, current: keys.current.id() })?;

        let aad = associated(Part::Key, layout.key, binding);
        let data_key = decrypt(&root.wrapping_key(), layout.wrap_nonce, &aad, &layout.wrapped)?;
        let data_key: Zeroizing<[u8; 32]> =
            Zeroizing::new(data_key.as_slice().try_into().map_err(|_| OpenError::Refused)?);
        decrypt(&data_key, layout.nonce, &associated(Part::Value, layout.key, binding), layout.value)
    }

    /// A value to keep beside the sealed ones, so that a wrong root key is recognised before anything is opened or
    /// written ([`Keyring::verify_check`]).
    ///
    /// # Errors
    /// As [`Keyring::seal`].
    pub fn check_value(&self, fresh: Fresh) -> Result<Sealed, SealError> {
        self.seal(fresh, &CHECK, CHECK_TEXT)
    }

    /// Whether this keyring belongs to the store the check value came from.
    ///
    /// # Errors
    /// As [`Keyring::open`].
    pub fn verify_check(&self, check: &Sealed) -> Result<(), OpenError> {
        let text = self.open(check, &CHECK)?;
        if text.as_slice() == CHECK_TEXT { Ok(()) } else { Err(OpenError::Refused) }
    }
}

/// What is encrypted: keeps a wrapped key from being offered as a value, and the other way round.
#[derive(Clone, Copy)]
enum Part {
    Key,
    Value,
}

/// The associated data: purpose, root key id, then each part of the place with its length, so that no two places
/// read the same.
fn associated(part: Part, key: KeyId, binding: &Binding<'_>) -> Vec<u8> {
    let mut data = Vec::with_capacity(64);
    data.extend_from_slice(match part {
        Part::Key => b"ticketgate/seal/1/key\0",
        Part::Value => b"ticketgate/seal/1/val\0",
    });
    data.extend_from_slice(&key.0);
    for text in [binding.table, binding.row, binding.column] {
        data.extend_from_slice(&(text.len() as u64).to_le_bytes());
        data.extend_from_slice(text.as_bytes());
    }
    data
}

fn cipher(key: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM_SIV, key).ok().map(LessSafeKey::new)
}

fn encrypt(key: &[u8; 32], nonce: [u8; NONCE], aad: &[u8], value: &mut Vec<u8>) -> Result<(), SealError> {
    value.reserve_exact(TAG);
    cipher(key)
        .ok_or(SealError)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), value)
        .map_err(|_| SealError)
}

fn decrypt(
    key: &[u8; 32],
    nonce: [u8; NONCE],
    aad: &[u8],
    value: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut plain = Zeroizing::new(value.to_vec());
    let length = cipher(key)
        .ok_or(OpenError::Refused)?
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut plain)
        .map_err(|_| OpenError::Refused)?
        .len();
    plain.truncate(length);
    Ok(plain)
}

/// The cryptographic library failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value cannot be sealed: the cryptographic library failed")]
pub struct SealError;

/// The value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// None of the keys at hand is the one it was sealed with.
    #[error(
        "sealed with root key {needed}, but the root key given is {current}; start with the root key this store was created with"
    )]
    UnknownKey {
        /// The key it would take.
        needed: KeyId,
        /// The key that is there.
        current: KeyId,
    },
    /// The value was changed, belongs to another place, or its key's content differs.
    #[error(
        "the sealed value does not open: it was changed, moved from another row, or sealed with another key"
    )]
    Refused,
}

#[cfg(test)]
mod tests;
