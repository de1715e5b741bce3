//! `ticketgate grant permissions`

use control::views::{GrantView, PermissionsView};
use serde_json::json;
use types::{GrantName, SiteName};

use crate::output::{Output, counted};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// How many operations are named; `--json` names them all.
const NAMED: usize = 3;

pub(super) async fn run(
    gateway: &Reach,
    grant: Option<&GrantName>,
    site: Option<&SiteName>,
    projects: &[String],
    output: Output,
) -> Result<Exit, Problem> {
    let grants = match grant {
        Some(grant) => vec![grant.clone()],
        None => {
            let all: Vec<GrantView> = gateway.get("/api/v1/grants").await?;
            let here = |grant: &GrantView| {
                !grant.name.is_of_person() && site.is_none_or(|site| grant.sites.contains(site))
            };
            all.into_iter().filter(here).map(|grant| grant.name).collect()
        }
    };
    let body = json!({ "site": site, "projects": projects });
    let mut all: Vec<PermissionsView> = Vec::new();
    for grant in grants {
        let found: Vec<_> = gateway.post(&format!("/api/v1/grants/{grant}/permissions"), &body).await?;
        all.extend(found);
    }
    output.show(&all, |all| words(all))?;
    let in_order = all.iter().all(|view| view.in_order);
    Ok(if in_order { Exit::Done } else { Exit::Findings })
}

fn words(all: &[PermissionsView]) -> String {
    if all.is_empty() {
        return "No grant with a Jira to ask.".to_owned();
    }
    let mut text: Vec<_> = all.iter().map(one).collect();
    text.push(
        "What operations need is what Atlassian's documentation names: a hint, not exhaustive.".to_owned(),
    );
    text.join("\n")
}

fn one(view: &PermissionsView) -> String {
    let place = view.project.as_ref().map_or(String::new(), |project| format!(", project {project}"));
    let head = format!("{} on {}{place}", view.grant, view.site);
    if let Some(why) = &view.unasked {
        return format!("{head}: not known, {why}");
    }
    if view.in_order {
        return format!("{head}: the account has what manifests need, and no power beyond it");
    }
    let mut lines = vec![format!("{head}:")];
    let place = if view.project.is_some() { "" } else { " in no project" };
    for missing in &view.missing {
        let (first, more) = missing.operations.split_at(missing.operations.len().min(NAMED));
        let more = if more.is_empty() {
            String::new()
        } else {
            format!(" and {} more", counted(more.len(), "operation"))
        };
        lines.push(format!(
            "  {} of {} {} {}, which the account has{}",
            first.join(", ") + &more,
            missing.client,
            if missing.operations.len() == 1 { "needs" } else { "need" },
            missing.permission,
            if place.is_empty() { " not" } else { place }
        ));
    }
    for key in &view.spare {
        let what = match key.as_str() {
            "ADMINISTER" => "this account is a Jira administrator",
            "SYSTEM_ADMIN" => "this account is a system administrator",
            "ADMINISTER_PROJECTS" => "this account administers projects",
            _ => "this account has more than it needs",
        };
        lines.push(format!("  {what} ({key}), and no manifest needs it"));
    }
    lines.join("\n")
}
