//! Making the manifests of the folder the ones in force: all of them, or none.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use policy::{Compiled, Known, ManifestFile, ManifestSet, compile};
use serde_json::{Value, json};
use types::{GrantName, OperatorName};

use super::{built_in, folder};
use crate::views::ManifestsStatus;
use crate::{By, Control, ControlError, Kind};

/// Where the store keeps what was published last.
const KEY: &str = "manifests.published";

/// What was published, and what the last attempt said.
#[derive(Debug, Default)]
pub(crate) struct Published {
    pub(super) at: Option<Timestamp>,
    pub(super) files: ManifestSet,
    pub(super) diagnostics: Vec<Value>,
    pub(super) in_order: bool,
    /// Later with every publication and attempt, and later than any of an earlier run.
    pub(super) version: u64,
}

impl Control {
    /// Reads the folder again and puts its manifests in force if every one of them compiles.
    ///
    /// # Errors
    /// When somebody has published or tried to since the status was seen, the folder cannot be read, a manifest has an
    /// error, or the change cannot be recorded. The rulebook that was
    /// in force stays in force.
    pub async fn publish(&self, by: impl Into<By<'_>>) -> Result<ManifestsStatus, ControlError> {
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        by.check("What is published", Some(self.manifests().version))?;
        let files = self.read_folder().await?;
        self.put_in_force(by.operator, files).await?;
        Ok(self.manifests())
    }

    /// As [`Control::publish`]; if that fails, puts in force again what was published last, from the store.
    ///
    /// # Errors
    /// Why the folder's manifests are not in force. Whether older ones are is in [`Control::manifests`].
    pub async fn publish_at_start(&self, operator: &OperatorName) -> Result<ManifestsStatus, ControlError> {
        let Err(why) = self.publish(operator).await else { return Ok(self.manifests()) };
        let _turn = self.0.turn.lock().await;
        let kept = self.parts().store.meta().get(KEY).await?;
        let files =
            kept.as_deref().and_then(|bytes| serde_json::from_slice::<Vec<(String, String)>>(bytes).ok());
        if let Some(files) = files {
            let files = ManifestSet::of(files.into_iter().map(|(path, text)| ManifestFile::new(path, text)));
            // The grants may have gone since; calls that need one say so.
            let compiled = self.compile(&files, None);
            if let Ok(compiled) = compiled {
                self.parts().rulebook.store(Arc::new(compiled.rulebook));
                self.note(|published| published.files = files);
            }
        }
        Err(why)
    }

    async fn read_folder(&self) -> Result<ManifestSet, ControlError> {
        let path = self.parts().manifests.clone();
        let read = tokio::task::spawn_blocking(move || folder::read(&path)).await;
        let words = match read {
            Ok(Ok(files)) => return Ok(files),
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

    /// Compiles, records, keeps, swaps, in this order: nothing is in force that is not recorded.
    async fn put_in_force(&self, operator: &OperatorName, files: ManifestSet) -> Result<(), ControlError> {
        let grants = self.parts().broker.list().into_iter().map(|grant| grant.name);
        // People's own are nobody's to name, nor to be suggested.
        let grants = grants.filter(|grant| !grant.is_of_person()).collect();
        let compiled = match self.compile(&files, Some(&grants)) {
            Ok(compiled) => compiled,
            Err(diagnostics) => return Err(self.not_compiled(&files, &diagnostics)),
        };
        // What is built in is not the operators' to mend.
        let warnings = compiled.warnings.iter().filter(|warning| !built_in::is_about(warning));
        let warnings: Vec<_> = warnings.map(|warning| json!(warning)).collect();
        let (before, after) = self.difference(&files);
        let target = format!("{} manifests", files.manifests.len());
        self.record(operator, ("manifests publish", &target), before, after).await?;
        self.keep(&files).await?;
        self.parts().rulebook.store(Arc::new(compiled.rulebook));
        let now = self.parts().clock.now();
        self.note(|published| {
            let version = published.version;
            *published = Published { at: Some(now), files, diagnostics: warnings, in_order: true, version };
        });
        Ok(())
    }

    fn compile(
        &self,
        files: &ManifestSet,
        grants: Option<&BTreeSet<GrantName>>,
    ) -> Result<Compiled, Vec<policy::Diagnostic>> {
        let parts = self.parts();
        let sites = parts.sites.load();
        let files = self.with_built_in(files);
        compile(files.as_ref(), &parts.catalogue, &Known { sites: &sites, grants, now: parts.clock.now() })
    }

    /// The files, and what is built in where they do not have it.
    fn with_built_in<'f>(&self, files: &'f ManifestSet) -> Cow<'f, ManifestSet> {
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
        self.note(|published| {
            published.diagnostics.clone_from(&values);
            published.in_order = false;
        });
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

    async fn keep(&self, files: &ManifestSet) -> Result<(), ControlError> {
        let files: Vec<_> = files.files().map(|file| (&file.path, &file.text)).collect();
        let bytes = serde_json::to_vec(&files).map_err(|error| {
            ControlError::new(
                Kind::Failed,
                format!("The manifests cannot be kept: {error}."),
                "Look at the log.",
            )
        })?;
        Ok(self.parts().store.meta().put(KEY, &bytes).await?)
    }

    /// What a record says about a publication: the files that differ, by name.
    fn difference(&self, files: &ManifestSet) -> (Value, Value) {
        let published = self.published();
        let texts = |files: &ManifestSet| -> BTreeMap<String, String> {
            files.files().map(|file| (file.path.clone(), file.text.clone())).collect()
        };
        let (old, new) = (texts(&published.files), texts(files));
        let changed = |from: &BTreeMap<String, String>, to: &BTreeMap<String, String>| -> Vec<String> {
            from.iter()
                .filter(|(path, text)| to.get(*path) != Some(*text))
                .map(|(path, _)| path.clone())
                .collect()
        };
        let before =
            json!({ "manifests": published.files.manifests.len(), "differing": changed(&old, &new) });
        drop(published);
        (before, json!({ "manifests": files.manifests.len(), "differing": changed(&new, &old) }))
    }

    pub(super) fn published(&self) -> std::sync::MutexGuard<'_, Published> {
        // A panic while it was held would leave at worst an old status behind.
        self.0.published.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Published)) {
        let now = u64::try_from(self.parts().clock.now().as_millisecond()).unwrap_or_default();
        let mut published = self.published();
        change(&mut published);
        published.version = now.max(published.version.saturating_add(1));
    }
}
