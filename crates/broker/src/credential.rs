use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use crate::Base;
use crate::life::Generation;
use crate::sources::Fixed;
use crate::sources::renewed::Renewed;

/// The proof of the stage "acquire": as whom, and where to, one permitted call goes.
///
/// Only [`Broker::acquire`](crate::Broker::acquire) makes one, and it cannot be copied:
///
/// ```compile_fail,E0277
/// fn copy<T: Clone>() {}
/// copy::<broker::UpstreamCredential>();
/// ```
pub struct UpstreamCredential {
    authorization: HeaderValue,
    base: Arc<Base>,
    ticket: Ticket,
}

impl UpstreamCredential {
    pub(crate) const fn new(authorization: HeaderValue, base: Arc<Base>, ticket: Ticket) -> Self {
        Self { authorization, base, ticket }
    }

    /// The value of the `Authorization` header, marked sensitive. It goes to [`UpstreamCredential::base`] and nowhere
    /// else: not along a redirect to another host.
    #[must_use]
    pub const fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// Where the call goes.
    #[must_use]
    pub const fn base(&self) -> &Arc<Base> {
        &self.base
    }

    /// What to show [`Broker::rejected`](crate::Broker::rejected) when Atlassian refuses the credential.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.ticket.clone()
    }
}

impl fmt::Debug for UpstreamCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "upstream credential for {}{}", self.base.origin(), self.base.prefix())
    }
}

/// Which token of which grant was handed out. Not a secret, and worth nothing by itself.
#[derive(Clone)]
pub struct Ticket(Of);

#[derive(Clone)]
enum Of {
    Fixed(Arc<Fixed>),
    Token(Arc<Renewed>, Generation),
}

impl Ticket {
    pub(crate) fn fixed(fixed: &Arc<Fixed>) -> Self {
        Self(Of::Fixed(Arc::clone(fixed)))
    }

    pub(crate) fn token(renewed: &Arc<Renewed>, generation: Generation) -> Self {
        Self(Of::Token(Arc::clone(renewed), generation))
    }

    /// See [`Broker::rejected`](crate::Broker::rejected).
    pub(crate) fn rejected(&self) -> bool {
        match &self.0 {
            Of::Fixed(fixed) => {
                fixed.rejected();
                false
            }
            Of::Token(renewed, generation) => {
                renewed.rejected(*generation);
                true
            }
        }
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Of::Token(renewed, generation) => write!(f, "token {generation} of {:?}", renewed.grant()),
            Of::Fixed(fixed) => write!(f, "the credential of {:?}, which does not change", fixed.grant()),
        }
    }
}
