//! Where the `Authorization` of a grant comes from: one file per kind.

pub(crate) mod api_token;
pub(crate) mod data_center;
pub(crate) mod renewed;
pub(crate) mod service_account;
pub(crate) mod three_legged;
pub(crate) mod token_request;

use std::sync::Arc;

use http::HeaderValue;
use types::{GrantName, Refusal, Secret};

use crate::credential::Ticket;
use crate::grant::Health;
use crate::once::Once;
use renewed::Renewed;

/// A grant, ready to be used.
pub(crate) enum Source {
    /// The same header for every call.
    Fixed(Arc<Fixed>),
    /// An access token, renewed.
    Renewed(Arc<Renewed>),
}

/// A credential that does not change.
pub(crate) struct Fixed {
    grant: GrantName,
    authorization: HeaderValue,
    said: Once,
}

impl Fixed {
    pub(crate) fn new(grant: GrantName, authorization: HeaderValue) -> Self {
        Self { grant, authorization, said: Once::default() }
    }

    pub(crate) const fn grant(&self) -> &GrantName {
        &self.grant
    }

    pub(crate) const fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// There is no other to send: it is only said.
    pub(crate) fn rejected(&self) {
        if self.said.first() {
            tracing::warn!(grant = %self.grant, "Atlassian rejects this grant; run ticketgate grant check");
        }
    }
}

impl Source {
    /// What a call sends, and by which ticket it was handed out.
    pub(crate) async fn authorization(&self) -> Result<(HeaderValue, Ticket), Refusal> {
        match self {
            Self::Fixed(fixed) => Ok((fixed.authorization.clone(), Ticket::fixed(fixed))),
            Self::Renewed(renewed) => {
                let (value, generation) = renewed.token().await?;
                Ok((value, Ticket::token(renewed, generation)))
            }
        }
    }

    pub(crate) fn health(&self) -> Health {
        match self {
            Self::Fixed(_) => Health::Ready,
            Self::Renewed(renewed) => renewed.health(),
        }
    }
}

/// A header value nothing prints or indexes; `None` when `secret` cannot be part of one.
fn sensitive(scheme: &str, secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("{scheme} {}", secret.open())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
