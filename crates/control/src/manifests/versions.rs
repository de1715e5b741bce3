//! What was in force, and going back to it.

use store::VersionRow;

use super::plan::no_version;
use super::proposals;
use super::publish::Cause;
use super::sources::Sources;
use crate::views::{ManifestsStatus, PlanDigest, RollBack, VersionView, WhichManifests};
use crate::{By, Control, ControlError, Kind};

impl Control {
    /// The versions that are kept, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn manifest_versions(&self) -> Result<Vec<VersionView>, ControlError> {
        let rows = self.parts().store.manifest_versions().list().await?;
        rows.iter().map(|row| self.version_view(row, false)).collect()
    }

    /// One version, with its manifests.
    ///
    /// # Errors
    /// When there is no such version.
    pub async fn manifest_version(&self, number: u64) -> Result<VersionView, ControlError> {
        let row = self.parts().store.manifest_versions().get(number).await?;
        self.version_view(&row.ok_or_else(|| no_version(number))?, true)
    }

    /// Puts the manifests of an earlier version in force again, as a new version.
    ///
    /// Where that widens it needs an approval like any other change, unless the settings let one go back by one step: to the version
    /// right before the one in force, and not if that one is itself a step back.
    ///
    /// # Errors
    /// When there is no such version, its manifests do not compile any more, or it needs an approval.
    pub async fn roll_back(
        &self,
        by: impl Into<By<'_>>,
        asked: RollBack,
    ) -> Result<ManifestsStatus, ControlError> {
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        by.check("What is published", Some(self.manifests().version))?;
        let live = self.parts().store.manifest_versions().latest().await?;
        let live = live.ok_or_else(|| no_version(asked.version.unwrap_or(1)))?;
        let number = asked.version.unwrap_or(live.number.saturating_sub(1));
        if number == live.number {
            return Err(ControlError::new(
                Kind::Conflict,
                format!("Version {number} is in force."),
                "Name an earlier one: `ticketgate manifest history`.",
            ));
        }
        let sources =
            self.sources(WhichManifests { version: Some(number), ..WhichManifests::default() }).await?;
        let one_step = number.checked_add(1) == Some(live.number) && !Cause::is_step_back(&live.cause);
        let free = one_step && self.parts().approval.rollback_without_approval;
        let plan = self.plan_of(sources)?;
        let cause = if free { Cause::FreeRollback } else { Cause::Rollback };
        self.activate(by.operator, plan, cause).await?;
        Ok(self.manifests())
    }

    fn version_view(&self, row: &VersionRow, whole: bool) -> Result<VersionView, ControlError> {
        let manifests = if whole { Sources::from_bytes(&row.sources)?.texts() } else { Vec::new() };
        Ok(VersionView {
            number: row.number,
            in_force: row.number == self.live().number,
            digest: PlanDigest::from_bytes(row.digest),
            author: row.author.clone(),
            activated_by: row.activated_by.clone(),
            activated_at: row.activated_at,
            cause: row.cause.clone(),
            direction: row.direction.clone(),
            plan: row.plan.map(PlanDigest::from_bytes),
            approvals: proposals::approvals(&row.approvals)?,
            manifests,
        })
    }
}
