//! `ticketgate manifest replay`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use control::views::{AskForReplay, ReplayView, ReplayedCalls};
use types::ClientId;

use crate::cli::Global;
use crate::commands::plan;
use crate::moment;
use crate::output::{Output, counted, remark, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// How many requests of each kind of calls are named.
const NAMED: usize = 5;

pub(super) async fn run(
    global: &Global,
    (dir, client): (Option<&Path>, Option<&ClientId>),
    since: &str,
    output: Output,
) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    let mut asked = AskForReplay {
        manifests: plan::which(dir)?.manifests,
        seconds: moment::seconds(since)?,
        client: client.cloned(),
        before: None,
    };
    let mut whole: Option<ReplayView> = None;
    loop {
        let body = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
        let part: ReplayView = gateway.post("/api/v1/manifests/replay", &body).await?;
        // Going backwards, every answer begins further back; one that does not would be asked for again for ever.
        let next = part.next.filter(|next| asked.before.is_none_or(|before| *next < before));
        let so_far = match whole.take() {
            None => part,
            Some(before) => joined(before, part),
        };
        if next.is_some() {
            remark(&format!("looked at {} so far", calls(so_far.calls)));
        }
        whole = Some(so_far);
        asked.before = next;
        if next.is_none() {
            break;
        }
    }
    let Some(whole) = whole else { return Ok(Exit::Done) };
    output.show(&whole, |whole| words(whole, since))?;
    Ok(if whole.refused.is_empty() { Exit::Done } else { Exit::Findings })
}

/// Of two parts, the later one first.
fn joined(later: ReplayView, earlier: ReplayView) -> ReplayView {
    ReplayView {
        since: earlier.since,
        calls: later.calls.saturating_add(earlier.calls),
        refused: together(later.refused, earlier.refused),
        let_through: together(later.let_through, earlier.let_through),
        unsure: later.unsure.saturating_add(earlier.unsure),
        elevated: later.elevated.saturating_add(earlier.elevated),
        unknown: later.unknown.saturating_add(earlier.unknown),
        next: earlier.next,
    }
}

fn together(later: Vec<ReplayedCalls>, earlier: Vec<ReplayedCalls>) -> Vec<ReplayedCalls> {
    let mut all: BTreeMap<(ClientId, String, String), ReplayedCalls> = BTreeMap::new();
    for calls in later.into_iter().chain(earlier) {
        let key = (calls.client.clone(), calls.operation.clone(), calls.refusal.clone());
        match all.get_mut(&key) {
            None => drop(all.insert(key, calls)),
            Some(known) => {
                known.calls = known.calls.saturating_add(calls.calls);
                known.first_at = known.first_at.min(calls.first_at);
                known.last_at = known.last_at.max(calls.last_at);
                known.requests.extend(calls.requests);
                known.requests.truncate(NAMED);
            }
        }
    }
    all.into_values().collect()
}

fn calls(count: u64) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), "call")
}

fn words(view: &ReplayView, since: &str) -> String {
    let sum = |all: &[ReplayedCalls]| all.iter().map(|one| one.calls).fold(0, u64::saturating_add);
    let (refused, let_through) = (sum(&view.refused), sum(&view.let_through));
    let mut text = format!(
        "Had these manifests been live for the last {since}, {refused} of {} would have been refused.\n",
        calls(view.calls)
    );
    section(&mut text, "Went through, and would have been refused:", &view.refused);
    for one in &view.refused {
        let requests: Vec<_> = one.requests.iter().take(2).map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "\n  {} {} ({})\n    {}\n    such as {}",
            one.client,
            one.operation,
            one.refusal,
            one.why,
            requests.join(", ")
        );
    }
    if let_through > 0 {
        section(&mut text, "Were refused, and would have gone through:", &view.let_through);
    }
    for (count, what) in [
        (
            view.unsure,
            "hang on a body, a query, or what an issue was then, which is not on record, where a manifest says something else now",
        ),
        (view.elevated, "went through by an elevation"),
        (view.unknown, "are of an operation or a site that is not known any more"),
    ] {
        if count > 0 {
            let _ = writeln!(text, "\nOf {} nothing is said: they {what}.", calls(count));
        }
    }
    text.push_str("\nNot looked at: the scopes of tokens that were asked for with fewer, limits, and what answers told.");
    text
}

fn section(text: &mut String, title: &str, all: &[ReplayedCalls]) {
    if all.is_empty() {
        return;
    }
    let row = |one: &ReplayedCalls| {
        vec![
            one.client.to_string(),
            one.operation.clone(),
            one.calls.to_string(),
            format!("{:.0}", one.first_at),
            format!("{:.0}", one.last_at),
            one.refusal.clone(),
        ]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    let rows = table(&["CLIENT", "OPERATION", "CALLS", "FIRST", "LAST", "REFUSAL"], &rows);
    let _ = write!(text, "\n{title}\n\n{rows}\n");
}
