//! How the caller reached us, for URLs in answers.

use http::HeaderMap;

use crate::Parts;

/// The public origin: what the settings say, or the scheme of the listener and the request's host.
pub(crate) fn of(parts: &Parts, headers: &HeaderMap, uri: &http::Uri) -> Option<String> {
    parts.issuer.of(headers, uri)
}
