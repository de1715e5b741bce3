//! API tokens of Cloud, scoped and unscoped: Basic with the account's e-mail address, never changing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use types::Secret;
use zeroize::Zeroizing;

/// `Basic base64(email:token)`.
pub(crate) fn authorization(email: &str, token: &Secret) -> Option<HeaderValue> {
    let pair = Zeroizing::new(format!("{email}:{}", token.open()));
    super::sensitive("Basic", &Secret::new(STANDARD.encode(pair.as_bytes())))
}
