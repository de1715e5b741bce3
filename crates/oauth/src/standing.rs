//! What a client may do at all, before anyone asks its manifest.

use std::sync::Arc;

use jiff::Timestamp;
use store::ClientRow;
use types::{Code, Refusal};

use crate::proves_by::Proving;
use crate::{Profile, ProvesBy, Whence};

/// How a client is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseMode {
    /// Every call and every request for a token is refused.
    Reject,
    /// What reads goes on; what changes something is refused.
    ReadOnly,
}

impl PauseMode {
    /// The word in the store, the control API and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::ReadOnly => "read-only",
        }
    }

    /// The mode of that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Reject, Self::ReadOnly].into_iter().find(|mode| mode.as_str() == word)
    }
}

/// A client's life as its row tells it. Replaced as a whole, so that nobody sees half of a change.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    active: bool,
    expires_at: Option<Timestamp>,
    pause: Option<(PauseMode, Option<Timestamp>)>,
    profile: Profile,
    proving: Arc<Proving>,
}

/// The only state that may call. What is not this is refused.
pub(crate) const ACTIVE: &str = "active";
/// The state of a client that was ended for good. Its id is never given to another.
pub const REVOKED: &str = "revoked";

/// Whether what changes something may be done, as a caller carries it along.
pub(crate) type MayChange = Result<(), Option<Timestamp>>;

impl Standing {
    /// Of nobody: may do nothing.
    pub(crate) fn none() -> Self {
        Self {
            active: false,
            expires_at: None,
            pause: None,
            profile: Profile::default(),
            proving: Arc::default(),
        }
    }

    /// A row with a word or a profile this version does not know is not active.
    pub(crate) fn of(row: &ClientRow) -> Self {
        let profile = Profile::parse(&row.profile);
        let pause = row.paused.as_deref().map(PauseMode::of);
        let nothing = ProvesBy::nothing();
        let proving = Proving::of(profile.as_ref().map_or(&nothing, |profile| &profile.proves_by));
        let active = row.state == ACTIVE && profile.is_ok() && proving.is_ok() && pause != Some(None);
        Self {
            active,
            expires_at: row.expires_at,
            pause: pause.flatten().map(|mode| (mode, row.paused_until)),
            profile: profile.unwrap_or_default(),
            proving: Arc::new(proving.unwrap_or_default()),
        }
    }

    /// By what else than a secret the client proves itself.
    pub(crate) fn proving(&self) -> Arc<Proving> {
        Arc::clone(&self.proving)
    }

    /// When the client ends; `None` when it does not.
    pub(crate) const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    pub(crate) const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether it is there at all.
    pub(crate) const fn is_active(&self) -> bool {
        self.active
    }

    /// Whether a user may be asked to allow it something, now; if not, why.
    pub(crate) fn may_be_allowed(&self, now: Timestamp) -> Result<(), &'static str> {
        let paused = |until: Option<Timestamp>| until.is_none_or(|until| until > now);
        match self.pause {
            _ if self.expires_at.is_some_and(|end| end <= now) => Err("This client has expired."),
            Some((PauseMode::Reject, until)) if paused(until) => Err("This client is paused."),
            _ => Ok(()),
        }
    }

    /// Whether the client may call now, and from there.
    pub(crate) fn check(&self, now: Timestamp, from: Whence) -> Result<MayChange, Refusal> {
        if !self.active {
            return Err(Refusal::new(Code::CredentialInvalid, "The client is not active."));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(Code::ClientExpired.into());
        }
        if !self.profile.admits(from) {
            return Err(match from.known() {
                Some(_) => Code::AddressNotPermitted.into(),
                None => Refusal::new(
                    Code::AddressNotPermitted,
                    "A proxy passed this on without saying from whom, so it is in none of the client's networks.",
                ),
            });
        }
        match self.pause {
            Some((_, Some(until))) if until <= now => Ok(Ok(())),
            Some((PauseMode::Reject, until)) => Err(paused(PauseMode::Reject, until, now)),
            Some((PauseMode::ReadOnly, until)) => Ok(Err(until)),
            None => Ok(Ok(())),
        }
    }
}

/// The "no" of a pause, with its end where it has one.
pub(crate) fn paused(mode: PauseMode, until: Option<Timestamp>, now: Timestamp) -> Refusal {
    let what = match mode {
        PauseMode::Reject => "Nothing is let through",
        PauseMode::ReadOnly => "Only what reads is let through",
    };
    match until {
        None => Refusal::new(Code::ClientPaused, format!("{what} until an operator resumes it.")),
        Some(until) => {
            let left = std::time::Duration::try_from(until.duration_since(now)).unwrap_or_default();
            Refusal::new(Code::ClientPaused, format!("{what} until {until:.0}.")).retry_after(left)
        }
    }
}

#[cfg(test)]
mod tests;
