//! Less than all: `scope` (RFC 6749 §3.3) and `resource` (RFC 8707), the same for every flow.

use std::sync::Arc;

use catalogue::{Catalogue, ScopeSet};
use types::{CloudId, Site, SiteName};

use crate::Allowance;
use crate::answer::TokenError;
use crate::form::Form;

/// The scopes asked for: each known, each within what may be had. Asking for more than one may have is an error and not
/// cut down to size: a program should hear that it will not be able to do what it was written for.
pub(super) fn scopes(
    catalogue: &Catalogue,
    form: &Form,
    allowed: Option<&ScopeSet>,
) -> Result<Option<ScopeSet>, TokenError> {
    form.get("scope").map(|asked| named(catalogue, asked, allowed)).transpose()
}

/// The same for scopes from elsewhere than a form.
pub(crate) fn named(
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

/// The sites asked for with `resource`, each a URL of the gateway (`/sites/NAME`, `/ex/jira/CLOUDID`) or of the site itself,
/// or with `audience`, the site's name. Empty when nothing was asked for, or the gateway as a whole.
pub(super) fn sites(
    form: &Form,
    gateway: &str,
    allowance: Option<&Allowance>,
) -> Result<Box<[SiteName]>, TokenError> {
    let known = allowance.map_or(&[][..], |allowance| allowance.sites.as_slice());
    let resources = form.all("resource").map(|name| one(known, name, gateway, is_at));
    let audiences = form.all("audience").map(|name| one(known, name, gateway, is_called));
    collected(resources.chain(audiences))
}

/// The same where somebody was asked for it, with `resource` alone: Atlassian's own clients send an `audience` of Atlassian's
/// there, which says nothing here.
pub(crate) fn resources(
    form: &Form,
    gateway: &str,
    known: &[Arc<Site>],
) -> Result<Box<[SiteName]>, TokenError> {
    collected(form.all("resource").map(|name| one(known, name, gateway, is_at)))
}

/// A site of those that are `known`, or none for the gateway as a whole.
fn one<'k>(
    known: &'k [Arc<Site>],
    name: &str,
    gateway: &str,
    is: impl Fn(&Site, &str, &str) -> bool,
) -> Result<Option<&'k SiteName>, TokenError> {
    // A gateway that is called by no name of its own has no URL, and a resource without one is none (RFC 8707 §2).
    if !gateway.is_empty() && name.trim_end_matches('/') == gateway {
        return Ok(None);
    }
    let site = known.iter().find(|site| is(site, name, gateway)).ok_or_else(TokenError::target)?;
    Ok(Some(&site.name))
}

/// Every name has to be a good one, also beside the gateway as a whole.
fn collected<'k>(
    named: impl Iterator<Item = Result<Option<&'k SiteName>, TokenError>>,
) -> Result<Box<[SiteName]>, TokenError> {
    let named: Vec<Option<&SiteName>> = named.collect::<Result<_, _>>()?;
    let mut names: Vec<SiteName> = named.iter().copied().flatten().cloned().collect();
    if names.len() < named.len() {
        return Ok(Box::default());
    }
    names.sort();
    names.dedup();
    Ok(names.into())
}

fn is_called(site: &Site, name: &str, _: &str) -> bool {
    site.name.as_str() == name
}

/// Whether a resource means the site. No fragment and no query (RFC 8707 §2 forbids the one and discourages the other).
fn is_at(site: &Site, resource: &str, gateway: &str) -> bool {
    let resource = resource.trim_end_matches('/');
    if resource == site.url() {
        return true;
    }
    let path = Some(gateway).filter(|gateway| !gateway.is_empty());
    let Some(path) = path.and_then(|gateway| resource.strip_prefix(gateway)) else { return false };
    match path.strip_prefix('/').map(|path| path.split('/').collect::<Vec<_>>()).as_deref() {
        Some(["sites", name]) => site.name.as_str() == *name,
        Some(["ex", "jira" | "confluence", id]) => site.cloud_id().map(CloudId::as_str) == Some(*id),
        _ => false,
    }
}

/// Scopes as a request or an answer names them.
pub(crate) fn names(catalogue: &Catalogue, scopes: &ScopeSet) -> String {
    scopes.iter().map(|scope| catalogue.scope_name(scope)).collect::<Vec<_>>().join(" ")
}

/// A name from outside, within the characters of RFC 6749 §5.2.
fn printable(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_graphic()).take(80).collect()
}
