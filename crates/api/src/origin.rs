//! How the caller reached us, for URLs in answers.

use http::HeaderMap;

use crate::Parts;

/// The public origin: what the settings say, or the one of the gateway's own names that the request calls it by.
pub(crate) fn of(parts: &Parts, headers: &HeaderMap, uri: &http::Uri) -> Option<String> {
    parts.issuer.of(headers, uri)
}
