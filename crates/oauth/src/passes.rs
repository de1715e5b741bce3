//! Passes: what somebody is sent out with and comes back with, sealed and good once.
//!
//! Whoever is sent to Atlassian to consent comes back with nothing but what they were sent out with. So all that was chosen
//! before travels with them, sealed: nobody can read or change it, nothing of it is kept here meanwhile, and it still opens after
//! a restart. Which passes were used is kept, until they would have ended anyway.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::{Clock, random};
use jiff::Timestamp;
use seal::{Binding, Digest, Fresh, Keyring, Sealed};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

/// The longest pass that is looked at, in characters.
const LONGEST: usize = 8 * 1_024;

/// Used passes that have ended are swept at every n-th that is used, at most so many: more than come in between.
const SWEEP_EVERY: u64 = 64;
const SWEEP_AT_MOST: u32 = 256;

/// Makes passes and takes them back. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Passes {
    store: Store,
    clock: Clock,
    keyring: Arc<Keyring>,
    used: Arc<AtomicU64>,
}

/// A pass that opened and has not ended. Whether it was used shows when it is used up.
#[derive(Debug)]
pub struct Pass<T> {
    /// What it was made with.
    pub content: T,
    id: String,
    until: Timestamp,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Inside<T> {
    id: String,
    until: i64,
    content: T,
}

/// Why a pass is not good, or none could be made.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// None of ours, of another purpose, or changed.
    #[error("it is none of this gateway's")]
    Foreign,
    /// Its time is over.
    #[error("its time is over")]
    Ended,
    /// It was used before.
    #[error("it was used before")]
    Used,
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] random::NoRandomness),
    /// It could not be sealed.
    #[error("it could not be sealed")]
    Seal,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Passes {
    /// Sealed with the current key of this keyring.
    #[must_use]
    pub fn new(store: Store, clock: Clock, keyring: Arc<Keyring>) -> Self {
        Self { store, clock, keyring, used: Arc::default() }
    }

    /// A pass for `purpose`, as text that fits into an address, and when it ends.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn issue<T: Serialize>(
        &self,
        purpose: &'static str,
        life: Duration,
        content: &T,
    ) -> Result<(String, Timestamp), PassError> {
        let until = self.clock.now().checked_add(life).unwrap_or(Timestamp::MAX);
        let id = URL_SAFE_NO_PAD.encode(random::bytes::<16>()?);
        let inside = Inside { id, until: until.as_millisecond(), content };
        let plain = serde_json::to_vec(&inside).map_err(|_| PassError::Seal)?;
        let fresh = Fresh::from_bytes(random::bytes::<{ Fresh::LEN }>()?);
        let sealed = self.keyring.seal(fresh, &place(purpose), &plain).map_err(|_| PassError::Seal)?;
        Ok((URL_SAFE_NO_PAD.encode(sealed.as_bytes()), until))
    }

    /// Opens a pass for `purpose` without using it up: whether it is for whoever shows it can be looked at first.
    ///
    /// # Errors
    /// [`PassError::Foreign`] or [`PassError::Ended`].
    pub fn open<T: DeserializeOwned>(&self, purpose: &'static str, text: &str) -> Result<Pass<T>, PassError> {
        if text.len() > LONGEST {
            return Err(PassError::Foreign);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| PassError::Foreign)?;
        let sealed = Sealed::from_bytes(bytes).map_err(|_| PassError::Foreign)?;
        let plain = self.keyring.open(&sealed, &place(purpose)).map_err(|_| PassError::Foreign)?;
        let inside: Inside<T> = serde_json::from_slice(&plain).map_err(|_| PassError::Foreign)?;
        let until = Timestamp::from_millisecond(inside.until).map_err(|_| PassError::Foreign)?;
        if until <= self.clock.now() {
            return Err(PassError::Ended);
        }
        Ok(Pass { content: inside.content, id: inside.id, until })
    }

    /// Uses a pass up; durable when this answers.
    ///
    /// # Errors
    /// [`PassError::Used`], or [`PassError::Store`]: then it may have been used up.
    pub async fn use_up<T>(&self, pass: &Pass<T>) -> Result<(), PassError> {
        let seen = self.store.seen_ids();
        let name = Digest::of_text(&format!("pass\n{}", pass.id));
        // A little longer than it could be used, whatever was rounded.
        let until = pass.until.checked_add(Duration::from_secs(60)).unwrap_or(Timestamp::MAX);
        let done = seen.insert(name.as_bytes(), until).await;
        if self.used.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY)
            && let Err(error) = seen.delete_until(self.clock.now(), SWEEP_AT_MOST).await
        {
            tracing::warn!(%error, "used passes could not be swept; the next attempt comes by itself");
        }
        match done {
            Ok(()) => Ok(()),
            Err(StoreError::Duplicate { .. }) => Err(PassError::Used),
            Err(error) => Err(error.into()),
        }
    }
}

/// A pass lies nowhere; it opens for its purpose only.
const fn place(purpose: &'static str) -> Binding<'static> {
    Binding { table: "passes", row: purpose, column: "content" }
}

#[cfg(test)]
mod tests;
