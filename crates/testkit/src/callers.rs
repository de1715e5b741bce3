//! Steady calls with every grant.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::StatusCode;

use crate::fleet::Lane;
use crate::random::Random;
use crate::setting::PATH;
use crate::tally::Tally;

/// Longer than the gateway lets a call wait for a token.
const PATIENCE: Duration = Duration::from_secs(25);

/// The pause while a grant is waited for and nobody has said that there is no token yet.
const IMPATIENT: Duration = Duration::from_millis(60);

/// What the refusal of a grant that is over is called.
pub(crate) const OVER: &str = "reconnect-required";

/// How a call came out.
pub(crate) enum Outcome {
    Success,
    Refused(String),
    Failed,
    /// No process was there to be called.
    Nobody,
}

/// One call with a grant, by one of the processes.
pub(crate) async fn call(lane: &Lane, grant: usize, at: usize) -> Outcome {
    let Some(slot) = lane.slots.get(at % lane.slots.len().max(1)) else { return Outcome::Nobody };
    let (Some(url), Some(key)) = (slot.url(), slot.key(grant)) else { return Outcome::Nobody };
    let began = lane.clock.tick();
    match lane.http.get(&format!("{url}{PATH}"), key, PATIENCE).await {
        Ok(said) if said.status == StatusCode::OK => {
            lane.outages.succeeded(grant, began);
            Outcome::Success
        }
        Ok(said) => Outcome::Refused(said.refusal.unwrap_or_else(|| said.status.as_u16().to_string())),
        Err(_) => Outcome::Failed,
    }
}

/// Calls with one grant until it is to stop.
pub(crate) async fn keep_calling(
    lane: Arc<Lane>,
    (number, grant): (usize, usize),
    tally: Arc<Tally>,
    stop: Arc<AtomicBool>,
) {
    let seed = u64::try_from(number * 4_096 + grant + 1).unwrap_or(1);
    let mut random = Random::new(lane.plan.seed ^ 0x5EED, seed);
    let usual = u64::try_from(lane.plan.pause.as_millis()).unwrap_or(400);
    while !stop.load(Ordering::Relaxed) {
        let at = usize::try_from(random.below(64)).unwrap_or(0);
        let outcome = call(&lane, grant, at).await;
        match &outcome {
            Outcome::Success => tally.succeeded(),
            Outcome::Refused(why) => tally.refused(why),
            Outcome::Failed => tally.failed(),
            Outcome::Nobody => {}
        }
        let pause = Duration::from_millis(usual / 2 + random.below(usual));
        let impatient = lane.outages.is_waited_for(grant) && !matches!(outcome, Outcome::Refused(_));
        tokio::time::sleep(if impatient { IMPATIENT } else { pause }).await;
    }
}
