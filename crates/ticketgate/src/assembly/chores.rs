//! What the gateway does by itself, now and then.

use std::time::Duration;

use control::Control;
use types::OperatorName;

/// How often uses of secrets are written down and silent ones are ended.
const TEND_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked whether it is time to read tickets again.
const LOOK_AT_TICKETS_EVERY: Duration = Duration::from_secs(1);
/// How often that passes until clients are warned of again: a day.
const WARN_EVERY: u32 = 24 * 3_600 / 5;
/// How often that passes until clients are looked through for something to put on record: a minute.
const LOOK_EVERY: u32 = 60 / 5;
/// How often that passes until use is counted, which reads every record once more: an hour. A question about use counts first.
const COUNT_EVERY: u32 = 3_600 / 5;

/// Does the chores until it is dropped.
pub(super) async fn run(control: &Control, gateway: &OperatorName) {
    let mut until_warning = 0;
    loop {
        if until_warning == 0 {
            until_warning = WARN_EVERY;
            if let Err(error) = control.warn_of_clients().await {
                tracing::warn!(%error, "clients could not be looked through for ends and rotations that are due");
            }
        }
        if until_warning % LOOK_EVERY == 0
            && let Err(error) = control.give_notice().await
        {
            tracing::warn!(%error, "notices of ends and of rotations that are due could not be recorded; they are tried again");
        }
        control.watch_scopes();
        if until_warning % COUNT_EVERY == 0
            && let Err(error) = count(control).await
        {
            tracing::warn!(%error, "what clients do could not be counted; it is tried again from the same place");
        }
        until_warning -= 1;
        tokio::time::sleep(TEND_EVERY).await;
        tend(control, gateway).await;
    }
}

/// Counts all that is on record by now, a part at a time.
async fn count(control: &Control) -> Result<(), control::ControlError> {
    while control.count_usage().await? {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Looks after the tickets that approved what is in force, until it is dropped. Beside the other chores: Jira may take its time.
pub(super) async fn look_after_tickets(control: &Control, gateway: &OperatorName) {
    loop {
        if let Err(error) = control.recheck_tickets(gateway).await {
            tracing::warn!(%error, "tickets that approved what is in force could not be looked after; it is tried again");
        }
        tokio::time::sleep(LOOK_AT_TICKETS_EVERY).await;
    }
}

/// Once: also the last thing before the audit stops.
pub(super) async fn tend(control: &Control, gateway: &OperatorName) {
    if let Err(error) = Box::pin(control.tend_elevations(gateway)).await {
        tracing::warn!(%error, "ends of elevations could not be put on record; it is tried again, and they have ended all the same");
    }
    if let Err(error) = control.tend(gateway).await {
        tracing::warn!(%error, "uses of secrets could not be written down; they are kept and tried again");
    }
}
