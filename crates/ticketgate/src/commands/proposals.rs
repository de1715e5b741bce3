//! `ticketgate proposals`, `ticketgate approve`

use std::fmt::Write as _;

use control::views::{ApprovalView, ApprovePlan, ElevationView, ProposalView};
use serde_json::json;

use super::{elevations, plan};
use crate::cli::{Approve, Global, Proposals};
use crate::output::{Output, table};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// The longest signature that is read, in bytes.
const LONGEST: u64 = 8_192;

pub(crate) async fn run(global: &Global, args: &Proposals, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    match &args.digest {
        Some(digest) if args.withdraw => {
            gateway.delete(&format!("/api/v1/proposals/{digest}")).await?;
            output.show(&json!({ "withdrawn": digest }), |_| format!("Withdrew the proposal {digest}."))?;
        }
        Some(digest) => {
            let proposal: ProposalView = gateway.get(&format!("/api/v1/proposals/{digest}")).await?;
            output.show(&proposal, whole)?;
        }
        None => {
            let all: Vec<ProposalView> = gateway.get("/api/v1/proposals").await?;
            output.show(&all, |all| list(all))?;
        }
    }
    Ok(Exit::Done)
}

pub(crate) async fn approve(global: &Global, args: &Approve, output: Output) -> Result<Exit, Problem> {
    let gateway = Reach::find(global)?;
    let signature = match &args.signature {
        None => None,
        Some(path) => {
            use std::io::Read as _;
            let mut text = String::new();
            std::fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
            Some(text)
        }
    };
    let asked = ApprovePlan { signature, ticket: args.ticket.clone() };
    let asked = serde_json::to_value(&asked).map_err(std::io::Error::from)?;
    // A digest does not say what it is of.
    let path = format!("/api/v1/elevations/{}", args.digest);
    if gateway.get::<ElevationView>(&path).await.is_ok() {
        let view: ElevationView = gateway.post(&format!("{path}/approve"), &asked).await?;
        output.show(&view, elevations::approved)?;
        return Ok(Exit::Done);
    }
    let path = format!("/api/v1/proposals/{}/approve", args.digest);
    let proposal: ProposalView = gateway.post(&path, &asked).await?;
    output.show(&proposal, |proposal| {
        format!(
            "Approved: {}. It is in force once somebody says\n\n  ticketgate apply --proposal {}",
            by(&proposal.approvals),
            proposal.digest
        )
    })?;
    Ok(Exit::Done)
}

/// How a proposal gets to be in force.
pub(super) fn how_to_approve(proposal: &ProposalView) -> String {
    let digest = &proposal.digest;
    format!(
        "Another operator than {} looks at it and approves it, until {:.0}:\n\n  ticketgate proposals {digest}\n  ticketgate approve {digest}\n\nThen it is applied:\n\n  ticketgate apply --proposal {digest}",
        proposal.author, proposal.expires_at
    )
}

fn whole(proposal: &ProposalView) -> String {
    let mut text = format!(
        "## Proposal of {}\n\n**{}**, proposed {:.0}, ends {:.0}. Approved: {}.\n",
        proposal.author,
        proposal.changes.direction,
        proposal.created_at,
        proposal.expires_at,
        by(&proposal.approvals)
    );
    if !proposal.current {
        text.push_str("Something else was put in force since: it cannot be applied any more.\n");
    }
    plan::guardrails(&mut text, proposal.changes.guardrails.as_ref());
    plan::clients(&mut text, &proposal.changes.clients);
    let _ = writeln!(text, "\nPlan `{}`.", proposal.digest);
    text
}

fn list(all: &[ProposalView]) -> String {
    if all.is_empty() {
        return "Nothing waits for an approval.".to_owned();
    }
    let row = |proposal: &ProposalView| {
        let state = if proposal.current { by(&proposal.approvals) } else { "outdated".to_owned() };
        vec![
            proposal.digest.to_string(),
            proposal.author.to_string(),
            proposal.changes.direction.clone(),
            format!("{:.0}", proposal.expires_at),
            state,
        ]
    };
    table(&["PLAN", "AUTHOR", "DIRECTION", "ENDS", "APPROVED BY"], &all.iter().map(row).collect::<Vec<_>>())
}

/// Who said yes.
pub(super) fn by(approvals: &[ApprovalView]) -> String {
    let one = |approval: &ApprovalView| match approval {
        ApprovalView::Operator { operator, .. } => operator.to_string(),
        ApprovalView::Signature { signer, .. } => format!("{signer} (signature)"),
        ApprovalView::Ticket { ticket, approved_by, .. } => format!("{ticket} ({approved_by})"),
    };
    match approvals {
        [] => "nobody yet".to_owned(),
        all => all.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}
