use std::fmt;
use std::sync::Arc;

use catalogue::ScopeSet;
use jiff::Timestamp;
use types::{ClientId, GrantName, Refusal, SiteName};

use crate::directory::Credential;
use crate::standing::{MayChange, PauseMode, paused};

/// The proof of the stage "authenticate": who is asking.
///
/// Only [`Clients::authenticate`](crate::Clients::authenticate) makes one.
///
/// ```compile_fail,E0451
/// fn forge(caller: oauth::Caller) -> oauth::Caller {
///     oauth::Caller { ..caller }
/// }
/// ```
pub struct Caller {
    credential: Arc<Credential>,
    may_change: MayChange,
}

impl Caller {
    pub(crate) const fn new(credential: Arc<Credential>, may_change: MayChange) -> Self {
        Self { credential, may_change }
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &ClientId {
        self.credential.client()
    }

    /// Which of its credentials it used, as records show it: prefix and last four characters.
    #[must_use]
    pub fn credential(&self) -> &str {
        self.credential.hint()
    }

    /// The scopes its token was narrowed to; `None` is all of its manifest.
    #[must_use]
    pub fn scopes(&self) -> Option<&ScopeSet> {
        self.credential.narrowing().scopes.as_ref()
    }

    /// The sites its token was narrowed to; none are all of its manifest.
    #[must_use]
    pub fn sites(&self) -> &[SiteName] {
        &self.credential.narrowing().sites
    }

    /// The user it acts for: an Atlassian account id.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.credential.narrowing().account.as_deref()
    }

    /// The own grant of the user it acts for: as whom its calls go out where its manifest says `grant = "user"`.
    #[must_use]
    pub fn grant(&self) -> Option<&GrantName> {
        self.credential.grant()
    }

    /// Whether what changes something may be asked for at all; while its client is paused for changes it may not.
    ///
    /// # Errors
    /// [`types::Code::ClientPaused`], with the end of the pause where it has one.
    pub fn may_change(&self, now: Timestamp) -> Result<(), Refusal> {
        self.may_change.map_err(|until| paused(PauseMode::ReadOnly, until, now))
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} by {}", self.client(), self.credential())
    }
}
