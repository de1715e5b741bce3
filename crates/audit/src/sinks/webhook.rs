//! Events as HTTP requests, signed as the Standard Webhooks specification has it: headers `webhook-id`, `webhook-timestamp`,
//! `webhook-signature`.

use std::time::Duration;

use clock::Clock;
use egress::RequestBody;
use http::{Request, header};

use super::events::{Event, Webhook};

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(15);

/// How much of an answer is read, in bytes: nothing in it matters.
const LONGEST: usize = 64 * 1_024;

const USER_AGENT: &str = concat!("ticketgate/", env!("CARGO_PKG_VERSION"));

pub(super) struct Sender {
    pub(super) webhook: Webhook,
    pub(super) clock: Clock,
}

impl Sender {
    /// One request. Each try has a time and a signature of its own, so that a receiver may refuse what is old.
    pub(super) async fn deliver(&self, event: &Event) -> Result<(), String> {
        let Webhook { url, key, egress } = &self.webhook;
        let at = self.clock.now().as_second();
        let request = Request::post(url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, USER_AGENT)
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", key.sign(&event.id, at, &event.body))
            .body(RequestBody::full(event.body.clone()))
            .map_err(|_| "the request cannot be made".to_owned())?;
        match egress.fetch(request, WITHIN, LONGEST).await {
            Ok((parts, _)) if parts.status.is_success() => Ok(()),
            // A redirect is not followed: the address is the operator's to correct.
            Ok((parts, _)) => Err(format!("it answered {}", parts.status)),
            Err(error) => Err(error.to_string()),
        }
    }
}
