//! What somebody wants to put in force and may not alone.

use jiff::SignedDuration;
use serde_json::json;
use store::ProposalRow;
use types::OperatorName;

use super::approval::Author;
use super::plan::Plan;
use crate::views::{ApprovalView, ApprovePlan, Changes, PlanDigest, ProposalView, WhichManifests};
use crate::{Control, ControlError, Kind};

/// How long a proposal waits.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Proposals at a time; each holds a set of manifests.
const MOST: usize = 50;

/// Approvals of one proposal.
const MOST_APPROVALS: usize = 20;

impl Control {
    /// Writes down what an operator wants to put in force, for others to approve. Who proposes what is proposed already is told of
    /// it; its author stays who they are.
    ///
    /// # Errors
    /// When the manifests do not compile, are those in force, or there are too many proposals.
    pub async fn propose(
        &self,
        operator: &OperatorName,
        which: WhichManifests,
    ) -> Result<ProposalView, ControlError> {
        let _turn = self.0.turn.lock().await;
        let sources = self.sources(which).await?;
        let plan = self.plan_of(sources)?;
        if !plan.differs() {
            return Err(ControlError::new(
                Kind::Conflict,
                "These manifests are in force already.",
                "There is nothing to approve.",
            ));
        }
        let now = self.parts().clock.now();
        let table = self.parts().store.manifest_proposals();
        table.forget_ended(now).await?;
        if let Some(row) = table.get(plan.digest.as_bytes()).await? {
            return self.proposal_view(&row);
        }
        if table.list().await?.len() >= MOST {
            return Err(ControlError::new(
                Kind::Conflict,
                format!("There are {MOST} proposals already."),
                "Withdraw those nobody wants any more: `ticketgate proposals`.",
            ));
        }
        let row = row(&plan, operator, now)?;
        let target = plan.digest.to_string();
        let after =
            json!({ "plan": plan.digest, "direction": row.direction, "manifests": plan.sources.count() });
        self.record(operator, ("manifests propose", &target), json!(null), after).await?;
        table.insert(&row).await?;
        self.proposal_view(&row)
    }

    /// Says yes to a proposal, as the operator or with the proof that is handed in.
    ///
    /// # Errors
    /// When there is no such proposal, or whoever approves is not entitled to, its author above all.
    pub async fn approve(
        &self,
        operator: &OperatorName,
        digest: &PlanDigest,
        asked: ApprovePlan,
    ) -> Result<ProposalView, ControlError> {
        let _turn = self.0.turn.lock().await;
        let row = self.proposal_row(digest).await?;
        if PlanDigest::from_bytes(row.live) != self.live().digest {
            return Err(outdated());
        }
        let author = Author::Operator(&row.author);
        let approval = self.approval_of(operator, (digest, author), asked).await?;
        self.counts(digest, author, &approval).await?;
        let mut all = approvals(&row.approvals)?;
        all.retain(|known| !is_by_the_same(known, &approval));
        if all.len() >= MOST_APPROVALS {
            return Err(ControlError::new(Kind::Conflict, "It has approvals enough.", "Apply it."));
        }
        all.push(approval.clone());
        let after = json!({ "plan": digest, "approval": approval, "author": row.author });
        self.record(operator, ("manifests approve", &digest.to_string()), json!(null), after).await?;
        let text = to_text(&all)?;
        self.parts().store.manifest_proposals().approve(digest.as_bytes(), &text).await?;
        self.proposal_view(&ProposalRow { approvals: text, ..row })
    }

    /// Takes a proposal away.
    ///
    /// # Errors
    /// When there is no such proposal.
    pub async fn withdraw(&self, operator: &OperatorName, digest: &PlanDigest) -> Result<(), ControlError> {
        let _turn = self.0.turn.lock().await;
        let row = self.proposal_row(digest).await?;
        let before = json!({ "plan": digest, "author": row.author, "direction": row.direction });
        self.record(operator, ("manifests withdraw", &digest.to_string()), before, json!(null)).await?;
        self.parts().store.manifest_proposals().delete(digest.as_bytes()).await?;
        Ok(())
    }

