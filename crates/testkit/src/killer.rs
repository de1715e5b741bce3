//! Kills a process again and again, at random moments and at named points, and starts it again.

use std::os::unix::process::ExitStatusExt as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clock::Tick;

use crate::fleet::{Lane, Slot, said};
use crate::plan::{Store, Subject};
use crate::process::Process;
use crate::random::Random;
use crate::tally::Tally;

/// What the gateway calls the points of a refresh that goes well.
const POINTS: [&str; 6] =
    ["after-claim", "before-send", "after-answer", "before-commit", "after-commit", "before-use"];

/// And of one that does not: in bad weather, and when another process has taken over.
const IN_TROUBLE: [&str; 2] = ["before-release", "before-aside"];

/// SIGABRT, by which a process ends itself at a point.
const ABORTED: i32 = 6;

/// What a gateway adds to the provider's time before it takes over from another.
const TO_COMMIT: Duration = Duration::from_secs(10);

/// How often somebody looks whether a process has ended.
const LOOK: Duration = Duration::from_millis(4);

/// How the next process ends.
enum Death {
    /// So long after it was started, whether it is ready or not.
    Starting(Duration),
    /// So long after it was ready.
    Random(Duration),
    /// By itself at a point.
    Point(&'static str, u64),
}

fn next_death(lane: &Lane, index: usize, random: &mut Random) -> Death {
    let longest = u64::try_from(lane.plan.longest_run.as_millis()).unwrap_or(1_000);
    if lane.plan.processes > 1 && index + 1 == lane.plan.processes {
        // Whoever takes over from a dead process has to have watched it for a while: one of them lives so long, mostly.
        let patience = lane.plan.answer_within + TO_COMMIT;
        return match random.below(2) {
            0 => Death::Random(patience + Duration::from_millis(random.below(40_000))),
            _ => Death::Point(random.pick(&POINTS).copied().unwrap_or("after-claim"), 40 + random.below(60)),
        };
    }
    match random.below(20) {
        0 | 1 => Death::Starting(Duration::from_millis(random.below(250))),
        2..9 => Death::Random(Duration::from_millis(random.below(longest))),
        9 if matches!(lane.plan.subject, Subject::Ticketgate { .. }) => {
            let first = lane.plan.store == Store::Sqlite;
            let points = if first { IN_TROUBLE.get(..1).unwrap_or_default() } else { &IN_TROUBLE };
            Death::Point(random.pick(points).copied().unwrap_or("before-release"), 1)
        }
        _ => {
            let times = if lane.plan.processes > 1 { 1 } else { 4 };
            Death::Point(random.pick(&POINTS).copied().unwrap_or("after-claim"), 1 + random.below(times))
        }
    }
}

/// Kills until enough were killed, or it is over; answers the process that lives on.
pub(crate) async fn keep_killing(
    lane: Arc<Lane>,
    (number, index): (usize, usize),
    mut process: Process,
    tally: Arc<Tally>,
    began: Tick,
) -> anyhow::Result<Process> {
    let slot = lane.slots.get(index).context("no such process")?;
    let seed = u64::try_from(number * 64 + index)?;
    let mut random = Random::new(lane.plan.seed, seed);
    let goes_on = || lane.clock.tick().since(began) < lane.plan.at_most && tally.begin(lane.plan.kills);
    let mut first = true;
    while goes_on() {
        let death = next_death(&lane, index, &mut random);
        if std::mem::take(&mut first) {
            // The one that was set up with knows no points.
            slot.at(None);
            process.kill();
        }
        let die_at = match death {
            Death::Point(point, times) => Some(format!("{point}:{times}")),
            _ => None,
        };
        process = lane.start(slot, die_at)?;
        let left = lane.plan.at_most.saturating_sub(lane.clock.tick().since(began));
        let kind = die(&lane, slot, &mut process, &death, left).await?;
        slot.at(None);
        tally.killed(kind);
        lane.outages.killed();
    }
    if !first {
        process = lane.start(slot, None)?;
        if !lane.until_announced(slot, &mut process).await? {
            bail!("the last process ended by itself: {}", said(slot));
        }
    }
    Ok(process)
}

/// Lets a process run until it is dead, at the latest when the trial's time is over; answers how it died.
async fn die(
    lane: &Lane,
    slot: &Slot,
    process: &mut Process,
    death: &Death,
    left: Duration,
) -> anyhow::Result<&'static str> {
    if let Death::Starting(after) = death {
        tokio::time::sleep(*after).await;
        return killed(slot, process, "while starting");
    }
    let ready = lane.until_announced(slot, process).await?;
    let (within, named) = match death {
        Death::Random(after) | Death::Starting(after) => (*after, None),
        Death::Point(point, times) if *times > 4 => (lane.plan.longest_run * 30, Some(*point)),
        Death::Point(point, _) => (lane.plan.longest_run * 2, Some(*point)),
    };
    let began = lane.clock.tick();
    loop {
        if let Some(status) = process.ended() {
            return match named {
                Some(point) if status.signal() == Some(ABORTED) => Ok(point),
                _ => bail!("a process ended by itself with {status} (ready: {ready}): {}", said(slot)),
            };
        }
        if lane.clock.tick().since(began) >= within.min(left) {
            return killed(slot, process, if named.is_some() { "point not reached" } else { "at random" });
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn killed(slot: &Slot, process: &mut Process, kind: &'static str) -> anyhow::Result<&'static str> {
    if process.kill() || kind == "point not reached" {
        return Ok(kind);
    }
    bail!("a process ended by itself: {}", said(slot))
}
