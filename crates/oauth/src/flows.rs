//! How a client comes by a token: one file per grant type.

mod client_credentials;

use catalogue::ScopeSet;

use crate::Clients;
use crate::answer::TokenError;
use crate::form::Form;
use crate::possession::Asker;
use crate::token_endpoint::Outcome;

/// The grant types the token endpoint answers, for RFC 8414 metadata.
pub const GRANT_TYPES: &[&str] = &["client_credentials"];

/// Runs the flow a form asks for, on behalf of the client that proved itself with it.
pub(crate) async fn run(
    clients: &Clients,
    form: &Form,
    asker: &Asker,
    allowed: Option<&ScopeSet>,
) -> Outcome {
    match form.get("grant_type") {
        Some("client_credentials") => client_credentials::run(clients, form, asker, allowed).await,
        Some(_) => Err(TokenError::grant_type()),
        None => Err(TokenError::request("The parameter grant_type is missing.")),
    }
}
