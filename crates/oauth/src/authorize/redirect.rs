use std::fmt;

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use types::Secret;

use super::Back;
use crate::RedirectUri;

/// What may stand in a query as it is: RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the browser is sent, with the answer to an authorization request: always a registered address of the client's.
pub struct Redirect(Secret);

impl Redirect {
    /// RFC 6749 §4.1.2.1.
    pub(super) fn error(to: &RedirectUri, back: &Back, error: &str, words: &str) -> Self {
        // RFC 6749, appendix A.8: no quotes, no backslashes, ASCII.
        let words: String = words
            .chars()
            .map(|c| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') { c } else { '\'' })
            .collect();
        Self::with(to, back, &[("error", error), ("error_description", &words)])
    }

    /// RFC 6749 §4.1.2.
    pub(super) fn code(to: &RedirectUri, back: &Back, code: &Secret) -> Self {
        Self::with(to, back, &[("code", code.open())])
    }

    fn with(to: &RedirectUri, back: &Back, answer: &[(&str, &str)]) -> Self {
        let mut location = to.as_str().to_owned();
        let mut separator = if location.contains('?') { '&' } else { '?' };
        let state = back.state.as_deref().map(|state| ("state", state));
        for (name, value) in answer.iter().copied().chain(state).chain([("iss", back.issuer.as_str())]) {
            location.push(separator);
            location.push_str(name);
            location.push('=');
            location.extend(utf8_percent_encode(value, RESERVED));
            separator = '&';
        }
        Self(Secret::new(location))
    }

    /// The value of `Location`, marked as sensitive because it may hold a code.
    #[must_use]
    pub fn location(&self) -> HeaderValue {
        // Registered addresses are printable ASCII and the rest is encoded, so there always is one.
        let mut value = HeaderValue::from_str(self.0.open()).unwrap_or(HeaderValue::from_static("/"));
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redirect to the client")
    }
}
