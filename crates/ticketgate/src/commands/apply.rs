//! `ticketgate apply`, `ticketgate rollback`

use control::views::{ManifestsStatus, PlanView, ProposalView, RollBack, WhichManifests};
use serde_json::json;

use super::plan::{body, fetch, which};
use super::proposals::how_to_approve;
use crate::cli::{Apply, Global, Rollback};
use crate::output::{Output, counted};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

pub(crate) async fn run(global: &Global, args: &Apply, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    let wanted = match args.proposal {
        Some(digest) => WhichManifests { proposal: Some(digest), ..WhichManifests::default() },
        None => which(args.dir.as_deref())?,
    };
    let plan = fetch(&gateway, &wanted).await?;
    if plan.needs_approval && !plan.approved {
        return propose(&gateway, &wanted, output).await;
    }
    let status: ManifestsStatus = gateway.post("/api/v1/manifests/publish", &body(&wanted)?).await?;
    show(&status, &plan, args.dir.is_some() || args.proposal.is_some(), output)?;
    Ok(Exit::Done)
}

pub(crate) async fn roll_back(global: &Global, args: &Rollback, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    let asked = RollBack { version: args.number };
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    let before: ManifestsStatus = gateway.get("/api/v1/manifests").await?;
    let version = args.number.unwrap_or(before.number.saturating_sub(1));
    let wanted = WhichManifests { version: Some(version), ..WhichManifests::default() };
    let plan = fetch(&gateway, &wanted).await?;
    match gateway.post::<ManifestsStatus>("/api/v1/manifests/rollback", &asked).await {
        Ok(status) => {
            output.show(&json!({ "plan": plan, "status": status }), |_| {
                format!(
                    "The manifests of version {version} are in force again, as version {}: {}.",
                    status.number,
                    in_words(&plan)
                )
            })?;
            Ok(Exit::Done)
        }
        // The gateway decides whether it has to be approved; it is proposed as any other change then.
        Err(_) if plan.needs_approval && !plan.approved => propose(&gateway, &wanted, output).await,
        Err(refused) => Err(refused),
    }
}

async fn propose(gateway: &Reach, wanted: &WhichManifests, output: Output) -> Result<Exit, Problem> {
    let proposal: ProposalView = match wanted.proposal {
        Some(digest) => gateway.get(&format!("/api/v1/proposals/{digest}")).await?,
        None => gateway.post("/api/v1/proposals", &body(wanted)?).await?,
    };
    output.show(&proposal, |proposal| {
        format!(
            "The change is {} and waits for an approval; what was in force stays in force.\n\n{}",
            proposal.changes.direction,
            how_to_approve(proposal)
        )
    })?;
    Ok(Exit::Waits)
}

fn show(status: &ManifestsStatus, plan: &PlanView, sent: bool, output: Output) -> Result<(), Problem> {
    output.show(&json!({ "plan": plan, "status": status }), |_| {
        let count = counted(status.manifests.len(), "manifest");
        let from = if sent { String::new() } else { format!(" from {}", status.directory) };
        format!("Published {count}{from}. Version {} is in force: {}.", status.number, in_words(plan))
    })
}

/// What became of permissions.
fn in_words(plan: &PlanView) -> String {
    match (plan.differs, plan.changes.direction.as_str()) {
        (false, _) => "nothing has changed".to_owned(),
        (true, "same") => "nothing else is permitted than before".to_owned(),
        (true, direction) => format!("{direction} than before"),
    }
}
