//! Reading tickets again that approved what is in force.

use std::collections::{BTreeMap, BTreeSet};

use audit::{About, Notice, Text};
use jiff::Timestamp;
use serde_json::json;
use store::VersionRow;
use types::{ClientId, OperatorName};

use super::{Not, WhenItLeaves};
use crate::manifests::approval::Author;
use crate::manifests::publish::Cause;
use crate::manifests::{proposals, sources::Sources};
use crate::views::{ApprovalView, PlanDigest, WhichManifests};
use crate::{Control, ControlError};

/// How many versions back tickets are read again: what a later version was built on is in force, too.
const BACK: usize = 20;

/// How often in a row a ticket cannot be read before it counts as one that does not approve.
const UNREADABLE: u32 = 3;

/// Where the store keeps the versions of which it was told.
const TOLD: &str = "manifests.approval-ended";

/// What was found the last time.
#[derive(Debug, Default)]
pub(crate) struct Watching {
    next: Option<Timestamp>,
    /// Versions of which it was told; `None` until the store was asked.
    told: Option<BTreeSet<u64>>,
    /// How often in a row the ticket of a version could not be read.
    unreadable: BTreeMap<u64, u32>,
}

impl Control {
    /// Reads tickets again, if it is time to; tells of those that do not approve any more, and goes back if the settings say so.
    ///
    /// # Errors
    /// When the store or the audit fails; it is tried again the next time.
    pub async fn recheck_tickets(&self, itself: &OperatorName) -> Result<(), ControlError> {
        let Some(settings) = self.parts().approval.ticket.as_ref() else { return Ok(()) };
        let now = self.parts().clock.now();
        if self.watching().next.is_some_and(|next| now < next) {
            return Ok(());
        }
        self.watching().next = now.checked_add(settings.recheck).ok();
        if let Err(error) = Box::pin(self.recheck_tickets_of_elevations(itself)).await {
            tracing::warn!(%error, "tickets that approved elevations could not be looked after; it is tried again");
        }
        let versions = self.parts().store.manifest_versions().list().await?;
        self.know_what_was_told().await?;
        for row in in_force(&versions) {
            for approval in proposals::approvals(&row.approvals)? {
                let (ApprovalView::Ticket { ticket, .. }, Some(plan)) = (approval, row.plan) else {
                    continue;
                };
                let plan = PlanDigest::from_bytes(plan);
                let found = self.ticket_approves(&plan, Author::Operator(&row.author), &ticket).await;
                self.found(itself, row, (&ticket, found.err())).await?;
            }
        }
        Ok(())
    }

    async fn found(
        &self,
        itself: &OperatorName,
        row: &VersionRow,
        (ticket, not): (&str, Option<Not>),
    ) -> Result<(), ControlError> {
        let Some(not) = not else {
            self.watching().unreadable.remove(&row.number);
            return Ok(());
        };
        let (why, counts) = match not {
            Not::Approved(why) => (why, true),
            Not::Readable(why) => {
                let mut watching = self.watching();
                let times = watching.unreadable.entry(row.number).or_default();
                *times = times.saturating_add(1);
                (format!("it cannot be read: {why}"), *times >= UNREADABLE)
            }
        };
        tracing::warn!(
            event = "approval-ended",
            ticket,
            version = row.number,
            why,
            "a ticket does not approve any more what is in force"
        );
        let told = self.watching().told.clone().unwrap_or_default();
        if !counts || told.contains(&row.number) {
            return Ok(());
        }
        self.tell_of_ticket(itself, row, (ticket, &why)).await?;
        self.remember_told(told, row.number).await?;
        let roll_back = self
            .parts()
            .approval
            .ticket
            .as_ref()
            .is_some_and(|it| it.when_it_leaves == WhenItLeaves::RollBack);
        if roll_back {
            self.go_back(itself, row).await?;
        }
        Ok(())
    }

    /// A record that says so, and a notice for each client whose manifest the version changed.
    async fn tell_of_ticket(
        &self,
        itself: &OperatorName,
        row: &VersionRow,
        (ticket, why): (&str, &str),
    ) -> Result<(), ControlError> {
        let plan = row.plan.map(PlanDigest::from_bytes);
        let after = json!({ "version": row.number, "plan": plan, "ticket": ticket, "why": why });
        self.record(itself, ("manifests approval ended", ticket), json!(null), after).await?;
        let when = self.parts().clock.now();
        let rows = self.parts().store.clients().list().await?;
        for client in self.changed_by(row.number).await? {
            let row = rows.iter().find(|row| row.id == client);
            let owner = Text::untrusted(row.map_or("", |row| &row.owner));
            let contact = Text::untrusted(row.map_or("", |row| &row.contact));
            let notice = Notice { about: About::ApprovalEnded, when, secret: None, owner, contact };
            self.tell(&client, notice).await?;
        }
        Ok(())
    }

    /// The clients whose manifests a version changed.
    async fn changed_by(&self, number: u64) -> Result<BTreeSet<ClientId>, ControlError> {
        let texts = async |number: u64| -> Result<BTreeSet<(String, String)>, ControlError> {
            let row = self.parts().store.manifest_versions().get(number).await?;
            let sources = row.map(|row| Sources::from_bytes(&row.sources)).transpose()?.unwrap_or_default();
            Ok(sources.files().map(|file| (file.path.clone(), file.text.clone())).collect())
        };
        let (before, after) = (texts(number.saturating_sub(1)).await?, texts(number).await?);
        let names = before
            .symmetric_difference(&after)
            .filter_map(|(path, _)| path.strip_suffix(".toml")?.parse().ok());
        Ok(names.collect())
    }

    /// Puts the version before in force, if nothing was put on top meanwhile.
    async fn go_back(&self, itself: &OperatorName, row: &VersionRow) -> Result<(), ControlError> {
        let _turn = self.0.turn.lock().await;
        if self.live().number != row.number {
            tracing::error!(
                event = "approval-ended",
                version = row.number,
                "another version is in force by now: it has to be taken back by hand"
            );
            return Ok(());
        }
        let before =
            WhichManifests { version: Some(row.number.saturating_sub(1)), ..WhichManifests::default() };
        let plan = self.plan_of(self.sources(before).await?)?;
        self.activate(itself, plan, Cause::TicketLeft).await
    }

    async fn know_what_was_told(&self) -> Result<(), ControlError> {
        if self.watching().told.is_none() {
            let kept = self.parts().store.meta().get(TOLD).await?.unwrap_or_default();
            self.watching().told = Some(serde_json::from_slice(&kept).unwrap_or_default());
        }
        Ok(())
    }

    async fn remember_told(&self, mut told: BTreeSet<u64>, number: u64) -> Result<(), ControlError> {
        told.insert(number);
        while told.len() > BACK {
            told.pop_first();
        }
        let numbers = serde_json::to_vec(&told).unwrap_or_default();
        self.watching().told = Some(told);
        Ok(self.parts().store.meta().put(TOLD, &numbers).await?)
    }

    fn watching(&self) -> std::sync::MutexGuard<'_, Watching> {
        // A panic while it was held would at worst have something told twice.
        self.0.watching.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The versions that what is in force is made of, the latest first: not those that a step back has left behind.
fn in_force(versions: &[VersionRow]) -> Vec<&VersionRow> {
    let (mut found, mut rest) = (Vec::new(), versions);
    while let (Some((row, before)), true) = (rest.split_first(), found.len() < BACK) {
        found.push(row);
        let went_back = Cause::is_step_back(&row.cause);
        let to = before.iter().position(|earlier| earlier.digest == row.digest).filter(|_| went_back);
        rest = before.get(to.unwrap_or(0)..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests;
