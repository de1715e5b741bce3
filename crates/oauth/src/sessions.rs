//! People signed in with a browser.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, Tick, random};
use jiff::Timestamp;
use moka::sync::Cache;
use rustc_hash::FxBuildHasher;
use seal::token::{self, Digest, Kind, Parsed};
use store::{SessionRow, Store, StoreError};
use types::Secret;

use crate::directory::Credential;

/// How long somebody stays signed in. It is not prolonged: a day's work, and a stolen cookie is not forever.
pub const SESSION_LIFE: Duration = Duration::from_secs(8 * 3_600);

/// Sessions one person may have; one more ends the oldest.
const KEPT: u32 = 20;

/// How long a session that was looked up is believed in without looking again: whoever signs out is signed out everywhere
/// when this is over.
const BELIEVED: Duration = Duration::from_millis(900);

/// Sessions in memory at most.
const IN_MEMORY: u64 = 10_000;

/// Who is signed in, and the way to be. Cheap to clone; clones know the same.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    clock: Clock,
    /// Those that made a call within [`BELIEVED`], and what they call with.
    calling: Cache<Digest, Calling, FxBuildHasher>,
}

#[derive(Clone)]
struct Calling {
    credential: Arc<Credential>,
    looked_up: Tick,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// An Atlassian account id.
    pub account: String,
    /// What they are called.
    pub name: String,
    /// When they are signed out.
    pub expires_at: Timestamp,
    digest: Digest,
}

/// Nobody was signed in or out.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] random::NoRandomness),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Session {
    /// What the session's forms prove themselves with ([`seal::proof::form`]).
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sessions of people")
    }
}

impl Sessions {
    /// Over this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        let calling = Cache::builder().max_capacity(IN_MEMORY).build_with_hasher(FxBuildHasher);
        Self { store, clock, calling }
    }

    /// Signs somebody in. The answer is the cookie, always a new one: whoever put a cookie into the browser before gains
    /// nothing by it.
    ///
    /// # Errors
    /// When nothing could be kept.
    pub async fn open(&self, account: &str, name: &str) -> Result<Secret, SessionError> {
        let minted = token::mint(Kind::Session, random::bytes()?);
        let now = self.clock.now();
        let row = SessionRow {
            digest: *minted.digest.as_bytes(),
            account: account.to_owned(),
            name: name.to_owned(),
            created_at: now,
            expires_at: now.checked_add(SESSION_LIFE).unwrap_or(Timestamp::MAX),
        };
        self.store.sessions().open(&row, KEPT).await?;
        Ok(minted.text)
    }

    /// Whose cookie this is; `None` when it is nobody's, or not any more. Texts that are no cookies of ours cost no lookup.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of(&self, cookie: &str) -> Result<Option<Session>, SessionError> {
        let Some(parsed) = token::parse(cookie).ok().filter(|parsed| parsed.kind == Kind::Session) else {
            return Ok(None);
        };
        let row = self.store.sessions().by_digest(parsed.digest.as_bytes()).await?;
        let living = row.filter(|row| row.expires_at > self.clock.now());
        Ok(living.map(|row| Session {
            account: row.account,
            name: row.name,
            expires_at: row.expires_at,
            digest: parsed.digest,
        }))
    }

    /// Signs out.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn close(&self, session: &Session) -> Result<(), SessionError> {
        let closed = self.store.sessions().close(session.digest.as_bytes()).await;
        self.calling.invalidate(&session.digest);
        Ok(closed?)
    }

    /// What a session calls with, if it was looked up a moment ago.
    pub(crate) fn calling(&self, digest: &Digest) -> Option<Arc<Credential>> {
        let known = self.calling.get(digest)?;
        let recent = self.clock.tick().since(known.looked_up) < BELIEVED;
        recent.then_some(known.credential)
    }

    /// The same, looked up; `None` when there is no such session, or not any more.
    pub(crate) async fn look_up(
        &self,
        cookie: &Parsed,
        people: &Arc<Credential>,
    ) -> Result<Option<Arc<Credential>>, StoreError> {
        let looked_up = self.clock.tick();
        let row = self.store.sessions().by_digest(cookie.digest.as_bytes()).await?;
        let Some(row) = row.filter(|row| row.expires_at > self.clock.now()) else { return Ok(None) };
        let name = ("", cookie.hint());
        let credential = Arc::new(Credential::personal(people, name, &row.account, row.expires_at));
        self.calling.insert(cookie.digest, Calling { credential: Arc::clone(&credential), looked_up });
        Ok(Some(credential))
    }

    /// Signs somebody out everywhere.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn close_all(&self, account: &str) -> Result<(), SessionError> {
        self.store.sessions().close_all(account).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
