//! How an elevation ends.

use std::sync::Arc;

use serde_json::json;
use store::{ElevationRow, StoreError};
use types::{ClientId, OperatorName};

use super::ask::itself;
use super::{Unnoted, asked_by, author, holds};
use crate::manifests::stored_approvals;
use crate::views::{ApprovalView, PlanDigest};
use crate::{Control, ControlError, Kind};

/// The usual way.
pub(super) const TIME: &str = "its time was over";

impl Control {
    /// Ends an elevation that holds, or takes one away that waits.
    ///
    /// # Errors
    /// When there is no such elevation, or it is over.
    pub async fn end_elevation(
        &self,
        operator: &OperatorName,
        plan: &PlanDigest,
    ) -> Result<(), ControlError> {
        let _turn = self.0.turn.lock().await;
        let row = self.elevation_row(plan).await?;
        if row.begun_at.is_none() {
            let before = json!({ "client": row.client, "reason": row.reason });
            self.record(operator, ("elevation withdraw", &plan.to_string()), before, json!(null)).await?;
            self.parts().store.elevations().withdraw(&row.plan).await?;
            return Ok(());
        }
        if !holds(&row, self.now()) || self.0.elevating.has_ended(&row.plan) {
            return Err(ControlError::new(Kind::Conflict, "It is over.", "There is nothing to end."));
        }
        self.end_row(operator, &row, &format!("{operator} ended it")).await
    }

    /// Ends an elevation of a client's own, or takes away what it asked for; a user only what is theirs.
    ///
    /// # Errors
    /// When they have no such elevation, or it is over.
    pub async fn give_back(
        &self,
        (client, account): (&ClientId, Option<&str>),
        plan: &PlanDigest,
    ) -> Result<(), ControlError> {
        let row = self.elevation_row(plan).await?;
        // What all calls of a client have is not one user's to end.
        let theirs = account.is_none() || row.account.as_deref() == account;
        if row.client != *client || !theirs {
            return Err(super::missing(plan));
        }
        self.end_elevation(&itself()?, plan).await
    }

    /// Puts on record which elevations have come to their end since the last time. To be called every few seconds. Nothing hangs on
    /// it when one ends: decisions look at the time.
    ///
    /// # Errors
    /// When the store or the audit fails; it is tried again the next time.
    pub async fn tend_elevations(&self, itself: &OperatorName) -> Result<(), ControlError> {
        let now = self.now();
        let table = self.parts().store.elevations();
        let is_over =
            |row: &ElevationRow| row.ended_at.is_none() && row.until.is_some_and(|until| until <= now);
        if !self.0.elevating.unnoted().is_empty() {
            let _turn = self.0.turn.lock().await;
            self.note_ends().await?;
        }
        let rows = table.living().await?;
        // What is in force and what is kept can differ where something failed in between.
        let is_held = |row: &&ElevationRow| holds(row, now) && !self.0.elevating.has_ended(&row.plan);
        let holding = rows.iter().filter(is_held).count();
        if !rows.iter().any(is_over) && self.parts().rulebook.load().elevations() == holding {
            return Ok(());
        }
        let _turn = self.0.turn.lock().await;
        let mut failed = None;
        for row in table.living().await?.iter().filter(|row| is_over(row)) {
            failed = self.end_row(itself, row, TIME).await.err().or(failed);
        }
        self.renew_elevations(itself).await?;
        failed.map_or(Ok(()), Err)
    }

    /// Reads the tickets again that approved what holds, and ends what they do not approve any more. One that cannot be read ends
    /// nothing: the time does.
    ///
    /// # Errors
    /// When the store or the audit fails.
    pub(crate) async fn recheck_tickets_of_elevations(
        &self,
        itself: &OperatorName,
    ) -> Result<(), ControlError> {
        let (now, mut failed) = (self.now(), None);
        for row in self.parts().store.elevations().living().await?.iter().filter(|row| holds(row, now)) {
            // One that cannot be read keeps nobody from looking at the others.
            let (Ok(asked_by), Ok(approvals)) = (asked_by(row), stored_approvals(&row.approvals)) else {
                tracing::error!(client = %row.client, "an elevation that was kept cannot be read");
                continue;
            };
            for approval in approvals {
                let ApprovalView::Ticket { ticket, .. } = approval else { continue };
                let plan = PlanDigest::from_bytes(row.plan);
                let Some(why) = self.ticket_withdrew(&plan, author(row, &asked_by), &ticket).await else {
                    continue;
                };
                let _turn = self.0.turn.lock().await;
                let Some(row) = self.parts().store.elevations().get(&row.plan).await? else { continue };
                if holds(&row, self.now()) && !self.0.elevating.has_ended(&row.plan) {
                    let why = format!("{ticket} does not approve it any more: {why}");
                    // The others are looked after whatever becomes of this one.
                    failed = self.end_row(itself, &row, &why).await.err().or(failed);
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Records that one ends, takes it out of the rulebook, and notes it. Where that last step fails it is out of the rulebook all the
    /// same, for good, and noted later. The caller has the turn.
    pub(super) async fn end_row(
        &self,
        operator: &OperatorName,
        row: &ElevationRow,
        why: &str,
    ) -> Result<(), ControlError> {
        let now = self.now();
        let at = row.until.map_or(now, |until| until.min(now));
        let plan = PlanDigest::from_bytes(row.plan);
        let before = json!({
            "client": row.client, "account": row.account, "begun_at": row.begun_at, "until": row.until,
        });
        let after = json!({ "ended_at": at, "why": why });
        self.record(operator, ("elevation end", &plan.to_string()), before, after).await?;
        // What is over by its time is no more than a memory; another one may hold in its place.
        if holds(row, now) {
            let rulebook = self.parts().rulebook.load_full();
            let without = rulebook.without_elevation_of(&row.client, row.account.as_deref());
            self.parts().rulebook.store(Arc::new(without));
        }
        self.0.elevating.remember(Unnoted { plan: row.plan, at, why: why.to_owned() });
        tracing::info!(event = "elevation-ended", client = %row.client, why, plan = %plan, "a client has no more than its manifest again");
        self.note_ends().await
    }

    /// Notes the ends that are on record and not in the store.
    async fn note_ends(&self) -> Result<(), ControlError> {
        for Unnoted { plan, at, why } in self.0.elevating.unnoted() {
            match self.parts().store.elevations().end(&plan, at, &why).await {
                // It was noted, and only the answer got lost.
                Ok(()) | Err(StoreError::Missing { .. }) => self.0.elevating.forget(&plan),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
