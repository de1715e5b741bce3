//! The same change asked for twice: made once, and answered twice.
//!
//! An operator's program that lost an answer cannot know whether its change was made. It sends an `Idempotency-Key`
//! (draft-ietf-httpapi-idempotency-key-header) with the change, and the same key when it asks again.
//!
//! - That a change is about to be made is durable before it is made, and its answer after. What was cut off in between, by a
//!   crash say, is not tried again: whoever asks is told to look.
//! - An answer that shows a secret is never kept. Asked again, the gateway says that it was done, and that the secret cannot
//!   be shown again.
//! - A refusal is not kept: nothing was changed, so the same request may be tried again under its key.
//! - Neither keys nor requests are kept, only fingerprints of them.

use std::collections::HashSet;
use std::sync::{MutexGuard, PoisonError};

use jiff::SignedDuration;
use store::RepeatRow;
use types::OperatorName;

pub use store::RepeatAnswer as Answer;

use crate::{Control, ControlError, Kind};

/// How long a key is remembered.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Keys of one operator, and of all together, that are remembered at a time.
const THEIRS: u64 = 1_000;
const EVERYONES: u64 = 10_000;

/// The largest body that is kept, in bytes.
pub const LARGEST: usize = 64 * 1024;

/// What stands for a request and its key.
#[derive(Clone, Copy, Debug)]
pub struct Fingerprints {
    place: [u8; 32],
    request: [u8; 32],
}

impl Fingerprints {
    /// Of a request by its parts (method, path, ...), under a key of an operator's.
    #[must_use]
    pub fn of(operator: &OperatorName, key: &str, request: &[&[u8]]) -> Self {
        let place = seal::fingerprint::of(key.as_bytes(), &[b"place", operator.as_str().as_bytes()]);
        let parts: Vec<&[u8]> =
            std::iter::once(b"request".as_slice()).chain(request.iter().copied()).collect();
        Self { place, request: seal::fingerprint::of(key.as_bytes(), &parts) }
    }
}

/// What is to be done about a request with a key.
#[derive(Debug)]
pub enum Begun {
    /// It is the first: make the change, and say how it ended.
    First(Turn),
    /// It was made already: this was the answer.
    Again(Answer),
}

/// The right to make a change, until it is finished or dropped.
pub struct Turn {
    control: Control,
    place: [u8; 32],
}

impl Control {
    /// Looks whether this was asked for before.
    ///
    /// # Errors
    /// When the key was used for something else, is under way, was cut off, or its answer was not to be kept; when there are
    /// too many keys, or the store fails. Nothing is to be changed then.
    pub async fn begin(&self, by: &OperatorName, asked: Fingerprints) -> Result<Begun, ControlError> {
        if !self.under_way().insert(asked.place) {
            return Err(under_way());
        }
        // From here on the place is given back, whatever happens.
        let turn = Turn { control: self.clone(), place: asked.place };
        let now = self.parts().clock.now();
        let table = self.parts().store.repeats();
        table.forget_before(now.checked_sub(REMEMBERED).unwrap_or(now)).await?;
        if let Some(known) = table.get(&asked.place).await? {
            return known_already(known, &asked).map(Begun::Again);
        }
        let (everyones, theirs) = table.count(by).await?;
        if everyones >= EVERYONES || theirs >= THEIRS {
            return Err(too_many());
        }
        let (place, fingerprint, asked_by) = (asked.place, asked.request, by.clone());
        table.begin(&RepeatRow { place, fingerprint, asked_by, started_at: now, answer: None }).await?;
        Ok(Begun::First(turn))
    }

    fn under_way(&self) -> MutexGuard<'_, HashSet<[u8; 32]>> {
        // Nothing panics while it is held; and a place too many would only be refused.
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// The change was made. When that cannot be kept, whoever asks again is told to look.
    pub async fn finish(self, answer: &Answer) {
        if let Err(error) = self.control.parts().store.repeats().finish(&self.place, answer).await {
            tracing::warn!(%error, "the answer to a change cannot be kept for whoever asks again");
        }
    }

    /// Nothing was changed; the key is free again.
    pub async fn forget(self) {
        if let Err(error) = self.control.parts().store.repeats().forget(&self.place).await {
            tracing::warn!(%error, "an idempotency key cannot be freed");
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.control.under_way().remove(&self.place);
    }
}

impl std::fmt::Debug for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("turn")
    }
}

fn known_already(known: RepeatRow, asked: &Fingerprints) -> Result<Answer, ControlError> {
    if known.fingerprint != asked.request {
        return Err(ControlError::new(
            Kind::KeyReused,
            "This idempotency key came with another request before.",
            "Send a new key with each new change.",
        ));
    }
    let at = known.started_at;
    match known.answer {
        None => Err(ControlError::new(
            Kind::OutcomeUnknown,
            format!("This was asked for at {at:.0}, and cut off before its end was written down."),
            "Look whether the change took place; then send it with a new key if it did not.",
        )),
        Some(Answer { body: None, .. }) => Err(ControlError::new(
            Kind::AnswerNotKept,
            format!(
                "This was done at {at:.0}. Its answer held a secret, or was too large, and was not kept."
            ),
            "Look at what there is now. A secret that was lost is replaced: rotate the client's, or revoke the operator's token and add the name again.",
        )),
        Some(answer) => Ok(answer),
    }
}

fn under_way() -> ControlError {
    ControlError::new(
        Kind::UnderWay,
        "A request with this idempotency key is under way.",
        "Wait for its answer, or ask again in a moment.",
    )
}

fn too_many() -> ControlError {
    ControlError::new(
        Kind::TooManyKeys,
        format!("There are {THEIRS} keys of yours, or {EVERYONES} of all operators, of the last 24 hours."),
        "Send the change without a key, or wait until older ones are forgotten.",
    )
}

#[cfg(test)]
mod tests;