    /// Every proposal that has not ended, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn proposals(&self) -> Result<Vec<ProposalView>, ControlError> {
        let now = self.parts().clock.now();
        let rows = self.parts().store.manifest_proposals().list().await?;
        rows.iter().filter(|row| row.expires_at > now).map(|row| self.proposal_view(row)).collect()
    }

    /// One proposal.
    ///
    /// # Errors
    /// When there is no such proposal.
    pub async fn proposal(&self, digest: &PlanDigest) -> Result<ProposalView, ControlError> {
        let row = self.proposal_row(digest).await?;
        self.proposal_view(&row)
    }

    async fn proposal_row(&self, digest: &PlanDigest) -> Result<ProposalRow, ControlError> {
        let now = self.parts().clock.now();
        let row = self.parts().store.manifest_proposals().get(digest.as_bytes()).await?;
        row.filter(|row| row.expires_at > now).ok_or_else(|| missing(digest))
    }

    fn proposal_view(&self, row: &ProposalRow) -> Result<ProposalView, ControlError> {
        Ok(ProposalView {
            digest: PlanDigest::from_bytes(row.plan),
            author: row.author.clone(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            changes: serde_json::from_str(&row.difference).map_err(|_| damaged())?,
            current: PlanDigest::from_bytes(row.live) == self.live().digest,
            approvals: approvals(&row.approvals)?,
        })
    }
}

fn row(plan: &Plan, operator: &OperatorName, now: jiff::Timestamp) -> Result<ProposalRow, ControlError> {
    let difference = serde_json::to_string(&Changes::from(plan.difference.clone())).map_err(|_| damaged())?;
    Ok(ProposalRow {
        plan: *plan.digest.as_bytes(),
        live: *plan.live.digest.as_bytes(),
        sources: plan.sources.to_bytes()?,
        author: operator.clone(),
        created_at: now,
        expires_at: now.checked_add(LIFE).unwrap_or(now),
        direction: plan.difference.direction.as_str().to_owned(),
        difference,
        approvals: "[]".to_owned(),
    })
}

/// Whether one yes takes the place of another.
fn is_by_the_same(one: &ApprovalView, other: &ApprovalView) -> bool {
    match (one, other) {
        (ApprovalView::Operator { operator: one, .. }, ApprovalView::Operator { operator: other, .. }) => {
            one == other
        }
        (ApprovalView::Signature { signer: one, .. }, ApprovalView::Signature { signer: other, .. }) => {
            one == other
        }
        (ApprovalView::Ticket { ticket: one, .. }, ApprovalView::Ticket { ticket: other, .. }) => {
            one == other
        }
        _ => false,
    }
}

pub(crate) fn approvals(text: &str) -> Result<Vec<ApprovalView>, ControlError> {
    serde_json::from_str(text).map_err(|_| damaged())
}

pub(crate) fn to_text(approvals: &[ApprovalView]) -> Result<String, ControlError> {
    serde_json::to_string(approvals).map_err(|_| damaged())
}

pub(super) fn missing(digest: &PlanDigest) -> ControlError {
    ControlError::new(
        Kind::Missing,
        format!("There is no proposal {digest}, or it has ended."),
        "List those there are with `ticketgate proposals`; propose it again with `ticketgate apply`.",
    )
}

fn outdated() -> ControlError {
    ControlError::new(
        Kind::Conflict,
        "Something else was put in force since this was proposed, so it is another change now.",
        "Have it proposed again, and look at the new plan.",
    )
}

fn damaged() -> ControlError {
    ControlError::new(
        Kind::Failed,
        "A proposal or version that was kept cannot be read.",
        "The database is damaged or of a newer program: bring back a backup, or withdraw the proposal.",
    )
}
