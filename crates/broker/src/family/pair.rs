//! A pair of tokens, sealed and open.

use std::fmt;
use std::time::Duration;

use clock::random;
use jiff::Timestamp;
use seal::{Binding, Fresh, Keyring, Sealed};
use serde::{Deserialize, Serialize};
use store::{FamilyRow, StrandedRow};
use types::{GrantName, Secret};
use zeroize::Zeroizing;

use crate::life::Lifetime;

/// What one redemption, or one code, gave.
#[derive(Clone)]
pub(crate) struct Pair {
    /// `None` when the answer had one no request can carry: the refresh token beside it is worth keeping all the same.
    pub(crate) access: Option<Secret>,
    pub(crate) refresh: Secret,
    /// How long the access token lives from the moment it was asked for.
    pub(crate) life: Duration,
    /// What the provider says was granted; none when it did not say.
    pub(crate) scopes: Vec<String>,
    /// When it was asked for.
    pub(crate) asked_at: Timestamp,
    /// When its refresh token was first sent, for a pair that is kept aside after another took its place.
    pub(crate) spent_at: Option<Timestamp>,
}

/// As it is sealed.
#[derive(Serialize)]
struct Written<'a> {
    access_token: Option<&'a str>,
    refresh_token: &'a str,
    life: u64,
    scopes: &'a [String],
    asked_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    spent_at: Option<i64>,
}

#[derive(Deserialize)]
struct Read {
    access_token: Option<Secret>,
    refresh_token: Secret,
    life: u64,
    scopes: Vec<String>,
    asked_at: i64,
    spent_at: Option<i64>,
}

impl Pair {
    /// A refresh token somebody else obtained: the first call gets an access token with it.
    pub(crate) const fn of_refresh_token(refresh: Secret, now: Timestamp) -> Self {
        Self {
            access: None,
            refresh,
            life: Duration::ZERO,
            scopes: Vec::new(),
            asked_at: now,
            spent_at: None,
        }
    }

    /// Whether the provider says that nothing was granted but to know who somebody is and to be asked again.
    pub(crate) fn covers_nothing(&self) -> bool {
        const NO_CALLS: [&str; 3] = ["offline_access", "read:me", "read:account"];
        !self.scopes.is_empty() && self.scopes.iter().all(|scope| NO_CALLS.contains(&scope.as_str()))
    }

    /// For the family of `grant`.
    pub(crate) fn seal(&self, keyring: &Keyring, grant: &GrantName) -> Option<Vec<u8>> {
        self.seal_at(keyring, &family(grant))
    }

    /// For the pairs kept aside, as the one with this id.
    pub(crate) fn seal_aside(&self, keyring: &Keyring, id: &str) -> Option<Vec<u8>> {
        self.seal_at(keyring, &aside(id))
    }

    fn seal_at(&self, keyring: &Keyring, binding: &Binding<'_>) -> Option<Vec<u8>> {
        let written = Written {
            access_token: self.access.as_ref().map(Secret::open),
            refresh_token: self.refresh.open(),
            life: u64::try_from(self.life.as_millis()).unwrap_or(u64::MAX),
            scopes: &self.scopes,
            asked_at: self.asked_at.as_millisecond(),
            spent_at: self.spent_at.map(Timestamp::as_millisecond),
        };
        let text = Zeroizing::new(serde_json::to_vec(&written).ok()?);
        let fresh = Fresh::from_bytes(random::bytes::<{ Fresh::LEN }>().ok()?);
        Some(keyring.seal(fresh, binding, &text).ok()?.into_bytes())
    }

    /// The pair of a family's row.
    pub(crate) fn open(keyring: &Keyring, row: &FamilyRow) -> Option<Self> {
        Self::open_at(keyring, &row.sealed, &family(&row.grant))
    }

    /// A pair that was kept aside.
    pub(crate) fn open_aside(keyring: &Keyring, row: &StrandedRow) -> Option<Self> {
        Self::open_at(keyring, &row.sealed, &aside(&row.id))
    }

    fn open_at(keyring: &Keyring, sealed: &[u8], binding: &Binding<'_>) -> Option<Self> {
        let sealed = Sealed::from_bytes(sealed.to_vec()).ok()?;
        let text = keyring.open(&sealed, binding).ok()?;
        let read: Read = serde_json::from_slice(&text).ok()?;
        Some(Self {
            access: read.access_token,
            refresh: read.refresh_token,
            life: Duration::from_millis(read.life),
            scopes: read.scopes,
            asked_at: Timestamp::from_millisecond(read.asked_at).ok()?,
            spent_at: read.spent_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
        })
    }

    /// For an answer to a token that was first sent at `first`: a provider that gives the first answer once more gives the token
    /// of then, and says of its life what it said then. It is no older than the leeway, in which alone there are repeats.
    pub(crate) fn counted_from(self, first: Timestamp, leeway: Duration) -> Self {
        let oldest = self.asked_at.checked_sub(leeway).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { asked_at: first.max(oldest).min(self.asked_at), ..self }
    }

    /// Whether it has the same refresh token.
    pub(crate) fn is_same_token(&self, other: &Self) -> bool {
        self.refresh.open() == other.refresh.open()
    }

    /// The access token's life at `now`.
    pub(crate) fn lifetime(&self, now: Timestamp) -> Lifetime {
        Lifetime { left: self.remaining(now), whole: self.life }
    }

    /// How much of the access token's life is left at `now`. Nothing, if by this clock it has not been asked for yet: the
    /// clock was set back since, and how much has passed is not known.
    pub(crate) fn remaining(&self, now: Timestamp) -> Duration {
        let passed = now.duration_since(self.asked_at);
        match Duration::try_from(passed) {
            Ok(passed) => self.life.saturating_sub(passed),
            // Clocks of two machines are never quite the same.
            Err(_) if passed.abs() <= SKEW => self.life,
            Err(_) => Duration::ZERO,
        }
    }
}

/// How far the clocks of two instances may be apart.
const SKEW: jiff::SignedDuration = jiff::SignedDuration::from_secs(5);

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pair of {}, good for {:?}", self.asked_at, self.life)
    }
}

fn family(grant: &GrantName) -> Binding<'_> {
    Binding { table: "token_families", row: grant.as_str(), column: "sealed" }
}

fn aside(id: &str) -> Binding<'_> {
    Binding { table: "stranded_pairs", row: id, column: "sealed" }
}

#[cfg(test)]
mod tests;
