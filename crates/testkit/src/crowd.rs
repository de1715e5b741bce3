//! A crowd: many calls at once with one grant whose access token is over.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use clock::Clock;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::callers::{self, Outcome};
use crate::fleet::Lane;
use crate::plan::{Plan, Store, Subject};
use crate::process::Sweeper;
use crate::report::share;

/// What a crowd is to do.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// The gateway.
    pub program: PathBuf,
    /// How many calls at once.
    pub callers: usize,
    /// How long the provider takes to answer a refresh.
    pub refresh: Duration,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CrowdReport {
    /// How many calls at once.
    pub callers: usize,
    /// Of the calls on the expired token.
    pub answered: usize,
    /// Redemptions between the first call and the last answer.
    pub redemptions: u64,
    /// How long the provider took for it, in milliseconds.
    pub refresh_ms: u64,
    /// Half of the calls, 95 of 100 and all of them, with a fresh token, in milliseconds.
    pub fresh_ms: [u64; 3],
    /// The same on an expired token.
    pub expired_ms: [u64; 3],
}

impl CrowdReport {
    /// Whether all were answered after one redemption.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.answered == self.callers && self.redemptions == 1
    }
}

impl fmt::Display for CrowdReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let three = |[half, most, longest]: [u64; 3]| format!("{half} / {most} / {longest} ms");
        writeln!(f, "{:32} {}", "calls at once", self.callers)?;
        writeln!(f, "{:32} {}", "answered", self.answered)?;
        writeln!(f, "{:32} {}", "redemptions", self.redemptions)?;
        writeln!(f, "{:32} {} ms", "the provider took", self.refresh_ms)?;
        writeln!(f, "{:32} {}", "fresh token, p50 / p95 / longest", three(self.fresh_ms))?;
        writeln!(f, "{:32} {}", "expired one, the same", three(self.expired_ms))?;
        let added = |[.., longest]: [u64; 3]| longest;
        let added = added(self.expired_ms).saturating_sub(added(self.fresh_ms));
        writeln!(f, "{:32} {added} ms", "added for the slowest")
    }
}

/// Lets an access token expire by the provider's word that it lives shortly, then calls all at once.
///
/// # Errors
/// When the gateway does not start.
pub async fn crowd(crowd: &Crowd) -> anyhow::Result<CrowdReport> {
    let clock = Clock::system()?;
    let subject = Subject::Ticketgate { program: crowd.program.clone() };
    let plan = Plan { grants: 1, access_token_seconds: 12, ..Plan::new(subject, Store::Sqlite) };
    let folder = tempfile::Builder::new().prefix("custody-trial-").tempdir()?.keep();
    let _sweeper = Sweeper::of(&folder)?;
    let own = folder.join("lane-0");
    std::fs::create_dir_all(&own)?;
    let (lane, processes) = Box::pin(Lane::set_up(&plan, (0, Path::new(&own)), None, &clock)).await?;
    let lane = Arc::new(lane);
    let delay = u64::try_from(crowd.refresh.as_millis())?;
    let weather = json!({ "delay_ms": [delay, delay] });
    lane.provider.steer(Method::PUT, "/standin/oauth/weather", Some(&weather)).await?;
    ensure!(matches!(callers::call(&lane, 0, 0).await, Outcome::Success), "the first call is not answered");
    // Connections, and the gateway's, are there from here on.
    at_once(&lane, &clock, crowd.callers).await;
    let (_, fresh) = at_once(&lane, &clock, crowd.callers).await;
    // A gateway renews what is in use once more by itself, then leaves it alone: until nobody has for a whole life.
    let mut before = redemptions(&lane).await?;
    loop {
        tokio::time::sleep(Duration::from_secs(plan.access_token_seconds + 1)).await;
        let now = redemptions(&lane).await?;
        if now == before {
            break;
        }
        before = now;
    }
    let (answered, expired) = at_once(&lane, &clock, crowd.callers).await;
    let redemptions = redemptions(&lane).await? - before;
    drop(processes);
    let three = |times: &[Duration]| [share(times, 50), share(times, 95), share(times, 100)];
    Ok(CrowdReport {
        callers: crowd.callers,
        answered,
        redemptions,
        refresh_ms: delay,
        fresh_ms: three(&fresh),
        expired_ms: three(&expired),
    })
}

async fn redemptions(lane: &Lane) -> anyhow::Result<u64> {
    let counted = lane.provider.counters().await?;
    counted.pointer("/totals/redemptions").and_then(Value::as_u64).context("no count")
}

/// How many were answered, and how long each took, shortest first.
async fn at_once(lane: &Arc<Lane>, clock: &Clock, callers: usize) -> (usize, Vec<Duration>) {
    let mut calls = JoinSet::new();
    for _ in 0..callers {
        let (lane, clock) = (Arc::clone(lane), clock.clone());
        calls.spawn(async move {
            let began = clock.tick();
            let outcome = callers::call(&lane, 0, 0).await;
            (matches!(outcome, Outcome::Success), clock.tick().since(began))
        });
    }
    let (mut answered, mut times) = (0, Vec::new());
    while let Some(call) = calls.join_next().await {
        let Ok((good, time)) = call else { continue };
        answered += usize::from(good);
        times.push(time);
    }
    times.sort_unstable();
    (answered, times)
}
