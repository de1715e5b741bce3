//! `grant_type=refresh_token` (RFC 6749 §6): the next access token of a consent. The refresh token is exchanged along with it
//! (RFC 9700 §4.14.2), for every client.
//!
//! **Reuse.** A refresh token that was exchanged before is in two hands: the program's and somebody else's, and nobody can
//! say whose this is. So the consent ends with everything that came of it, and the user has to be asked again. With one leeway: within
//! [`LEEWAY`](crate::consents) of its first exchange, and as long as no successor has been used, it is exchanged again,
//! for a sibling. That is what a lost answer or two threads of one program look like. Of siblings the first one to be used
//! goes on; the others count as used with it, so that a thief's sibling gives the thief away at its next use or at the program's.

use seal::token::{self, Kind};
use store::Exchanged;

use super::{Desk, Less, narrow, of_consent, paced, reused};
use crate::Clients;
use crate::answer::TokenError;
use crate::consents::scopes_of;
use crate::form::Form;
use crate::possession::Asker;
use crate::token_endpoint::Outcome;

/// Exchanges a refresh token. `scope` and `resource` may ask for an access token with less than the user allowed; the next one may
/// again have all of it.
pub(crate) async fn run(clients: &Clients, form: &Form, asker: &Asker, desk: &Desk<'_>) -> Outcome {
    let text = form
        .get("refresh_token")
        .ok_or_else(|| TokenError::request("The parameter refresh_token is missing."))?;
    let parsed = token::parse(text).ok().filter(|parsed| parsed.kind == Kind::RefreshToken).ok_or_else(no)?;
    let (token, consent) = clients.refresh_token(&parsed.digest).await?.ok_or_else(no)?;
    if consent.client != *asker.client() {
        return Err(no());
    }
    // Not a reuse: a thief without the key must not be able to end what the user allowed.
    if token.bound_to.is_some() && token.bound_to.as_deref() != asker.binds_refresh_tokens() {
        return Err(no());
    }
    paced(clients, asker)?;
    if consent.ended_at.is_some() || token.expires_at <= clients.now() {
        return Err(no());
    }
    // Before the exchange: a request that is refused must not cost the token.
    let most = scopes_of(clients, &consent, desk.scopes());
    let scopes = narrow::scopes(clients.catalogue(), form, Some(&most))?;
    let less = Less { scopes, ..Less::named(form, &consent, desk)? };
    match clients.exchange(&token, asker).await? {
        (Exchanged::Done, refresh) => of_consent(clients, asker, (&consent, less), desk, refresh).await,
        (Exchanged::Reused, _) => Err(reused(clients, &consent, "refresh-token-reused", no()).await),
        (Exchanged::Ended, _) => Err(no()),
    }
}

/// One text, whatever is wrong with a refresh token.
fn no() -> TokenError {
    TokenError::grant("The refresh token is not good. Ask the user again.")
}

#[cfg(test)]
mod tests;
