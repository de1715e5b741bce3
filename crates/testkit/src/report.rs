//! What came of a trial.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fleet::Lane;
use crate::plan::{Plan, Store};
use crate::tally::Tally;

/// What came of a trial, mostly as the provider counted it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Who was tried.
    pub subject: String,
    /// Where grants were kept.
    pub store: Store,
    /// The seed.
    pub seed: u64,
    /// Processes, in all lanes.
    pub processes: usize,
    /// Kills.
    pub kills: u64,
    /// Kills by when they came: the name of a point, `at random`, `while starting`.
    pub kills_by_kind: BTreeMap<String, u64>,
    /// How long the killing took, in seconds.
    pub seconds: f64,
    /// Grants.
    pub grants: u64,
    /// Grants whose tokens are over at the provider, by what ended them.
    pub ended: BTreeMap<String, u64>,
    /// Grants that answered no call at the end, whatever the provider says of them.
    pub without_answer: u64,
    /// Refreshes that the provider answered with tokens.
    pub redemptions: u64,
    /// Those of a token that had been redeemed before, in time.
    pub repeats_within_leeway: u64,
    /// Refresh tokens that were sent again too late.
    pub repeats_outside_leeway: u64,
    /// Refreshes with a pair that a repeat had replaced.
    pub replaced: u64,
    /// Refreshes after the end.
    pub after_end: u64,
    /// Access tokens that were sent after their end, by what had ended them.
    pub stale_access_tokens: BTreeMap<String, u64>,
    /// What the weather did to refreshes.
    pub weather: BTreeMap<String, u64>,
    /// Calls.
    pub calls: u64,
    /// Calls that were answered with what was asked for.
    pub succeeded: u64,
    /// Calls without an answer: the process was killed.
    pub failed: u64,
    /// Calls that were refused, by the refusal.
    pub refused: BTreeMap<String, u64>,
    /// From a kill to the first success with a grant, in milliseconds: half of all, 95 of 100, the longest.
    pub recovery_ms: [u64; 3],
}

fn number(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
}

fn add_all(to: &mut BTreeMap<String, u64>, from: Option<&Value>) {
    for (name, value) in from.and_then(Value::as_object).into_iter().flatten() {
        *to.entry(name.clone()).or_default() += value.as_u64().unwrap_or_default();
    }
}

/// What so many of a hundred do not exceed, in milliseconds.
pub(crate) fn share(sorted: &[Duration], of_a_hundred: usize) -> u64 {
    let at = (sorted.len() * of_a_hundred / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0, |found| u64::try_from(found.as_millis()).unwrap_or(u64::MAX))
}

impl Report {
    pub(crate) async fn of(
        plan: &Plan,
        lanes: &[Arc<Lane>],
        tally: &Tally,
        (killing, without_answer): (Duration, u64),
    ) -> anyhow::Result<Self> {
        let kills_by_kind = tally.kills();
        let (calls, succeeded, failed) = tally.calls();
        let mut recovered: Vec<Duration> = lanes.iter().flat_map(|lane| lane.outages.over()).collect();
        recovered.sort_unstable();
        let mut report = Self {
            subject: plan.subject.name().to_owned(),
            store: plan.store,
            seed: plan.seed,
            processes: plan.lanes * plan.processes,
            kills: kills_by_kind.values().sum(),
            kills_by_kind,
            seconds: killing.as_secs_f64(),
            grants: u64::try_from(plan.lanes * plan.grants)?,
            ended: BTreeMap::new(),
            without_answer,
            redemptions: 0,
            repeats_within_leeway: 0,
            repeats_outside_leeway: 0,
            replaced: 0,
            after_end: 0,
            stale_access_tokens: BTreeMap::new(),
            weather: BTreeMap::new(),
            calls,
            succeeded,
            failed,
            refused: tally.refusals(),
            recovery_ms: [share(&recovered, 50), share(&recovered, 95), share(&recovered, 100)],
        };
        for lane in lanes {
            let counted = lane.provider.counters().await?;
            for family in counted.get("families").and_then(Value::as_array).into_iter().flatten() {
                let state = family.get("state").and_then(Value::as_str).unwrap_or("unknown");
                if state != "alive" {
                    *report.ended.entry(state.to_owned()).or_default() += 1;
                }
            }
            report.redemptions += number(&counted, "/totals/redemptions");
            report.repeats_within_leeway += number(&counted, "/totals/repeats_within_leeway");
            report.repeats_outside_leeway += number(&counted, "/totals/repeats_outside_leeway");
            report.replaced += number(&counted, "/totals/replaced");
            report.after_end += number(&counted, "/totals/after_end");
            add_all(&mut report.stale_access_tokens, counted.get("stale_access_tokens"));
            add_all(&mut report.weather, lane.provider.happened());
        }
        Ok(report)
    }

