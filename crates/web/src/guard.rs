//! What is looked at before any page: where a request comes from, and by which name it calls the gateway.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use oauth::{Issuer, Whence, is_from_own_page};

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

/// Whether the request calls the gateway by a name of its own, and by one only.
fn is_own_name(issuer: &Issuer, headers: &HeaderMap, uri: &Uri) -> bool {
    let only_one = headers.get_all(header::HOST).iter().count() <= 1;
    only_one && Issuer::host(headers, uri).is_some_and(|host| issuer.is_called(host))
}

#[cfg(test)]
mod tests;
