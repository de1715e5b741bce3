//! How the caller reached us, for URLs in answers.

use http::{HeaderMap, header};

use crate::Parts;

/// The public origin: what the settings say, or the scheme of the listener and the request's host.
pub(crate) fn of(parts: &Parts, headers: &HeaderMap, uri: &http::Uri) -> Option<String> {
    if let Some(origin) = &parts.public_origin {
        return Some(origin.clone());
    }
    // HTTP/2 has the host in the request's target, HTTP/1.1 in a header.
    let host = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(header::HOST)?.to_str().ok()?,
    };
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
    let scheme = if parts.tls { "https" } else { "http" };
    (plain && !host.is_empty()).then(|| format!("{scheme}://{host}"))
}
