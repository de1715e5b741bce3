//! `grant_type=client_credentials` (RFC 6749 §4.4): a program asks for itself.

use std::sync::Arc;

use catalogue::{Catalogue, ScopeSet};

use crate::Clients;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::form::Form;
use crate::narrowing::Narrowing;
use crate::token_endpoint::Outcome;

/// Issues a token for all the client's manifest allows, or for the scopes the request names.
pub(crate) async fn run(
    clients: &Clients,
    form: &Form,
    secret: &Arc<Credential>,
    allowed: Option<&ScopeSet>,
) -> Outcome {
    let catalogue = clients.catalogue();
    let narrowed = match form.get("scope") {
        Some(asked) => Some(narrow(catalogue, asked, allowed)?),
        None => None,
    };
    let stands_for = narrowed.as_ref().or(allowed).map(|scopes| names(catalogue, scopes));
    let narrowing = Narrowing { scopes: narrowed, ..Narrowing::default() };
    clients.issue(secret, narrowing, stands_for).await
}

/// The scopes asked for: each known, each within the manifest. Asking for more than one may have is an error and not
/// cut down to size: a program should hear that it will not be able to do what it was written for.
pub(crate) fn narrow(
    catalogue: &Catalogue,
    asked: &str,
    allowed: Option<&ScopeSet>,
) -> Result<ScopeSet, TokenError> {
    let asked = catalogue.scope_set(asked.split_ascii_whitespace()).map_err(|unknown| {
        let near = unknown.nearest.map(|name| format!(" Did you mean {name}?")).unwrap_or_default();
        TokenError::scope(format!("No operation needs a scope {}.{near}", printable(&unknown.name)))
    })?;
    let allowed = allowed.ok_or_else(|| {
        TokenError::scope(
            "No manifest has been published for this client, so it has no scopes to choose from.",
        )
    })?;
    if asked.is_subset(allowed) {
        return Ok(asked);
    }
    let missing = names(catalogue, &asked.difference(allowed));
    Err(TokenError::scope(format!("The manifest of this client does not have {missing}.")))
}

pub(crate) fn names(catalogue: &Catalogue, scopes: &ScopeSet) -> String {
    scopes.iter().map(|scope| catalogue.scope_name(scope)).collect::<Vec<_>>().join(" ")
}

/// A name from outside, within the characters of RFC 6749 §5.2.
fn printable(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_graphic()).take(80).collect()
}
