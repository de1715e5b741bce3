//! Personal access tokens of Data Center: Bearer, never changing (Jira 8.14, Confluence 7.9 and later).

use http::HeaderValue;
use types::Secret;

/// `Bearer token`.
pub(crate) fn authorization(token: &Secret) -> Option<HeaderValue> {
    super::sensitive("Bearer", token)
}
