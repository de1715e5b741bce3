//! A workload's own identity in place of a secret: a token its platform gave it (GitHub Actions, GitLab, Kubernetes, SPIFFE)
//! comes as the `client_assertion`, and the form names the client.
//!
//! The operator has listed the issuer in the settings, and bound the client to what its tokens say. Such a token may be
//! shown as often as its issuer lets it live: platforms hand the same one out again and again (a Kubernetes pod finds it in
//! a file), so a second use is no sign of theft. What limits it is its audience, which has to be exactly this gateway's.

use std::sync::Arc;

use jose::{Unverified, Verified};
use types::ClientId;

use super::not_proved;
use crate::Clients;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::form::Form;
use crate::issuers::KnownIssuer;

/// Which of the client's bindings this token fits.
pub(super) async fn prove(
    clients: &Clients,
    token: &Unverified<'_>,
    form: &Form,
) -> Result<Arc<Credential>, TokenError> {
    let named = form.get("client_id").ok_or_else(|| not_proved("a workload's token without client_id"))?;
    let id: ClientId = named.parse().map_err(|_| not_proved("client_id is no client id"))?;
    let member = clients.member(&id).ok_or_else(|| not_proved("there is no such client"))?;
    let proving = member.standing().proving();
    // Bindings to one issuer stand together, so its token is verified once.
    let mut verified: Option<(&KnownIssuer, Option<Verified>)> = None;
    for binding in proving.workloads() {
        let Some(issuer) = clients.issuers().get(binding.issuer()) else { continue };
        if verified.as_ref().is_none_or(|(before, _)| !std::ptr::eq(*before, issuer)) {
            verified = Some((issuer, verify(clients, issuer, token).await));
        }
        if matches!(&verified, Some((_, Some(token))) if binding.fits(token)) {
            let origin = clients.origin(&id, &binding.origin().id);
            return origin.ok_or_else(|| not_proved("the binding was taken away from the client"));
        }
    }
    Err(not_proved("no binding of the client fits the token"))
}

/// The token, if it is one of this issuer for this gateway.
async fn verify(clients: &Clients, issuer: &KnownIssuer, token: &Unverified<'_>) -> Option<Verified> {
    if !issuer.may_have_issued(token) {
        return None;
    }
    let keys = issuer.keys().keys_for(token.header(), clients.fetcher(), clients.clock()).await?;
    let expected = issuer.expected(&clients.audiences());
    match token.verify(&keys, &expected, clients.now()) {
        Ok(verified) => issuer.is_about_its_own(&verified).then_some(verified),
        Err(why) => {
            tracing::debug!(%why, issuer = %issuer.name(), "a workload's token does not hold");
            None
        }
    }
}
