//! People signed in with a browser.

use std::time::Duration;

use clock::{Clock, random};
use jiff::Timestamp;
use seal::token::{self, Digest, Kind};
use store::{SessionRow, Store, StoreError};
use types::Secret;

/// How long somebody stays signed in. It is not prolonged: a day's work, and a stolen cookie is not forever.
pub const SESSION_LIFE: Duration = Duration::from_secs(8 * 3_600);

/// Sessions one person may have; one more ends the oldest.
const KEPT: u32 = 20;

/// Who is signed in, and the way to be. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    clock: Clock,
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

impl Sessions {
    /// Over this store.
    #[must_use]
    pub const fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
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
        Ok(self.store.sessions().close(session.digest.as_bytes()).await?)
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
