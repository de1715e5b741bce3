//! Making manifests the ones in force: all of them, or none; and never more than somebody may.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use policy::{Compiled, Known, ManifestSet, compile};
use serde_json::{Value, json};
use store::VersionRow;
use types::{GrantName, OperatorName};

use super::plan::Plan;
use super::sources::Sources;
use super::{built_in, folder, proposals};
use crate::views::{ManifestsStatus, WhichManifests};
use crate::{By, Control, ControlError, Kind};

/// How many versions are kept, and how many bytes of their manifests.
const KEEP: (u64, u64) = (200, 256 << 20);

/// How a version came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// From the folder, at a start.
    Start,
    /// The same, where nothing ever was in force.
    First,
    /// An operator said so.
    Apply,
    /// An operator went back to an earlier one.
    Rollback,
    /// The same, by the one step the settings let them.
    FreeRollback,
    /// The gateway went back, because a ticket does not approve any more.
    TicketLeft,
}

impl Cause {
    /// The word for it, in the store and in answers.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Start | Self::First => "start",
            Self::Apply => "apply",
            Self::Rollback | Self::FreeRollback => "rollback",
            Self::TicketLeft => "ticket left",
        }
    }

    /// Whether a version with this word of [`Cause::as_str`] is itself a step back to an earlier one.
    pub(crate) fn is_step_back(word: &str) -> bool {
        [Self::Rollback, Self::FreeRollback, Self::TicketLeft].iter().any(|cause| cause.as_str() == word)
    }

    /// What records call it.
    const fn action(self) -> &'static str {
        match self {
            Self::Start | Self::First | Self::Apply => "manifests publish",
            Self::Rollback | Self::FreeRollback | Self::TicketLeft => "manifests rollback",
        }
    }
}

/// What was published, and what the last attempt said.
#[derive(Debug, Default)]
pub(crate) struct Published {
    pub(super) at: Option<Timestamp>,
    pub(super) sources: Arc<Sources>,
    /// The number of the version; 0: none.
    pub(super) number: u64,
    pub(super) diagnostics: Vec<Value>,
    pub(super) in_order: bool,
    /// Later with every publication and attempt, and later than any of an earlier run.
    pub(super) version: u64,
}

impl Control {
    /// Puts manifests in force if every one of them compiles, and the change is approved where the settings want that.
    ///
    /// # Errors
    /// When somebody has published or tried to since the status was seen, the folder cannot be read, a manifest has an
    /// error, the change needs an approval it has not, or it cannot be recorded. The rulebook that was
    /// in force stays in force.
    pub async fn publish(
        &self,
        by: impl Into<By<'_>>,
        which: WhichManifests,
    ) -> Result<ManifestsStatus, ControlError> {
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        by.check("What is published", Some(self.manifests().version))?;
        let sources = self.sources(which).await?;
        let plan = self.plan_of(sources).inspect_err(|why| self.not_in_order(why))?;
        self.activate(by.operator, plan, Cause::Apply).await?;
        Ok(self.manifests())
    }

