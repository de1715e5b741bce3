//! `client_assertion` (RFC 7521 §4.2, RFC 7523 §2.2): a signed token that says who is asking.

use std::sync::Arc;

use jose::Unverified;

use super::{not_proved, private_key_jwt, workload};
use crate::Clients;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::form::Form;

/// The one kind of assertion there is.
const JWT: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Reads an assertion and hands it to whoever can check it.
pub(super) async fn prove(clients: &Clients, text: &str, form: &Form) -> Result<Arc<Credential>, TokenError> {
    if form.get("client_assertion_type") != Some(JWT) {
        return Err(TokenError::request(format!("A client_assertion needs client_assertion_type={JWT}.")));
    }
    let token = Unverified::parse(text).map_err(not_proved)?;
    // RFC 7523 §3: from the client itself both are its id. Who is anyone else's word is a workload.
    if token.issuer_hint().is_some() && token.issuer_hint() == token.subject_hint() {
        private_key_jwt::prove(clients, &token, form).await
    } else {
        workload::prove(clients, &token, form).await
    }
}
