//! `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): a token for another one.
//!
//! | subject token | requested | what comes back |
//! |---|---|---|
//! | the client's own | access token (or nothing said) | a narrower one: fewer scopes, fewer sites, never a longer life |
//! | a user's, issued to another client named in `exchanges` | the same | one that acts for the user: the asking client's manifest, within the subject's scopes |
//! | the client's own | [`UPSTREAM_TOKEN`] | Atlassian's own token with its remaining life, where the manifest says `vending = true` |
//!
//! What is issued ends with what it was issued for: with the consent a user gave, and with the secret or key of the
//! client that asked.

use std::sync::Arc;

use types::SiteName;

use super::{Desk, narrow};
use crate::answer::{Granted, Issued, TokenError};
use crate::clients::Terms;
use crate::directory::Credential;
use crate::form::Form;
use crate::narrowing::Narrowing;
use crate::possession::Asker;
use crate::token_endpoint::Outcome;
use crate::{Allowance, Clients};

/// RFC 8693 §2.1.
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// RFC 8693 §3.
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// An access token of this gateway is a JWT or opaque; either way it is an access token first.
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// The token type by which a client asks for Atlassian's own token: a type of this gateway's, because what comes back is for
/// another resource server and must never be had by accident.
pub const UPSTREAM_TOKEN: &str = "urn:ticketgate:params:oauth:token-type:upstream-access-token";

pub(super) async fn run(clients: &Clients, form: &Form, asker: &Asker, desk: &Desk<'_>) -> Outcome {
    let subject = subject(clients, form).await?;
    if form.get("actor_token").is_some() {
        return Err(TokenError::request("The client that asks is the actor; an actor_token is not taken."));
    }
    let own = subject.client() == asker.client();
    let standing = asker.origin().member().standing();
    let exchanges = &standing.profile().exchanges;
    let for_user = subject.narrowing().account.is_some() && exchanges.contains(subject.client());
    if !own && !for_user {
        return Err(TokenError::unauthorized(
            "The subject token belongs to another client, and none whose users this client may act for.",
        ));
    }
    if subject.narrowing().bound_to.is_some() {
        return Err(TokenError::request("The subject token is bound to a key and cannot be handed on."));
    }
    match form.get("requested_token_type") {
        None | Some(ACCESS_TOKEN | JWT) => narrowed(clients, form, asker, &subject, desk).await,
        Some(UPSTREAM_TOKEN) if own => upstream(form, &subject, desk).map(Granted::Upstream),
        Some(_) => Err(TokenError::request("This requested_token_type is not issued here.")),
    }
}

/// The token to exchange: one of this gateway's that is good now.
async fn subject(clients: &Clients, form: &Form) -> Result<Arc<Credential>, TokenError> {
    let text = form
        .get("subject_token")
        .ok_or_else(|| TokenError::request("The parameter subject_token is missing."))?;
    match form.get("subject_token_type") {
        Some(ACCESS_TOKEN | JWT) => {}
        Some(_) => return Err(TokenError::request("Only access tokens of this gateway are exchanged.")),
        None => return Err(TokenError::request("The parameter subject_token_type is missing.")),
    }
    let found = clients.access_token(text).await?;
    found
        .filter(|token| token.is_good(clients.now()))
        .ok_or_else(|| TokenError::request("The subject_token is not a living access token of this gateway."))
}

/// A token that can do no more than the subject token and no more than the manifest of the client that asks.
async fn narrowed(
    clients: &Clients,
    form: &Form,
    asker: &Asker,
    subject: &Arc<Credential>,
    desk: &Desk<'_>,
) -> Outcome {
    let catalogue = clients.catalogue();
    let within = within(subject.narrowing(), desk.allowance.as_ref())
        .ok_or_else(|| TokenError::scope("No manifest has been published for this client."))?;
    let scopes = narrow::scopes(catalogue, form, Some(&within.scopes))?;
    let asked = narrow::sites(form, desk.gateway, Some(&within))?;
    let sites = if asked.is_empty() { subject.narrowing().sites.clone() } else { asked };
    let scopes = scopes.unwrap_or(within.scopes);
    let scope = Some(narrow::names(catalogue, &scopes));
    let narrowing = Narrowing {
        scopes: Some(scopes),
        sites,
        account: subject.narrowing().account.clone(),
        bound_to: None,
        consent: subject.narrowing().consent.clone(),
    };
    let actor = (subject.client() != asker.client()).then(|| asker.client().clone());
    let terms = Terms { narrowing, scope, issuer: desk.gateway, not_after: subject.ends_at(), actor };
    let issued = clients.issue(asker, terms).await?;
    Ok(Granted::Issued(Issued { issued_type: Some(ACCESS_TOKEN), ..issued }))
}

/// What the subject token and the manifest have in common.
fn within(subject: &Narrowing, allowance: Option<&Allowance>) -> Option<Allowance> {
    let allowance = allowance?;
    let scopes = subject.scopes.map_or(allowance.scopes, |scopes| scopes.intersection(&allowance.scopes));
    let reached = |site: &&Arc<types::Site>| subject.sites.is_empty() || subject.sites.contains(&site.name);
    let sites = allowance.sites.iter().filter(reached).cloned().collect();
    Some(Allowance { scopes, sites, vends: allowance.vends })
}

/// Nobody here holds upstream tokens: the answer says for which site one is wanted, and whoever serves the endpoint asks the
/// broker, with a permit.
fn upstream(form: &Form, subject: &Arc<Credential>, desk: &Desk<'_>) -> Result<SiteName, TokenError> {
    let within = within(subject.narrowing(), desk.allowance.as_ref()).filter(|within| within.vends);
    let within = within.ok_or_else(|| {
        TokenError::unauthorized(
            "The manifest of this client does not say vending = true; it gets no upstream token.",
        )
    })?;
    let asked = narrow::sites(form, desk.gateway, Some(&within))?;
    match asked.as_ref() {
        [] => within.sites.first().map(|site| site.name.clone()).ok_or_else(TokenError::target),
        [one] => Ok(one.clone()),
        _ => Err(TokenError::request("An upstream token is for one site: name one resource.")),
    }
}

#[cfg(test)]
mod tests;