    pub(crate) async fn read_folder(&self) -> Result<Sources, ControlError> {
        let path = self.parts().manifests.clone();
        let read = tokio::task::spawn_blocking(move || folder::read(&path)).await;
        let words = match read {
            Ok(Ok(files)) => return Ok(Sources::new(files)),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        self.note(|published| published.in_order = false);
        Err(ControlError::new(
            Kind::Invalid,
            format!("The manifests cannot be read: {words}."),
            "Make the folder named by `manifests` in the settings readable for the gateway.",
        ))
    }

    /// Asks whether it may be, records, keeps, swaps, in this order: nothing is in force that is not recorded and kept. The caller
    /// has the turn.
    pub(crate) async fn activate(
        &self,
        operator: &OperatorName,
        plan: Plan,
        cause: Cause,
    ) -> Result<(), ControlError> {
        let (author, approvals) = match cause {
            // The settings have said yes, or whoever installs the gateway.
            Cause::FreeRollback | Cause::First | Cause::TicketLeft => (None, Vec::new()),
            Cause::Start | Cause::Apply | Cause::Rollback => self.gate(&plan).await?,
        };
        // Before anything is kept: nothing of it is in the way once the version is.
        let elevated = Box::pin(self.elevated(&plan.sources, &plan.compiled.rulebook)).await?;
        // What is built in is not the operators' to mend.
        let warnings = plan.compiled.warnings.iter().filter(|warning| !built_in::is_about(warning));
        let warnings: Vec<_> = warnings.map(|warning| json!(warning)).collect();
        let (before, mut after) = self.what_differs(&plan);
        if let (Some(after), false) = (after.as_object_mut(), approvals.is_empty()) {
            after.insert("approvals".to_owned(), json!(approvals));
            after.insert("author".to_owned(), json!(author));
        }
        let target = format!("{} manifests", plan.sources.count());
        self.record(operator, (cause.action(), &target), before, after).await?;
        let now = self.parts().clock.now();
        let mut number = plan.live.number;
        if plan.differs() || number == 0 {
            number += 1;
            let version = VersionRow {
                number,
                digest: *plan.proposed.as_bytes(),
                sources: plan.sources.to_bytes()?,
                author: author.unwrap_or_else(|| operator.clone()),
                activated_by: operator.clone(),
                activated_at: now,
                cause: cause.as_str().to_owned(),
                direction: plan.difference.direction.as_str().to_owned(),
                plan: Some(*plan.digest.as_bytes()),
                approvals: proposals::to_text(&approvals)?,
            };
            self.parts().store.manifest_versions().activate(&version, KEEP).await?;
        }
        self.parts().rulebook.store(Arc::new(elevated.rulebook.unwrap_or(plan.compiled.rulebook)));
        self.note(|published| {
            let (version, sources) = (published.version, Arc::new(plan.sources));
            *published =
                Published { at: Some(now), sources, number, diagnostics: warnings, in_order: true, version };
        });
        self.remember_folder().await;
        self.note_what_is_over(operator, &elevated.over).await;
        Ok(())
    }

    /// Compiles what is to be in force, with the grants there are; what is wrong is kept for whoever asks for the status.
    pub(crate) fn compile_new(&self, sources: &Sources) -> Result<Compiled, ControlError> {
        let grants = self.parts().broker.list().into_iter().map(|grant| grant.name);
        // People's own are nobody's to name, nor to be suggested.
        let grants = grants.filter(|grant| !grant.is_of_person()).collect();
        self.compile(sources.set(), Some(&grants))
            .map_err(|diagnostics| self.not_compiled(sources.set(), &diagnostics))
    }

    /// Compiles what was in force once. The grants it names may be gone.
    pub(crate) fn compile_kept(&self, sources: &Sources) -> Result<Compiled, Vec<policy::Diagnostic>> {
        self.compile(sources.set(), None)
    }

    pub(super) fn compile(
        &self,
        files: &ManifestSet,
        grants: Option<&BTreeSet<GrantName>>,
    ) -> Result<Compiled, Vec<policy::Diagnostic>> {
        let parts = self.parts();
        let sites = parts.sites.load();
        let files = self.with_built_in(files);
        compile(&*files, &parts.catalogue, &Known { sites: &sites, grants, now: parts.clock.now() })
    }

    /// Compiles just this, whatever grants there are.
    pub(crate) fn compile_exactly(
        &self,
        sources: policy::Sources<'_>,
    ) -> Result<Compiled, Vec<policy::Diagnostic>> {
        let parts = self.parts();
        let sites = parts.sites.load();
        compile(sources, &parts.catalogue, &Known { sites: &sites, grants: None, now: parts.clock.now() })
    }

    /// The manifests in force, as written.
    pub(crate) fn live_sources(&self) -> Arc<Sources> {
        Arc::clone(&self.published().sources)
    }

    /// The files, and what is built in where they do not have it.
    pub(crate) fn with_built_in<'f>(&self, files: &'f ManifestSet) -> Cow<'f, ManifestSet> {
        let parts = self.parts();
        let people = parts.people.as_ref().filter(|_| !built_in::is_written(&files.manifests));
        match people.and_then(|people| built_in::manifest(people, &parts.catalogue, &parts.sites.load())) {
            None => Cow::Borrowed(files),
            Some(file) => {
                let mut files = files.clone();
                files.manifests.push(file);
                Cow::Owned(files)
            }
        }
    }

    fn not_compiled(&self, files: &ManifestSet, diagnostics: &[policy::Diagnostic]) -> ControlError {
        let values: Vec<_> = diagnostics.iter().map(|diagnostic| json!(diagnostic)).collect();
        let rendered = policy::render_human(diagnostics, files.files());
        ControlError::new(
            Kind::NotCompiled,
            format!(
                "The manifests were not published; what was in force stays in force.\n{}",
                rendered.trim_end()
            ),
            "Correct them and check with `ticketgate manifest check`.",
        )
        .with_diagnostics(values)
    }

    /// What a record says about a publication: the files that differ, by name, and which plan it was.
    fn what_differs(&self, plan: &Plan) -> (Value, Value) {
        let published = self.published();
        let texts = |sources: &Sources| -> BTreeMap<String, String> {
            sources.files().map(|file| (file.path.clone(), file.text.clone())).collect()
        };
        let (old, new) = (texts(&published.sources), texts(&plan.sources));
        drop(published);
        let changed = |from: &BTreeMap<String, String>, to: &BTreeMap<String, String>| -> Vec<String> {
            from.iter()
                .filter(|(path, text)| to.get(*path) != Some(*text))
                .map(|(path, _)| path.clone())
                .collect()
        };
        let before = json!({ "manifests": old.len(), "differing": changed(&old, &new) });
        let after = json!({
            "manifests": new.len(),
            "differing": changed(&new, &old),
            "plan": plan.digest,
            "direction": plan.difference.direction.as_str(),
        });
        (before, after)
    }

    pub(super) fn published(&self) -> std::sync::MutexGuard<'_, Published> {
        // A panic while it was held would leave at worst an old status behind.
        self.0.published.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut Published)) {
        let now = u64::try_from(self.parts().clock.now().as_millisecond()).unwrap_or_default();
        let mut published = self.published();
        change(&mut published);
        published.version = now.max(published.version.saturating_add(1));
    }
}
