//! How a client comes by a token: one file per grant type.

mod authorization_code;
mod client_credentials;
pub(crate) mod narrow;
mod refresh_token;
mod token_exchange;

use std::sync::Arc;

use catalogue::ScopeSet;
use store::ConsentRow;
use types::{Secret, Site, SiteName};

use crate::answer::{Granted, TokenError};
use crate::clients::Terms;
use crate::consents::scopes_of;
use crate::form::Form;
use crate::narrowing::Narrowing;
use crate::possession::Asker;
use crate::profile::TokenForm;
use crate::token_endpoint::Outcome;
use crate::{Allowance, Clients};

pub use token_exchange::UPSTREAM_TOKEN;

/// The grant types the token endpoint answers, for RFC 8414 metadata.
pub const GRANT_TYPES: &[&str] =
    &["client_credentials", token_exchange::GRANT_TYPE, "authorization_code", "refresh_token"];

/// Those of them that begin with a user who has signed in.
pub const GRANT_TYPES_OF_USERS: &[&str] = &["authorization_code", "refresh_token"];

/// What a flow needs to know beside the request.
pub(crate) struct Desk<'a> {
    /// The gateway as this client knows it: scheme and authority; the issuer of its tokens. Empty when the client calls it by a
    /// name that is not its own.
    pub(crate) gateway: &'a str,
    /// What the manifest of the client that asks allows now; `None` when it has none.
    pub(crate) allowance: Option<Allowance>,
}

impl Desk<'_> {
    /// The scopes of the manifest.
    const fn scopes(&self) -> Option<&ScopeSet> {
        match &self.allowance {
            Some(allowance) => Some(&allowance.scopes),
            None => None,
        }
    }
}

/// Runs the flow a form asks for, on behalf of the client that proved itself with it.
pub(crate) async fn run(clients: &Clients, form: &Form, asker: &Asker, desk: &Desk<'_>) -> Outcome {
    // Before anything is used up. What is opaque names no issuer.
    let form_of_tokens = asker.origin().member().standing().profile().token_form;
    if desk.gateway.is_empty() && form_of_tokens != TokenForm::Opaque {
        return Err(TokenError::request(
            "The request calls this gateway by a name that is not its own, so it signs no token. Its operator can set public_origin.",
        ));
    }
    match form.get("grant_type") {
        Some("client_credentials" | token_exchange::GRANT_TYPE) if asker.origin().is_public() => {
            Err(TokenError::unauthorized("A client without a secret cannot act for itself; it needs a user."))
        }
        Some("authorization_code") => authorization_code::run(clients, form, asker, desk).await,
        Some("refresh_token") => refresh_token::run(clients, form, asker, desk).await,
        Some("client_credentials") => client_credentials::run(clients, form, asker, desk).await,
        Some(token_exchange::GRANT_TYPE) => token_exchange::run(clients, form, asker, desk).await,
        Some(_) => Err(TokenError::grant_type()),
        None => Err(TokenError::request("The parameter grant_type is missing.")),
    }
}

/// Less than what a user allowed, for one access token. The refresh token stands for all of it (RFC 8707 §2.2), and so may the
/// next access token.
struct Less {
    /// Only these scopes.
    scopes: Option<ScopeSet>,
    /// Only these sites, when there are any.
    sites: Box<[SiteName]>,
}

impl Less {
    /// The sites a request names: each has to be one the user allowed and the manifest still has. To be asked before anything is
    /// used up: a request that is refused must not cost a code or a token.
    fn named(form: &Form, consent: &ConsentRow, desk: &Desk<'_>) -> Result<Self, TokenError> {
        let allowed = |site: &&Arc<Site>| {
            let name = site.name.as_str();
            consent.sites.is_empty() || consent.sites.split_ascii_whitespace().any(|allowed| allowed == name)
        };
        let manifest = desk.allowance.as_ref().map_or(&[][..], |allowance| allowance.sites.as_slice());
        let known: Vec<_> = manifest.iter().filter(allowed).cloned().collect();
        Ok(Self { scopes: None, sites: narrow::resources(form, desk.gateway, &known)? })
    }
}

/// An access token of what a user allowed, as far as the manifest still goes (or `less` of it), and the next refresh token.
async fn of_consent(
    clients: &Clients,
    asker: &Asker,
    (consent, less): (&ConsentRow, Less),
    desk: &Desk<'_>,
    refresh: Secret,
) -> Outcome {
    let scopes = less.scopes.unwrap_or_else(|| scopes_of(clients, consent, desk.scopes()));
    let stands_for = Some(narrow::names(clients.catalogue(), &scopes));
    let all = consent.sites.split_ascii_whitespace().map(str::parse);
    // A name that is none any more would make the list shorter, and an empty one means everywhere.
    let all: Box<[SiteName]> = all.collect::<Result<_, _>>().map_err(|_| TokenError::temporarily())?;
    let narrowing = Narrowing {
        scopes: Some(scopes),
        sites: if less.sites.is_empty() { all } else { less.sites },
        account: Some(consent.account.as_str().into()),
        bound_to: None,
        consent: Some(consent.id.as_str().into()),
    };
    let terms = Terms { narrowing, scope: stands_for, issuer: desk.gateway, not_after: None, actor: None };
    let issued = clients.issue(asker, terms).await?;
    Ok(Granted::Issued(issued.with_refresh_token(refresh, consent.account.clone())))
}

/// A client without a secret can be named by anyone, so only what it really holds counts against its pace; others have paid
/// when they proved themselves. The same holds for its proof of possession.
fn paced(clients: &Clients, asker: &Asker) -> Result<(), TokenError> {
    let client = asker.origin();
    if client.is_public() && !client.member().pace().allows(clients.tick()) {
        return Err(TokenError::too_fast());
    }
    asker.spend(clients)
}

/// Ends a consent of which something was used twice. The answer is `no` either way; when the end cannot be kept, it is that.
async fn reused(clients: &Clients, consent: &ConsentRow, event: &'static str, no: TokenError) -> TokenError {
    tracing::warn!(
        target: "ticketgate::event",
        event, client = %consent.client, consent = consent.id,
        "something that works once was used twice; what the user had allowed has ended"
    );
    match clients.end_consent(&consent.id).await {
        Ok(()) => no.of(consent.account.clone()),
        Err(error) => {
            tracing::error!(%error, "a consent could not be ended");
            TokenError::temporarily()
        }
    }
}