    /// Grants that are lost: those that are over at the provider, or those that answer nothing, whichever are more.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.ended.values().sum::<u64>().max(self.without_answer)
    }

    /// Access tokens that were sent after an end that could be known.
    #[must_use]
    pub fn stale(&self) -> u64 {
        self.stale_access_tokens.values().sum::<u64>() - self.unknowable()
    }

    /// Access tokens that were sent after a request of a process that was dead by then had replaced them.
    #[must_use]
    pub fn unknowable(&self) -> u64 {
        self.stale_access_tokens.get("replaced").copied().unwrap_or_default()
    }

    /// Whether nothing was lost, nothing redeemed too late and nothing sent after its end.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.lost() == 0 && self.repeats_outside_leeway == 0 && self.stale() == 0
    }

    fn rows(&self) -> [(&'static str, String); 18] {
        let [half, most, longest] = self.recovery_ms;
        let refused: u64 = self.refused.values().sum();
        let store = match self.store {
            Store::Sqlite => "SQLite",
            Store::Postgres => "PostgreSQL",
        };
        [
            ("kept by", self.subject.clone()),
            ("processes", format!("{} ({store})", self.processes)),
            ("kills", self.kills.to_string()),
            ("kills a second", format!("{:.1}", self.kills_a_second())),
            ("grants", self.grants.to_string()),
            ("**grants lost**", format!("**{}**", self.lost())),
            ("redemptions", self.redemptions.to_string()),
            ("repeats within the leeway", self.repeats_within_leeway.to_string()),
            ("**repeats outside it**", format!("**{}**", self.repeats_outside_leeway)),
            ("redemptions of a replaced pair", self.replaced.to_string()),
            ("redemptions after the end", self.after_end.to_string()),
            ("**stale access tokens sent**", format!("**{}**", self.stale())),
            ("sent when a late request had replaced them", self.unknowable().to_string()),
            ("calls", self.calls.to_string()),
            ("calls answered", self.succeeded.to_string()),
            ("calls refused", refused.to_string()),
            ("calls cut off by a kill", self.failed.to_string()),
            ("recovery, p50 / p95 / longest", format!("{half} / {most} / {longest} ms")),
        ]
    }

    /// How many kills a second there were.
    #[must_use]
    pub fn kills_a_second(&self) -> f64 {
        f64::from(u32::try_from(self.kills).unwrap_or(u32::MAX)) / self.seconds.max(0.001)
    }
}

/// Several reports side by side, as a table in Markdown.
#[must_use]
pub fn table(reports: &[Report]) -> String {
    let columns: Vec<_> = reports.iter().map(Report::rows).collect();
    let mut lines = Vec::new();
    for row in 0..columns.first().map_or(0, |rows| rows.len()) {
        let cells: Vec<_> = columns.iter().filter_map(|rows| rows.get(row)).collect();
        let name = cells.first().map_or("", |(name, _)| name);
        let values: Vec<_> = cells.iter().map(|(_, value)| value.as_str()).collect();
        lines.push(format!("| {name} | {} |", values.join(" | ")));
        if row == 0 {
            lines.push(format!("|---|{}", "---|".repeat(columns.len())));
        }
    }
    lines.join("\n") + "\n"
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.rows() {
            writeln!(f, "{:44} {}", name.replace("**", ""), value.replace("**", ""))?;
        }
        let list = |map: &BTreeMap<String, u64>| {
            map.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
        };
        writeln!(f, "{:44} {}", "kills by kind", list(&self.kills_by_kind))?;
        writeln!(f, "{:44} {}", "refusals", list(&self.refused))?;
        writeln!(f, "{:44} {}", "weather", list(&self.weather))?;
        writeln!(f, "{:44} {}", "stale access tokens", list(&self.stale_access_tokens))?;
        writeln!(f, "{:44} {}", "ended at the provider", list(&self.ended))?;
        writeln!(f, "{:44} {}", "seed", self.seed)
    }
}
