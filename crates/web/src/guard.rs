//! What is looked at before any page: where a request comes from, and by which name it calls the gateway.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use oauth::{Issuer, Whence};

use crate::Parts;
use crate::page::{self, Notice};

/// Lets a request through, or says why not.
pub(crate) async fn every_request(
    State(parts): State<Arc<Parts>>,
    whence: Option<Extension<Whence>>,
    request: Request,
    next: Next,
) -> Response {
    let whence = whence.map(|Extension(whence)| whence);
    match examine(&parts, whence, &request) {
        Ok(()) => page::sealed(next.run(request).await),
        Err(notice) => page::sealed(notice.into_response()),
    }
}

fn examine(parts: &Parts, whence: Option<Whence>, request: &Request) -> Result<(), Notice> {
    let (headers, uri) = (request.headers(), request.uri());
    if !is_own_name(&parts.issuer, headers, uri) {
        return Err(Notice::new(
            StatusCode::MISDIRECTED_REQUEST,
            "This is not its name",
            "The gateway was called by a name that is not its own. Use the address its operators gave you.",
        ));
    }
    // Whoever reaches the pages can be anybody then, without a password.
    let elsewhere = !whence.is_some_and(|whence| whence.is_here(headers));
    if parts.residents.is_some() && elsewhere {
        return Err(Notice::new(
            StatusCode::FORBIDDEN,
            "Only on the gateway's own machine",
            "Signing in is set up for development, which works from the machine the gateway runs on and from nowhere else.",
        ));
    }
    let changes = *request.method() != Method::GET && *request.method() != Method::HEAD;
    let own = parts.issuer.of(headers, uri).unwrap_or_default();
    if changes && !is_from_own_page(headers, &own) {
        return Err(page::foreign_form());
    }
    Ok(())
}

/// With a public origin, its host. Without one, the names of this machine, which no name server can be made to answer.
fn is_own_name(issuer: &Issuer, headers: &HeaderMap, uri: &Uri) -> bool {
    let only_one = headers.get_all(header::HOST).iter().count() <= 1;
    let Some(host) = Issuer::host(headers, uri).filter(|_| only_one) else { return false };
    if let Some(origin) = issuer.public_origin() {
        let own = origin.split_once("://").map_or(origin, |(_, authority)| authority);
        return host.eq_ignore_ascii_case(own);
    }
    issuer.of(headers, uri).is_some()
}

/// Whether a form comes from a page of ours, by what browsers say and pages cannot forge: `Sec-Fetch-Site` (Fetch Metadata
/// §2.3) and `Origin` (RFC 6454 §7). A page that tells nobody where people came from has the origin `null`, as sandboxes
/// have, so `null` counts only together with `Sec-Fetch-Site`. A request with neither comes from no browser that may be
/// trusted with a session.
fn is_from_own_page(headers: &HeaderMap, own: &str) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (site, origin) = (sites.next(), origins.next());
    if sites.next().is_some() || origins.next().is_some() {
        return false;
    }
    let same_site = site.map(|site| site == "same-origin");
    match (same_site, origin) {
        (Some(false), _) | (None, None) => false,
        (Some(true), None) => true,
        (Some(true), Some(origin)) => {
            origin == "null" || origin.as_bytes().eq_ignore_ascii_case(own.as_bytes())
        }
        (None, Some(origin)) => origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()),
    }
}

#[cfg(test)]
mod tests;
