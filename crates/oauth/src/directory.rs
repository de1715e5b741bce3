//! Clients and their credentials in memory: what the fast path looks at.
//!
//! A client and a secret are one object each for as long as the process lives, and tokens point at them: a change is
//! one store to an atomic, and whatever points there sees it with its next look.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use catalogue::ScopeSet;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use seal::Digest;
use types::{ClientId, Code, Refusal};

use crate::pace::Pace;

/// An end in milliseconds of Unix time, in one word, so that it can change under a reader.
struct End(AtomicI64);

/// Not at any time: revoked, or a client that is not active.
const NEVER_AGAIN: i64 = i64::MIN;

impl End {
    const fn new(until: i64) -> Self {
        Self(AtomicI64::new(until))
    }

    fn get(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    fn set(&self, until: i64) {
        self.0.store(until, Ordering::Release);
    }
}

fn until(expires_at: Option<Timestamp>) -> i64 {
    expires_at.map_or(i64::MAX, Timestamp::as_millisecond)
}

/// A registered client.
pub(crate) struct Member {
    id: ClientId,
    end: End,
    pace: Pace,
}

impl Member {
    pub(crate) const fn id(&self) -> &ClientId {
        &self.id
    }

    /// How fast it may have tokens.
    pub(crate) const fn pace(&self) -> &Pace {
        &self.pace
    }

    /// When the client ends; `None` when it does not.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.end.get()).ok()
    }

    fn check(&self, now: i64) -> Result<(), Refusal> {
        match self.end.get() {
            NEVER_AGAIN => Err(Refusal::new(Code::CredentialInvalid, "The client is not active.")),
            end if end <= now => Err(Code::ClientExpired.into()),
            _ => Ok(()),
        }
    }
}

/// A living secret or access token of one client.
pub(crate) struct Credential {
    member: Arc<Member>,
    hint: Box<str>,
    scopes: Option<ScopeSet>,
    end: End,
    /// For an access token: the secret it was fetched with, without which it is worth nothing.
    secret: Option<Arc<Self>>,
    /// For a secret: its row.
    id: Box<str>,
}

impl Credential {
    /// A secret that is good for nothing until its end is set.
    fn secret(member: &Arc<Member>, standing: &SecretStanding<'_>) -> Self {
        Self {
            member: Arc::clone(member),
            hint: standing.hint.into(),
            scopes: None,
            end: End::new(NEVER_AGAIN),
            secret: None,
            id: standing.id.into(),
        }
    }

    pub(crate) fn token(
        secret: &Arc<Self>,
        hint: String,
        scopes: Option<ScopeSet>,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            member: Arc::clone(&secret.member),
            hint: hint.into(),
            scopes,
            end: End::new(expires_at.as_millisecond()),
            secret: Some(Arc::clone(secret)),
            id: Box::default(),
        }
    }

    pub(crate) const fn member(&self) -> &Arc<Member> {
        &self.member
    }

    pub(crate) fn client(&self) -> &ClientId {
        &self.member.id
    }

    pub(crate) const fn hint(&self) -> &str {
        &self.hint
    }

    pub(crate) const fn scopes(&self) -> Option<&ScopeSet> {
        self.scopes.as_ref()
    }

    /// The row of a secret.
    pub(crate) const fn id(&self) -> &str {
        &self.id
    }

    /// Whether it may be used at `now`, and its client may be at all.
    ///
    /// A secret that has merely run out leaves the tokens fetched with it alone; one that was revoked takes them along.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        let now = now.as_millisecond();
        let revoked = self.secret.as_ref().is_some_and(|secret| secret.end.get() == NEVER_AGAIN);
        if revoked || self.end.get() <= now {
            return Err(Code::CredentialInvalid.into());
        }
        self.member.check(now)
    }
}

/// A client as a row says it is.
pub(crate) struct Standing<'a> {
    pub(crate) id: &'a ClientId,
    pub(crate) active: bool,
    pub(crate) expires_at: Option<Timestamp>,
}

/// A secret as a row says it is.
pub(crate) struct SecretStanding<'a> {
    pub(crate) id: &'a str,
    pub(crate) digest: Digest,
    pub(crate) hint: &'a str,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked: bool,
}

/// Every client, and every secret that was not yet revoked when it was read.
#[derive(Default)]
pub(crate) struct Directory(RwLock<Entries>);

#[derive(Default)]
struct Entries {
    members: FxHashMap<ClientId, Enrolled>,
    secrets: FxHashMap<Digest, Arc<Credential>>,
}

struct Enrolled {
    member: Arc<Member>,
    secrets: Vec<(Digest, Arc<Credential>)>,
}

impl Directory {
    pub(crate) fn secret(&self, digest: &Digest) -> Option<Arc<Credential>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).secrets.get(digest).cloned()
    }

    /// The secret of a row, if it belongs to this client.
    pub(crate) fn secret_of(&self, client: &ClientId, id: &str) -> Option<Arc<Credential>> {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (_, secret) =
            entries.members.get(client)?.secrets.iter().find(|(_, secret)| secret.id() == id)?;
        Some(Arc::clone(secret))
    }

    /// How many clients there are.
    pub(crate) fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).members.len()
    }

    /// Enters a client, or a change of it, with all of its secrets; one that is no longer named counts as revoked.
    pub(crate) fn enter<'a>(&self, client: &Standing<'_>, secrets: impl Iterator<Item = SecretStanding<'a>>) {
        let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Entries { members, secrets: by_digest } = &mut *entries;
        let enrolled = members.entry(client.id.clone()).or_insert_with(|| {
            let member = Member { id: client.id.clone(), end: End::new(NEVER_AGAIN), pace: Pace::new() };
            Enrolled { member: Arc::new(member), secrets: Vec::new() }
        });
        let member = &enrolled.member;
        let mut before = std::mem::take(&mut enrolled.secrets);
        for named in secrets {
            let end = if named.revoked { NEVER_AGAIN } else { until(named.expires_at) };
            let known = before.iter().position(|(digest, _)| *digest == named.digest);
            let secret = match known {
                Some(position) => before.swap_remove(position).1,
                None => Arc::new(Credential::secret(member, &named)),
            };
            secret.end.set(end);
            by_digest.insert(named.digest, Arc::clone(&secret));
            enrolled.secrets.push((named.digest, secret));
        }
        for (digest, gone) in before {
            gone.end.set(NEVER_AGAIN);
            by_digest.remove(&digest);
        }
        enrolled.member.end.set(if client.active { until(client.expires_at) } else { NEVER_AGAIN });
    }
}

#[cfg(test)]
mod tests;
