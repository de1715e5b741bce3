use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use seal::Digest;
use store::{OperatorRow, OperatorUse, Store, StoreError};
use types::OperatorName;

use super::Role;

/// An operator who has shown a token that is good at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Who.
    pub name: OperatorName,
    /// What they may do.
    pub role: Role,
}

/// The operators by the digests of their tokens, in memory. Cheap to clone; clones are the same roster.
///
/// Looking a digest up is no timing leak: whoever measures it learns something about bits of a digest of their own
/// choosing, and would have to find a text with a digest near a stored one.
#[derive(Clone)]
pub struct Roster(Arc<Inner>);

struct Inner {
    /// Whoever may read `gateway.json`.
    local: OperatorName,
    local_token: Digest,
    members: ArcSwap<HashMap<Digest, Arc<Member>>>,
}

struct Member {
    name: OperatorName,
    role: Role,
    expires_at: Option<Timestamp>,
    /// Milliseconds of Unix time; zero while this process has seen no use.
    last_used: AtomicI64,
    /// The same, as far as it is written down.
    written: AtomicI64,
}

impl Roster {
    /// Reads the operators of the store; `local` is the holder of the token this run has made for its own machine.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(store: &Store, local: OperatorName, local_token: Digest) -> Result<Self, StoreError> {
        let roster = Self(Arc::new(Inner { local, local_token, members: ArcSwap::default() }));
        roster.put(&store.operators().list().await?);
        Ok(roster)
    }

    /// The digest of the token this run has made for its own machine.
    #[must_use]
    pub fn local_token(&self) -> &Digest {
        &self.0.local_token
    }

    /// Who that token belongs to.
    pub(crate) fn local(&self) -> &OperatorName {
        &self.0.local
    }

    /// Takes the place of what was known. A role a newer version gave, which this one cannot weigh, opens nothing.
    pub(super) fn put(&self, rows: &[OperatorRow]) {
        let known = self.0.members.load();
        let living = rows.iter().filter(|row| row.revoked_at.is_none()).filter_map(|row| {
            let digest = Digest::from_bytes(row.digest);
            let seen = |which: fn(&Member) -> &AtomicI64| {
                known.get(&digest).map_or(0, |member| which(member).load(Ordering::Relaxed))
            };
            let member = Member {
                name: row.name.clone(),
                role: row.role.parse().ok()?,
                expires_at: row.expires_at,
                last_used: AtomicI64::new(seen(|member| &member.last_used)),
                written: AtomicI64::new(seen(|member| &member.written)),
            };
            Some((digest, Arc::new(member)))
        });
        self.0.members.store(Arc::new(living.collect()));
    }

    /// Whether this operator could still act at `now`.
    pub(crate) fn is_living(&self, name: &OperatorName, now: Timestamp) -> bool {
        let living = |member: &Member| member.name == *name && member.expires_at.is_none_or(|at| at > now);
        *name == self.0.local || self.0.members.load().values().any(|member| living(member))
    }

    /// The role of an operator who could act at `now`.
    pub(crate) fn role_of(&self, name: &OperatorName, now: Timestamp) -> Option<Role> {
        if *name == self.0.local {
            return Some(Role::Owner);
        }
        let members = self.0.members.load();
        let living =
            |member: &&Arc<Member>| member.name == *name && member.expires_at.is_none_or(|at| at > now);
        members.values().find(living).map(|member| member.role)
    }

    /// Who holds the token with this digest at `now`, which counts as a use.
    pub(super) fn find(&self, token: &Digest, now: Timestamp) -> Option<Acting> {
        if *token == self.0.local_token {
            return Some(Acting { name: self.0.local.clone(), role: Role::Owner });
        }
        let members = self.0.members.load();
        let member = members.get(token)?;
        if member.expires_at.is_some_and(|at| at <= now) {
            return None;
        }
        member.last_used.fetch_max(now.as_millisecond(), Ordering::Relaxed);
        Some(Acting { name: member.name.clone(), role: member.role })
    }

    /// The last use this process has seen.
    pub(super) fn last_used(&self, token: &Digest) -> Option<Timestamp> {
        let at = self.0.members.load().get(token)?.last_used.load(Ordering::Relaxed);
        (at > 0).then(|| Timestamp::from_millisecond(at).ok()).flatten()
    }

    /// Writes down uses since the last time; what fails is tried again the next time.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn note_uses(&self, store: &Store) -> Result<(), StoreError> {
        let members = self.0.members.load_full();
        let mut uses = Vec::new();
        for (digest, member) in members.iter() {
            let at = member.last_used.load(Ordering::Relaxed);
            if at > member.written.load(Ordering::Relaxed)
                && let Ok(last_at) = Timestamp::from_millisecond(at)
            {
                uses.push(OperatorUse { name: member.name.clone(), digest: *digest.as_bytes(), last_at });
            }
        }
        if uses.is_empty() {
            return Ok(());
        }
        store.operators().note_uses(&uses).await?;
        for noted in uses {
            if let Some(member) = members.get(&Digest::from_bytes(noted.digest)) {
                member.written.fetch_max(noted.last_at.as_millisecond(), Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Roster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} operators and {}", self.0.members.load().len(), self.0.local)
    }
}

#[cfg(test)]
mod tests;
