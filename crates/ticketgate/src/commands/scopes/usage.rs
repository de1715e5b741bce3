//! `ticketgate scopes usage`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use control::views::{Counted, UnusedItem, UnusedView, UsageEntry, UsageView};
use jiff::Timestamp;
use types::ClientId;

use crate::cli::{Global, Usage};
use crate::moment;
use crate::output::{Output, counted, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// How many of a kind are named to people; `--json` names them all.
const NAMED: usize = 12;

pub(super) async fn run(global: &Global, asked: &Usage, output: Output) -> Result<Exit, Problem> {
    let mut path = "/api/v1/usage".to_owned();
    let mut separator = '?';
    if let Some(client) = &asked.client {
        path.push_str(&format!("{separator}client={client}"));
        separator = '&';
    }
    if let Some(window) = &asked.unused_for {
        path.push_str(&format!("{separator}unused_for={}", moment::seconds(window)?));
    }
    let usage: UsageView = Reach::find(global)?.get(&path).await?;
    output.show(&usage, |usage| match &asked.unused_for {
        Some(window) => unused(usage, window),
        None => used(usage),
    })?;
    Ok(Exit::Done)
}

/// What clients use, one line a row, the largest first.
fn used(usage: &UsageView) -> String {
    let mut by_client: BTreeMap<&ClientId, Vec<&UsageEntry>> = BTreeMap::new();
    for entry in &usage.entries {
        by_client.entry(&entry.client).or_default().push(entry);
    }
    let mut text = String::new();
    for (client, mut entries) in by_client {
        entries.sort_by_key(|entry| std::cmp::Reverse((entry.calls, entry.refusals)));
        let _ = writeln!(text, "{client}");
        let rows: Vec<_> = entries.iter().map(|entry| row(entry)).collect();
        let head = ["OPERATION", "BY SCOPES", "ABOUT", "CALLS", "REFUSED", "FIRST", "LAST"];
        text.push_str(table(&head, &rows).trim_end());
        text.push_str("\n\n");
    }
    if !usage.whole {
        text.push_str("There is more: ask for one client with --client.\n");
    }
    text.push_str(&basis(usage.counted.as_ref()));
    text
}

fn row(entry: &UsageEntry) -> Vec<String> {
    let about = match (&entry.project, &entry.space) {
        (Some(project), _) => format!("project {project}"),
        (None, Some(space)) => format!("space {space}"),
        (None, None) if entry.other => "others".to_owned(),
        (None, None) => String::new(),
    };
    let calls = match entry.would_refuse {
        0 => entry.calls.to_string(),
        observed => format!("{} ({observed} would be refused)", entry.calls),
    };
    vec![
        entry.operation.clone(),
        entry.scopes.join(" "),
        about,
        calls,
        entry.refusals.to_string(),
        day(entry.first_at),
        day(entry.last_at),
    ]
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn basis(counted: Option<&Counted>) -> String {
    match counted {
        None => "Nothing is counted yet: there are no records.".to_owned(),
        Some(counted) if counted.behind > 0 => format!(
            "Counted from the records of {} to {:.0}; {} more are on record and not counted yet.",
            day(counted.since),
            counted.until,
            counted.behind
        ),
        Some(counted) => {
            format!("Counted from the records of {} to {:.0}.", day(counted.since), counted.until)
        }
    }
}

fn unused(usage: &UsageView, window: &str) -> String {
    let mut text = String::new();
    for client in &usage.unused {
        text.push_str(&of_client(client, window, usage.counted.as_ref()));
        text.push('\n');
    }
    if usage.unused.is_empty() {
        text.push_str("No such client has a manifest.\n");
    }
    text.push_str(&basis(usage.counted.as_ref()));
    text
}

fn of_client(unused: &UnusedView, window: &str, counting: Option<&Counted>) -> String {
    let UnusedView { client, file, operations, scopes, projects, spaces, .. } = unused;
    let mut text = format!("{client} ({file}), not used for {window}:\n");
    let nothing = operations.is_empty() && scopes.is_empty() && projects.is_empty() && spaces.is_empty();
    if nothing {
        text.push_str("  nothing: everything it gives is used\n");
    }
    list(&mut text, "scopes", scopes);
    if !operations.is_empty() {
        let _ = writeln!(text, "  {} of {}", operations.len(), counted(unused.given_operations, "operation"));
        list(&mut text, "operations", operations);
    }
    list(&mut text, "projects", projects);
    list(&mut text, "spaces", spaces);
    if unused.calls_that_name_nothing > 0 && !(projects.is_empty() && spaces.is_empty()) {
        let _ = writeln!(
            text,
            "  {} named no project or space, as searches do: what they found there is not on record",
            counted(usize::try_from(unused.calls_that_name_nothing).unwrap_or(usize::MAX), "call")
        );
    }
    if unused.observed {
        text.push_str("  it is observed: what it uses beyond its manifest is counted too\n");
    }
    if unused.too_early {
        let since = match (unused.given_since, counting) {
            (Some(given), _) if given > unused.since => {
                format!("its manifest is as it is only since {}", day(given))
            }
            (_, Some(counting)) if counting.behind > 0 => "not all records are counted yet".to_owned(),
            (_, Some(counting)) => format!("counting began only on {}", day(counting.since)),
            (_, None) => "nothing is counted yet".to_owned(),
        };
        let _ = writeln!(text, "  too early to be sure: {since}");
    }
    text
}

fn list(text: &mut String, what: &str, items: &[UnusedItem]) {
    for item in items.iter().take(NAMED) {
        let last = item.last_used_at.map_or_else(|| "never".to_owned(), |at| format!("last on {}", day(at)));
        let _ = writeln!(text, "  {what:<11} {}  {last}", item.name);
    }
    if items.len() > NAMED {
        let _ = writeln!(text, "  {what:<11} and {} more: --json lists them", items.len() - NAMED);
    }
}
