//! `ticketgate plan`

use std::fmt::Write as _;
use std::path::Path;

use control::manifests::read_folder;
use control::views::{ClientChange, FacetChange, ManifestText, PlanView, WhichManifests};
use serde_json::Value;

use crate::cli::{Global, Plan};
use crate::output::{Output, counted};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// Gains and losses listed for people, of each facet of a client; all of them are in `--json`.
const SHOWN: usize = 20;

pub(crate) async fn run(global: &Global, args: &Plan, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    let wanted = match args.number {
        Some(version) => WhichManifests { version: Some(version), ..WhichManifests::default() },
        None => which(args.dir.as_deref())?,
    };
    let plan = fetch(&gateway, &wanted).await?;
    output.show(&plan, markdown)?;
    Ok(match plan.changes.direction.as_str() {
        "wider" => Exit::Wider,
        "narrower" => Exit::Narrower,
        _ => Exit::Done,
    })
}

/// The manifests of a folder, to be sent along; without one, the gateway's own folder.
pub(super) fn which(dir: Option<&Path>) -> Result<WhichManifests, Problem> {
    let Some(dir) = dir else { return Ok(WhichManifests::default()) };
    let unreadable = |why: &dyn std::fmt::Display| {
        Problem::new(Exit::Failed, format!("The manifests in {} cannot be read.", dir.display()))
            .because(why)
            .advise("Make it readable, or name another folder.")
    };
    let files = read_folder(dir).map_err(|error| unreadable(&error))?;
    if let Some((path, why)) = files.files().find_map(|file| Some((&file.path, file.trouble()?))) {
        return Err(unreadable(&format!("{path}: {why}")));
    }
    let text =
        |file: &policy::ManifestFile| ManifestText { file: file.path.clone(), text: file.text.clone() };
    Ok(WhichManifests { manifests: Some(files.files().map(text).collect()), ..WhichManifests::default() })
}

pub(super) fn body(wanted: &WhichManifests) -> Result<Value, Problem> {
    Ok(serde_json::to_value(wanted).map_err(std::io::Error::from)?)
}

pub(super) async fn fetch(gateway: &Reach, wanted: &WhichManifests) -> Result<PlanView, Problem> {
    gateway.post("/api/v1/manifests/plan", &body(wanted)?).await
}

/// For a pull request.
fn markdown(plan: &PlanView) -> String {
    let mut text = String::new();
    let verdict = match (plan.differs, plan.changes.direction.as_str()) {
        (false, _) => "**No change.** These manifests are in force.".to_owned(),
        (true, "same") => "**No change in what is permitted.** Something is written differently.".to_owned(),
        (true, "wider") => "**Wider.** Something is permitted that is not now.".to_owned(),
        (true, _) => {
            "**Narrower.** Something is not permitted any more, and nothing is that is not now.".to_owned()
        }
    };
    let _ = writeln!(text, "## Access plan\n\n{verdict}");
    guardrails(&mut text, plan.changes.guardrails.as_ref());
    clients(&mut text, &plan.changes.clients);
    let _ = writeln!(text, "\n{} unchanged.", counted(plan.changes.unchanged, "client"));
    let _ = writeln!(text, "\nPlan `{}`, against version {}.", plan.digest, plan.live_version);
    if plan.needs_approval {
        let state = if plan.approved {
            "It is approved."
        } else {
            "It needs an approval: `ticketgate apply` proposes it."
        };
        let _ = writeln!(text, "{state}");
    }
    text
}

/// What the guardrails do not ask about any more, and what they ask about from now on.
pub(super) fn guardrails(text: &mut String, change: Option<&FacetChange>) {
    let Some(change) = change else { return };
    let gains = cell(&change.gained, change.gained_unlisted);
    let losses = cell(&change.lost, change.lost_unlisted);
    let _ = writeln!(text, "\n### Guardrails ({})\n", change.direction);
    let _ =
        writeln!(text, "| what | gains | loses |\n|---|---|---|\n| {} | {gains} | {losses} |", change.facet);
}

/// Gains and losses of each client, as tables.
pub(super) fn clients(text: &mut String, clients: &[ClientChange]) {
    for client in clients {
        let fate = match client.fate.as_str() {
            "new" => "new, ",
            "gone" => "manifest gone, ",
            _ => "",
        };
        let direction = match client.direction.as_str() {
            "same" => "nothing else permitted",
            direction => direction,
        };
        let asks = if client.asks_approval { ", an approval is asked for" } else { "" };
        let _ = writeln!(text, "\n### {} ({fate}{direction}{asks})\n", client.client);
        if client.facets.is_empty() {
            continue;
        }
        let _ = writeln!(text, "| what | gains | loses |\n|---|---|---|");
        for facet in &client.facets {
            let gains = cell(&facet.gained, facet.gained_unlisted);
            let losses = cell(&facet.lost, facet.lost_unlisted);
            let _ = writeln!(text, "| {} | {gains} | {losses} |", facet.facet);
        }
    }
}

/// What stands in a cell of a Markdown table. Words of manifests are somebody's: they must not end the cell or the code.
fn cell(items: &[String], unlisted: usize) -> String {
    let plain = |item: &String| {
        let clean: String = item
            .chars()
            .map(|c| if c.is_control() || matches!(c, '|' | '`' | '<') { ' ' } else { c })
            .collect();
        format!("`{clean}`")
    };
    let mut cell = items.iter().take(SHOWN).map(plain).collect::<Vec<_>>().join("<br>");
    let more = items.len().saturating_sub(SHOWN).saturating_add(unlisted);
    if more > 0 {
        let _ = write!(cell, "<br>and {more} more");
    }
    cell
}

#[cfg(test)]
mod tests;
