//! Where the `Authorization` of a grant comes from: one file per kind.

pub(crate) mod api_token;
pub(crate) mod data_center;
pub(crate) mod service_account;

use std::sync::Arc;

use http::HeaderValue;
use types::{Refusal, Secret};

use crate::credential::Ticket;
use crate::grant::Health;
use service_account::ServiceAccount;

/// A grant, ready to be used.
pub(crate) enum Source {
    /// The same header for every call.
    Fixed(HeaderValue),
    /// An access token, renewed.
    ServiceAccount(Arc<ServiceAccount>),
}

impl Source {
    /// What a call sends, and by which ticket it was handed out.
    pub(crate) async fn authorization(&self) -> Result<(HeaderValue, Ticket), Refusal> {
        match self {
            Self::Fixed(value) => Ok((value.clone(), Ticket(None))),
            Self::ServiceAccount(account) => {
                let (value, generation) = account.token().await?;
                Ok((value, Ticket(Some((Arc::clone(account), generation)))))
            }
        }
    }

    pub(crate) fn health(&self) -> Health {
        match self {
            Self::Fixed(_) => Health::Ready,
            Self::ServiceAccount(account) => account.health(),
        }
    }
}

/// A header value nothing prints or indexes; `None` when `secret` cannot be part of one.
fn sensitive(scheme: &str, secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("{scheme} {}", secret.open())).ok()?;
    value.set_sensitive(true);
    Some(value)
}
