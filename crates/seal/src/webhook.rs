//! Signatures of what is pushed to a webhook, as the Standard Webhooks specification has them.
//!
//! HMAC-SHA256 (RFC 2104) over `id.timestamp.body`. The receiver, who has the same key, learns that the gateway wrote it, and
//! by the timestamp that it is not an old one sent again.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use types::Secret;
use zeroize::Zeroizing;

/// How such a key begins; may be left out.
const PREFIX: &str = "whsec_";

/// How long a key is, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// A key shared with the receiver.
pub struct WebhookKey(hmac::Key);

/// It is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a webhook's secret is `whsec_` and 24 to 64 bytes in base64, such as `openssl rand -base64 32` makes"
)]
pub struct NotAWebhookKey;

impl WebhookKey {
    /// Reads `whsec_` and base64; the prefix may be missing.
    ///
    /// # Errors
    /// When it is something else, or shorter or longer than the specification has it.
    pub fn parse(text: &Secret) -> Result<Self, NotAWebhookKey> {
        let text = text.open();
        let bytes = STANDARD.decode(text.strip_prefix(PREFIX).unwrap_or(text)).map_err(|_| NotAWebhookKey)?;
        let bytes = Zeroizing::new(bytes);
        if !LENGTHS.contains(&bytes.len()) {
            return Err(NotAWebhookKey);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The value of `webhook-signature` for a body sent as `id` at `timestamp`, in seconds since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [id.as_bytes(), b".", timestamp.to_string().as_bytes(), b".", body] {
            context.update(part);
        }
        format!("v1,{}", STANDARD.encode(context.sign().as_ref()))
    }
}

impl fmt::Debug for WebhookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("webhook key")
    }
}

#[cfg(test)]
mod tests;
