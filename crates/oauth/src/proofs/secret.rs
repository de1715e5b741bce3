//! `client_secret_basic` and `client_secret_post` (RFC 6749 §2.3.1).

use std::sync::Arc;

use http::HeaderValue;
use seal::token::{self, Digest, Kind};
use zeroize::Zeroizing;

use crate::Clients;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::form::{self, Form};
use crate::presented::read_basic;

/// Id and secret of a Basic header. The id may be repeated in the body.
pub(super) fn from_header(
    clients: &Clients,
    basic: &HeaderValue,
    form: &Form,
) -> Result<Arc<Credential>, TokenError> {
    let claim = read_basic(basic.as_bytes(), from_basic).ok().flatten().ok_or_else(TokenError::client)?;
    match form.get("client_id") {
        Some(other) if other != claim.client_id.as_str() => {
            Err(TokenError::request("The client_id in the body is not the one in the Authorization header."))
        }
        _ => claim.prove(clients),
    }
}

/// Id and secret of the body.
pub(super) fn from_body(clients: &Clients, secret: &str, form: &Form) -> Result<Arc<Credential>, TokenError> {
    let client_id = form.get("client_id").ok_or_else(TokenError::client)?;
    Claim { client_id: Zeroizing::new(client_id.to_owned()), digest: digest(secret) }.prove(clients)
}

/// Who a request says it comes from, and with which secret.
struct Claim {
    client_id: Zeroizing<String>,
    /// `None` when what was sent as the secret cannot be one.
    digest: Option<Digest>,
}

impl Claim {
    fn prove(self, clients: &Clients) -> Result<Arc<Credential>, TokenError> {
        let found = self.digest.and_then(|digest| clients.secret(&digest));
        found
            .filter(|secret| secret.client().as_str() == self.client_id.as_str())
            .ok_or_else(TokenError::client)
    }
}

/// User name and password are form-encoded once more inside Basic.
fn from_basic(user: &[u8], password: &[u8]) -> Option<Claim> {
    let client_id = form::decode(user).ok()?;
    let secret = form::decode(password).ok()?;
    Some(Claim { client_id, digest: digest(&secret) })
}

fn digest(secret: &str) -> Option<Digest> {
    let parsed = token::parse(secret).ok()?;
    (parsed.kind == Kind::ClientSecret).then_some(parsed.digest)
}
