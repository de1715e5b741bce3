use std::fmt;
use std::sync::Arc;

use types::{ClientId, Code, Refusal};

use crate::directory::Credential;

/// Nobody who may call: the refusal, and who it was where that is certain, for the record.
pub struct TurnedAway {
    refusal: Refusal,
    /// Only of a credential that exists and has not ended: whoever shows it is that client, whatever it may do now.
    known: Option<Arc<Credential>>,
}

impl TurnedAway {
    /// A credential that may not be used now. One that is no longer good proves nothing about who shows it.
    pub(crate) fn known(refusal: Refusal, credential: Arc<Credential>) -> Self {
        let proved = refusal.code() != Code::CredentialInvalid;
        Self { refusal, known: proved.then_some(credential) }
    }

    /// What the caller hears.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        self.refusal
    }

    /// The client, if the credential proved one.
    #[must_use]
    pub fn client(&self) -> Option<&ClientId> {
        self.known.as_ref().map(|credential| credential.client())
    }

    /// Its credential, as records show it.
    #[must_use]
    pub fn credential(&self) -> Option<&str> {
        self.known.as_ref().map(|credential| credential.hint())
    }
}

impl From<Refusal> for TurnedAway {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, known: None }
    }
}

impl From<Code> for TurnedAway {
    fn from(code: Code) -> Self {
        Refusal::from(code).into()
    }
}

impl fmt::Debug for TurnedAway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} said to {:?}", self.refusal, self.client())
    }
}
