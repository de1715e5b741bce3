//! `tls_client_auth` and `self_signed_tls_client_auth` (RFC 8705 §2): the client has shown a certificate in the TLS handshake
//! and names itself in the form.
//!
//! Only certificates of the gateway's own listener count. Where something in front of it ends TLS, the header in which that
//! would pass a certificate on is one that anybody can send.

use std::sync::Arc;

use types::ClientId;

use super::not_proved;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::form::Form;
use crate::{Approach, Clients};

/// Which of the client's certificates was shown.
pub(super) fn prove(
    clients: &Clients,
    approach: Approach<'_>,
    form: &Form,
) -> Result<Arc<Credential>, TokenError> {
    let shown = approach.certificate.ok_or_else(|| not_proved("nothing proves who it is"))?;
    let named = form.get("client_id").ok_or_else(|| not_proved("a certificate without client_id"))?;
    let id: ClientId = named.parse().map_err(|_| not_proved("client_id is no client id"))?;
    let member = clients.member(&id).ok_or_else(|| not_proved("there is no such client"))?;
    let proving = member.standing().proving();
    let fitting = proving.certificates().iter().find(|known| known.fits(shown));
    let fitting = fitting.ok_or_else(|| not_proved("the certificate is none of the client's"))?;
    clients.origin(&id, &fitting.origin().id).ok_or_else(|| not_proved("it was taken away from the client"))
}
