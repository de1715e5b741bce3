//! `grant_type=authorization_code` (RFC 6749 §4.1.3) with PKCE (RFC 7636): a user has allowed it.

use seal::pkce;
use seal::token::{self, Kind};

use super::{Desk, Less, of_consent, paced, reused};
use crate::Clients;
use crate::answer::TokenError;
use crate::form::Form;
use crate::possession::Asker;
use crate::token_endpoint::Outcome;

/// Redeems a code. It is good for the client, `redirect_uri` and verifier it was asked with, once, for a minute; `resource` may
/// ask for an access token for fewer sites than the user allowed. A second try by the same client shows
/// that a code has leaked, and ends what the first one gave, whatever else is wrong with it.
pub(crate) async fn run(clients: &Clients, form: &Form, asker: &Asker, desk: &Desk<'_>) -> Outcome {
    let text = form.get("code").ok_or_else(|| missing("code"))?;
    let verifier = form.get("code_verifier").ok_or_else(|| missing("code_verifier"))?;
    let redirect_uri = form.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    let parsed = token::parse(text).ok().filter(|parsed| parsed.kind == Kind::AuthorizationCode);
    let parsed = parsed.ok_or_else(no)?;
    let (code, consent) = clients.code(&parsed.digest).await?.ok_or_else(no)?;
    if consent.client != *asker.client() {
        return Err(no());
    }
    paced(clients, asker)?;
    if code.redeemed_at.is_some() {
        return Err(reused(clients, &consent, "code-reused", no()).await);
    }
    let bound = code.redirect_uri == redirect_uri && pkce::answers(verifier, &code.code_challenge);
    if consent.ended_at.is_some() || code.expires_at <= clients.now() || !bound {
        return Err(no());
    }
    let less = Less::named(form, &consent, desk)?;
    match clients.redeem(&code, asker).await? {
        Some(refresh) => of_consent(clients, asker, (&consent, less), desk, refresh).await,
        // Somebody was quicker by the blink of an eye: that is a second try too.
        None => Err(reused(clients, &consent, "code-reused", no()).await),
    }
}

fn missing(parameter: &str) -> TokenError {
    TokenError::request(format!("The parameter {parameter} is missing."))
}

/// One text, whatever is wrong with a code.
fn no() -> TokenError {
    TokenError::grant(
        "The code is not good. It works once, within 60 seconds, for the client, redirect_uri and code_verifier it was asked with.",
    )
}

#[cfg(test)]
mod tests;
