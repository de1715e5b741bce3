use std::fmt;
use std::sync::Arc;

use catalogue::ScopeSet;
use types::ClientId;

use crate::directory::Credential;

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
}

impl Caller {
    pub(crate) const fn new(credential: Arc<Credential>) -> Self {
        Self { credential }
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
        self.credential.scopes()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} by {}", self.client(), self.credential())
    }
}
