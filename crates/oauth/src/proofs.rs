//! How a client proves itself at the token endpoint: one file per way.
//!
//! Each ends in the [`Credential`] the tokens of this request will hang on: a secret, a key, a binding. What takes that
//! away from the client takes the tokens along. Whoever proves nothing hears one answer, whatever was wrong; the log says
//! more, at the level of debugging.

mod assertion;
mod mutual_tls;
mod private_key_jwt;
mod secret;
mod workload;

use std::fmt::Display;
use std::sync::Arc;

use http::header;
use jose::Algorithm;

use crate::answer::TokenError;
use crate::directory::Credential;
use crate::form::Form;
use crate::{Approach, Clients};

/// How a client may prove itself at the token endpoint, as RFC 8414 metadata calls it.
pub const CLIENT_AUTHENTICATION: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// And how where the listener asks for certificates.
pub const CLIENT_AUTHENTICATION_BY_TLS: &[&str] = &["tls_client_auth", "self_signed_tls_client_auth"];

/// What assertions and proofs of possession may be signed with, as RFC 8414 metadata calls it.
#[must_use]
pub fn signing_algorithms() -> [&'static str; Algorithm::ALL.len()] {
    Algorithm::ALL.map(Algorithm::name)
}

/// What a request offers, in exactly one way (RFC 6749 §2.3).
pub(crate) async fn prove(
    clients: &Clients,
    approach: Approach<'_>,
    form: &Form,
) -> Result<Arc<Credential>, TokenError> {
    let mut sent = approach.headers.get_all(header::AUTHORIZATION).iter();
    let (authorization, second) = (sent.next(), sent.next());
    if second.is_some() {
        return Err(TokenError::request("The request has more than one Authorization header."));
    }
    match (authorization, form.get("client_secret"), form.get("client_assertion")) {
        (Some(basic), None, None) => secret::from_header(clients, basic, form),
        (None, Some(secret), None) => secret::from_body(clients, secret, form),
        (None, None, Some(text)) => assertion::prove(clients, text, form).await,
        (None, None, None) => match public(clients, form) {
            Some(client) => Ok(client),
            None => mutual_tls::prove(clients, approach, form),
        },
        (Some(_), Some(_), None) => Err(TokenError::request(
            "Send client id and secret in the Authorization header or in the body, not in both.",
        )),
        (_, _, Some(_)) => Err(TokenError::request(
            "The request proves who sends it in more than one way: by a secret and by a client_assertion. Choose one.",
        )),
    }
}

/// A client without a secret, by its id alone (RFC 6749 §3.2.1), which is no proof and is treated as none.
fn public(clients: &Clients, form: &Form) -> Option<Arc<Credential>> {
    clients.public_client(&form.get("client_id")?.parse().ok()?)
}

/// The answer to a proof that does not hold, and the reason for the log alone.
fn not_proved(why: impl Display) -> TokenError {
    tracing::debug!(%why, "a client did not prove itself");
    TokenError::client()
}

#[cfg(test)]
mod tests;
