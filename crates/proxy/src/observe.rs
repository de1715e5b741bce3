//! What the manifest of an observed client would have refused, found out before the call is sent, and without a say in it.
//!
//! The questions are asked first, because the call may move or delete what they are about: an observed client with terms waits
//! for them as it will when they hold.
//!
//! What `decide` would have refused the permit remembers. What the terms would have is found out here, with the same questions to
//! Atlassian and the same judgement as if they held, on a copy of what is sent. Guardrails are not tried: they hold.

use audit::{Text, WouldRefuse};
use broker::UpstreamCredential;
use bytes::Bytes;
use catalogue::Call;
use policy::Permit;
use types::{Code, Refusal};

use crate::ledger::Ledger;
use crate::upload::Payload;
use crate::{Forwarder, Message, confine};

/// Notes what the terms would refuse, unless something is noted already. It never refuses itself.
pub(crate) async fn look(
    forwarder: &Forwarder,
    permit: &Permit,
    call: &Call,
    credential: &mut UpstreamCredential,
    message: &Message,
    ledger: &mut Ledger,
) {
    let Some(trial) = permit.trial().filter(|_| permit.observed().is_none()) else { return };
    let would = trial.permit();
    let (payload, unread) = match &message.payload {
        Payload::Whole(bytes) => (bytes.clone(), false),
        // It is longer than what is looked into, or does not say how long it is.
        Payload::Passing(..) => (Bytes::new(), confine::looks_into_body(would)),
    };
    let mut copy = Message {
        id: message.id,
        method: message.method.clone(),
        query: message.query.clone(),
        headers: message.headers.clone(),
        payload: Payload::Whole(payload),
        watch: None,
    };
    let tried = Box::pin(confine::check(forwarder, would, call, credential, &mut copy)).await;
    let refusal = match tried {
        Err(refusal) => refusal,
        Ok(()) if unread => Refusal::from(Code::BodyTooLarge),
        Ok(()) => return,
    };
    let code = refusal.code();
    let rule = trial.rule(code).map(|rule| Text::from(std::sync::Arc::clone(rule)));
    ledger.would_refuse(WouldRefuse::new(code, rule));
}
