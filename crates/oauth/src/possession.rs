//! Tokens that only their holder can use: bound to a key, which whoever sends one has to show.
//!
//! A bearer token is whoever's who finds it. One that is bound names a key, in [`Narrowing::bound_to`], and is good only
//! together with proof that the sender holds it. For callers whose tokens are not bound this costs two comparisons.

pub(crate) mod dpop;

mod seen;

use std::sync::Arc;

use types::{ClientId, Code, Refusal};

use crate::answer::TokenError;
use crate::directory::Credential;
use crate::narrowing::Narrowing;
use crate::{Approach, Certificate, Clients};

pub(crate) use seen::Seen;

/// What a request shows besides its credential.
pub(crate) enum Shown {
    /// Nothing that was looked at.
    Nothing,
    /// A proof for this request (RFC 9449).
    Proof(jose::dpop::Proof),
}

impl Shown {
    /// What a call shows that sends its credential with the scheme `DPoP`, or does not.
    ///
    /// Before anybody has looked whether the credential exists, so that the answer to a bad proof says nothing about it.
    pub(crate) fn by_call(
        clients: &Clients,
        approach: Approach<'_>,
        with_proof: bool,
    ) -> Result<Self, Refusal> {
        if !with_proof {
            return Ok(Self::Nothing);
        }
        dpop::of_call(clients, approach).map(Self::Proof)
    }

    /// Whether it is what the credential asks for. A token that is bound is nothing without its key, and one that is not
    /// may not come with a proof, or somebody could believe that it is (RFC 9449 §7.1).
    pub(crate) fn fits(
        &self,
        clients: &Clients,
        approach: Approach<'_>,
        credential: &Credential,
    ) -> Result<(), Refusal> {
        let Narrowing { bound_to, .. } = credential.narrowing();
        match (bound_to.as_deref(), self) {
            (None, Self::Nothing) => Ok(()),
            // RFC 8705 §3: sent as a bearer token, on a connection of its certificate's holder.
            (Some(bound_to), Self::Nothing) if approach.certificate.is_some_and(|it| bound_to == by(it)) => {
                Ok(())
            }
            (Some(bound_to), Self::Proof(proof)) if bound_to == dpop::bond(proof) => {
                dpop::remember(clients, credential.member(), proof)
            }
            _ => Err(Code::CredentialInvalid.into()),
        }
    }
}

/// The binding of a token to a certificate (RFC 8705 §3.1).
fn by(certificate: &Certificate) -> String {
    format!("x5t:{}", certificate.thumbprint())
}

/// A client that asks for a token: what it proved itself with, and the key its token will be bound to.
///
/// Tokens are issued to one of these only, so no way of asking can lose the binding.
pub(crate) struct Asker {
    origin: Arc<Credential>,
    bound_to: Option<Box<str>>,
    /// A proof that still has to be used up: see [`Asker::spend`].
    unspent: Option<jose::dpop::Proof>,
}

impl Asker {
    /// Looks at what the request shows besides the proof of who sends it.
    ///
    /// # Errors
    /// When that does not hold, or is missing and the client's tokens have to be bound.
    pub(crate) fn of(
        clients: &Clients,
        approach: Approach<'_>,
        origin: Arc<Credential>,
    ) -> Result<Self, TokenError> {
        let has_to_be = origin.member().standing().profile().bound_tokens;
        let mut unspent = dpop::of_token_request(clients, approach)?;
        let mut bound_to = unspent.as_ref().map(dpop::bond);
        if !origin.is_public()
            && let Some(proof) = unspent.take()
        {
            dpop::spend(clients, origin.member(), &proof)?;
        }
        // A certificate the client did not prove itself with may be shown for other reasons, on a connection it shares.
        if bound_to.is_none() && (has_to_be || origin.is_certificate()) {
            bound_to = approach.certificate.map(by);
        }
        if bound_to.is_none() && has_to_be {
            return Err(TokenError::request(
                "The tokens of this client have to be bound to a key. Send a DPoP proof, or show a client certificate.",
            ));
        }
        Ok(Self { origin, bound_to: bound_to.map(Into::into), unspent })
    }

    /// Uses up the proof of a client without a secret. Anyone can name such a client, and would fill its memory of used
    /// proofs with their own; so this comes once it has shown something it really holds, and before that is redeemed.
    ///
    /// # Errors
    /// When the proof was used before, or no more can be remembered.
    pub(crate) fn spend(&self, clients: &Clients) -> Result<(), TokenError> {
        self.unspent.as_ref().map_or(Ok(()), |proof| dpop::spend(clients, self.origin.member(), proof))
    }

    /// Of a token that is bound to nothing.
    #[cfg(test)]
    pub(crate) const fn bearer(origin: Arc<Credential>) -> Self {
        Self { origin, bound_to: None, unspent: None }
    }

    /// The key its refresh tokens are good with only. A client without a secret has nothing else that would make one worthless
    /// to a thief (RFC 9449 §5, RFC 8705 §4); any other proves itself each time.
    pub(crate) fn binds_refresh_tokens(&self) -> Option<&str> {
        self.bound_to.as_deref().filter(|_| self.origin.is_public())
    }

    /// What it proved itself with.
    pub(crate) const fn origin(&self) -> &Arc<Credential> {
        &self.origin
    }

    /// Its id.
    pub(crate) fn client(&self) -> &ClientId {
        self.origin.client()
    }

    /// The narrowing of a token for it: bound as it asked.
    pub(crate) fn bind(&self, narrowing: Narrowing) -> Narrowing {
        Narrowing { bound_to: self.bound_to.clone(), ..narrowing }
    }
}

#[cfg(test)]
mod tests;
