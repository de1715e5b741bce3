//! `grant_type=client_credentials` (RFC 6749 §4.4): a program asks for itself.

use super::{Desk, narrow};
use crate::Clients;
use crate::answer::Granted;
use crate::clients::Terms;
use crate::form::Form;
use crate::narrowing::Narrowing;
use crate::possession::Asker;
use crate::token_endpoint::Outcome;

/// Issues a token for all the client's manifest allows, or for the scopes and sites the request names.
pub(crate) async fn run(clients: &Clients, form: &Form, asker: &Asker, desk: &Desk<'_>) -> Outcome {
    let catalogue = clients.catalogue();
    let allowance = desk.allowance.as_ref();
    let scopes = narrow::scopes(catalogue, form, desk.scopes())?;
    let sites = narrow::sites(form, desk.gateway, allowance)?;
    let stands_for = scopes.as_ref().or(allowance.map(|allowance| &allowance.scopes));
    let scope = stands_for.map(|scopes| narrow::names(catalogue, scopes));
    let narrowing = Narrowing { scopes, sites, ..Narrowing::default() };
    let terms = Terms { narrowing, scope, issuer: desk.gateway, not_after: None, actor: None };
    clients.issue(asker, terms).await.map(Granted::Issued)
}
