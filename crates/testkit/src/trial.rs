//! One trial, from the first process to the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow};
use clock::Clock;
use tokio::task::JoinSet;

use crate::callers::{self, OVER, Outcome};
use crate::fleet::Lane;
use crate::killer;
use crate::plan::{Plan, Store};
use crate::process::{Process, Sweeper};
use crate::report::Report;
use crate::tally::Tally;

/// How long after the weather has cleared each grant may take to answer.
const TO_SETTLE: Duration = Duration::from_secs(120);

/// Runs a trial. `None` where PostgreSQL is asked for and there is none.
///
/// # Errors
/// When the trial itself cannot go on: a process does not start, or ends by itself.
pub async fn trial(plan: &Plan) -> anyhow::Result<Option<Report>> {
    let clock = Clock::system()?;
    let cluster = match plan.store {
        Store::Sqlite => None,
        Store::Postgres => match testbase::Cluster::start().map_err(|error| anyhow!("{error}"))? {
            Some(cluster) => Some(cluster),
            None => return Ok(None),
        },
    };
    let folder = folder(plan.folder.as_deref())?;
    let _sweeper = Sweeper::of(&folder)?;
    let mut lanes = Vec::new();
    for number in 0..plan.lanes {
        let database = cluster.as_ref().map(testbase::Cluster::database).transpose();
        let database = database.map_err(|error| anyhow!("{error}"))?;
        let own = folder.join(format!("lane-{number}"));
        std::fs::create_dir_all(&own)?;
        let (lane, processes) = Box::pin(Lane::set_up(plan, (number, &own), database, &clock)).await?;
        lanes.push((Arc::new(lane), processes));
    }
    Box::pin(under_way(plan, &clock, lanes)).await.map(Some)
}

/// A private folder that is this trial's own.
fn folder(within: Option<&Path>) -> anyhow::Result<PathBuf> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("custody-trial-");
    let made = match within {
        Some(within) => builder.tempdir_in(within),
        None => builder.tempdir(),
    };
    // The sweeper removes it.
    Ok(made.context("no folder can be made")?.keep())
}

async fn under_way(
    plan: &Plan,
    clock: &Clock,
    lanes: Vec<(Arc<Lane>, Vec<Process>)>,
) -> anyhow::Result<Report> {
    let (tally, stop) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
    let began = clock.tick();
    let (mut callers, mut killers, mut kept) = (JoinSet::new(), JoinSet::new(), Vec::new());
    for (number, (lane, processes)) in lanes.into_iter().enumerate() {
        lane.provider.storm(plan, number).await?;
        // As many for each grant as there are processes, so that two of them want the same one at once.
        for caller in 0..plan.grants * plan.processes {
            let (grant, number) = (caller % plan.grants, number + caller / plan.grants * plan.lanes);
            let (tally, stop) = (Arc::clone(&tally), Arc::clone(&stop));
            callers.spawn(callers::keep_calling(Arc::clone(&lane), (number, grant), tally, stop));
        }
        for (index, process) in processes.into_iter().enumerate() {
            let (lane, tally) = (Arc::clone(&lane), Arc::clone(&tally));
            killers.spawn(killer::keep_killing(lane, (number, index), process, tally, began));
        }
        kept.push(lane);
    }
    let said = plan.progress.then(|| tokio::spawn(progress(Arc::clone(&tally), clock.clone(), plan.kills)));
    let mut alive = Vec::new();
    while let Some(process) = killers.join_next().await {
        alive.push(process??);
    }
    if let Some(said) = said {
        said.abort();
    }
    let killing = clock.tick().since(began);
    for lane in &kept {
        lane.provider.calm().await?;
    }
    // Until what was redeemed in the storm has had to prove itself: the access tokens of then are over.
    let first = settle(&kept, clock).await;
    let proof = plan.leeway_seconds / 10 + plan.access_token_seconds + 2;
    tokio::time::sleep(Duration::from_secs(proof)).await;
    stop.store(true, Ordering::Relaxed);
    while callers.join_next().await.is_some() {}
    let without = settle(&kept, clock).await.max(first);
    let report = Report::of(plan, &kept, &tally, (killing, without)).await;
    drop(alive);
    report
}

/// Calls with every grant until it answers; how many do not.
async fn settle(lanes: &[Arc<Lane>], clock: &Clock) -> u64 {
    let (began, mut calls) = (clock.tick(), JoinSet::new());
    for lane in lanes {
        for grant in 0..lane.plan.grants {
            let (lane, clock) = (Arc::clone(lane), clock.clone());
            calls.spawn(async move {
                let mut at = grant;
                while clock.tick().since(began) < TO_SETTLE {
                    match callers::call(&lane, grant, at).await {
                        Outcome::Success => return true,
                        Outcome::Refused(why) if why == OVER => return false,
                        _ => {}
                    }
                    at += 1;
                    tokio::time::sleep(Duration::from_millis(150)).await;
                }
                false
            });
        }
    }
    let mut without = 0;
    while let Some(answered) = calls.join_next().await {
        without += u64::from(!answered.unwrap_or(false));
    }
    without
}

async fn progress(tally: Arc<Tally>, clock: Clock, planned: u64) {
    let began = clock.tick();
    loop {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let kills: u64 = tally.kills().values().sum();
        let (made, succeeded, failed) = tally.calls();
        let seconds = clock.tick().since(began).as_secs();
        let line = format!(
            "{seconds} s: {kills} of {planned} kills; {made} calls, {succeeded} answered, {failed} broken off\n"
        );
        let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    }
}
