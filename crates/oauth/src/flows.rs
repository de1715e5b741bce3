//! How a client comes by a token: one file per grant type.

mod client_credentials;
mod narrow;
mod token_exchange;

use crate::answer::TokenError;
use crate::form::Form;
use crate::possession::Asker;
use crate::token_endpoint::Outcome;
use crate::{Allowance, Clients};

pub use token_exchange::UPSTREAM_TOKEN;

/// The grant types the token endpoint answers, for RFC 8414 metadata.
pub const GRANT_TYPES: &[&str] = &["client_credentials", token_exchange::GRANT_TYPE];

/// What a flow needs to know beside the request.
pub(crate) struct Desk<'a> {
    /// The gateway as this client knows it: scheme and authority; the issuer of its tokens.
    pub(crate) gateway: &'a str,
    /// What the manifest of the client that asks allows now; `None` when it has none.
    pub(crate) allowance: Option<Allowance>,
}

/// Runs the flow a form asks for, on behalf of the client that proved itself with it.
pub(crate) async fn run(clients: &Clients, form: &Form, asker: &Asker, desk: &Desk<'_>) -> Outcome {
    match form.get("grant_type") {
        Some("client_credentials") => client_credentials::run(clients, form, asker, desk).await,
        Some(token_exchange::GRANT_TYPE) => token_exchange::run(clients, form, asker, desk).await,
        Some(_) => Err(TokenError::grant_type()),
        None => Err(TokenError::request("The parameter grant_type is missing.")),
    }
}
