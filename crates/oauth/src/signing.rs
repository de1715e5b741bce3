//! The keys that sign access tokens: made by the gateway itself, sealed in the store, replaced every thirty days.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use clock::{Clock, random};
use jiff::{SignedDuration, Timestamp};
use jose::{Expected, Jwk, JwkSet, SigningKey, Unverified};
use seal::{Binding, Keyring, Sealed};
use serde_json::{Map, Value};
use store::{SigningKeyRow, Store, StoreError};

use crate::jwt;
use crate::profile::TokenForm;

/// How long a key signs.
const SIGNS_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long it is still published after that: longer than any token it has signed lives.
const PUBLISHED_FOR: SignedDuration = SignedDuration::from_hours(25);
/// The longest JWT that is looked at, in bytes: with every scope of the catalogue it stays below.
pub(crate) const LONGEST: usize = 16 * 1024;

/// Signs tokens, and knows its own. Cheap to look at; keys are swapped as a whole.
pub(crate) struct Signer {
    store: Store,
    keyring: Arc<Keyring>,
    clock: Clock,
    keys: ArcSwap<Keys>,
}

struct Keys {
    ed25519: Young,
    es256: Young,
    public: JwkSet,
    /// When the first of the published ones is to be forgotten.
    first_end: Option<Timestamp>,
}

/// A key that signs, and since when.
#[derive(Clone)]
struct Young {
    key: Arc<SigningKey>,
    since: Timestamp,
}

/// Keys cannot be read, made or kept.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] random::NoRandomness),
    /// The cryptographic library failed.
    #[error("a signing key cannot be made or used")]
    Key,
}

/// The two forms a key is made in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Make {
    Ed25519,
    Es256,
}

impl Make {
    const fn algorithm(self) -> &'static str {
        match self {
            Self::Ed25519 => "EdDSA",
            Self::Es256 => "ES256",
        }
    }

    fn key(self) -> Result<SigningKey, SigningError> {
        let fresh = jose::Fresh::from_bytes(random::bytes::<{ jose::Fresh::LEN }>()?);
        let made = match self {
            Self::Ed25519 => SigningKey::ed25519(fresh),
            Self::Es256 => SigningKey::es256(fresh),
        };
        made.map_err(|_| SigningError::Key)
    }
}

impl Signer {
    /// Reads the keys, and makes those that are missing or old.
    pub(crate) async fn load(
        store: Store,
        keyring: Arc<Keyring>,
        clock: Clock,
    ) -> Result<Self, SigningError> {
        let keys = Keys::read(&store, &keyring, &clock).await?;
        Ok(Self { store, keyring, clock, keys: ArcSwap::from_pointee(keys) })
    }

    /// A token of these claims, signed.
    pub(crate) fn sign(&self, form: TokenForm, claims: &Map<String, Value>) -> Result<String, SigningError> {
        let keys = self.keys.load();
        let young = match form {
            TokenForm::JwtEs256 => &keys.es256,
            TokenForm::Opaque | TokenForm::Jwt => &keys.ed25519,
        };
        young.key.sign(jwt::TYPE, claims).map_err(|_| SigningError::Key)
    }

    /// Whether a text is a token this gateway has signed and that has not ended. Whether it was revoked is another question.
    pub(crate) fn knows(&self, text: &str) -> bool {
        let Ok(unverified) = Unverified::parse_within(text, LONGEST) else { return false };
        let expected = Expected::from_any_issuer([jwt::OURS]).of_type(jwt::TYPE);
        unverified.verify(&self.keys.load().public, &expected, self.clock.now()).is_ok()
    }

    /// The public keys, as RFC 7517 publishes them.
    pub(crate) fn published(&self) -> Value {
        self.keys.load().public.to_json()
    }

    /// Makes new keys where the ones that sign are old, and forgets those no living token was signed with.
    pub(crate) async fn tend(&self) -> Result<(), SigningError> {
        let now = self.clock.now();
        let old = |young: &Young| now.duration_since(young.since) >= SIGNS_FOR;
        let keys = self.keys.load_full();
        let over = keys.first_end.is_some_and(|end| end <= now);
        if old(&keys.ed25519) || old(&keys.es256) || over {
            self.store.signing_keys().delete_retired(now).await?;
            self.keys.store(Arc::new(Keys::read(&self.store, &self.keyring, &self.clock).await?));
        }
        Ok(())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[signing keys]")
    }
}

impl Keys {
    async fn read(store: &Store, keyring: &Keyring, clock: &Clock) -> Result<Self, SigningError> {
        let rows = store.signing_keys().list().await?;
        let ed25519 = young(store, keyring, clock, &rows, Make::Ed25519).await?;
        let es256 = young(store, keyring, clock, &rows, Make::Es256).await?;
        let now = clock.now();
        let mut published = store.signing_keys().list().await?;
        published.retain(|row| row.retires_at.is_none_or(|at| at > now));
        let first_end = published.iter().filter_map(|row| row.retires_at).min();
        let public = published.iter().filter_map(|row| Jwk::parse(&row.public_key).ok()).collect();
        Ok(Self { ed25519, es256, public, first_end })
    }
}

/// The key that signs, made anew where there is none, it is old, or it does not open.
async fn young(
    store: &Store,
    keyring: &Keyring,
    clock: &Clock,
    rows: &[SigningKeyRow],
    make: Make,
) -> Result<Young, SigningError> {
    let now = clock.now();
    let signs = rows.iter().rev().find(|row| row.algorithm == make.algorithm() && row.retires_at.is_none());
    if let Some(row) = signs.filter(|row| now.duration_since(row.created_at) < SIGNS_FOR) {
        match open(keyring, row) {
            Some(key) => return Ok(Young { key: Arc::new(key), since: row.created_at }),
            None => tracing::error!(kid = row.kid, "a signing key cannot be opened; another takes its place"),
        }
    }
    let key = make.key()?;
    let der = key.to_pkcs8().map_err(|_| SigningError::Key)?;
    let kid = key.public().thumbprint().to_string();
    let fresh = seal::Fresh::from_bytes(random::bytes::<{ seal::Fresh::LEN }>()?);
    let sealed = keyring.seal(fresh, &binding(&kid), &der).map_err(|_| SigningError::Key)?;
    let row = SigningKeyRow {
        algorithm: make.algorithm().to_owned(),
        public_key: key.public().to_json().to_string(),
        sealed: sealed.into_bytes(),
        created_at: now,
        retires_at: None,
        kid,
    };
    let until = now.checked_add(PUBLISHED_FOR).unwrap_or(now);
    store.signing_keys().insert(&row, signs.map(|old| (old.kid.as_str(), until))).await?;
    Ok(Young { key: Arc::new(key), since: now })
}

fn open(keyring: &Keyring, row: &SigningKeyRow) -> Option<SigningKey> {
    let sealed = Sealed::from_bytes(row.sealed.clone()).ok()?;
    SigningKey::from_pkcs8(&keyring.open(&sealed, &binding(&row.kid)).ok()?).ok()
}

fn binding(kid: &str) -> Binding<'_> {
    Binding { table: "signing_keys", row: kid, column: "sealed" }
}

#[cfg(test)]
mod tests;
