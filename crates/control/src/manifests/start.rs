//! What is in force when the gateway starts: the version that was in force when it ended. The folder is a proposal like any other.

use std::sync::Arc;

use store::VersionRow;
use types::OperatorName;

use super::publish::Cause;
use super::sources::Sources;
use crate::views::{ManifestsStatus, PlanDigest};
use crate::{Control, ControlError, Kind};

/// Where the store kept what was published last, before there were versions.
const BEFORE_VERSIONS: &str = "manifests.published";

/// Where the store keeps the digest of what was in the folder when a version was put in force.
const FOLDER: &str = "manifests.folder";

impl Control {
    /// Puts in force what was in force when the gateway ended, and then the folder's manifests if the folder has changed since and
    /// that may be: with an approval where the settings want one.
    ///
    /// A gateway that never had a version takes the folder as it is, as the first one: whoever installs a gateway says what is in
    /// force on it.
    ///
    /// # Errors
    /// Why the folder's manifests are not in force. What is, is in [`Control::manifests`].
    pub async fn publish_at_start(&self, operator: &OperatorName) -> Result<ManifestsStatus, ControlError> {
        let _turn = self.0.turn.lock().await;
        let published = self.publish_folder_at_start(operator).await;
        // Whatever is in force now: who had more when the gateway ended has it still, if its time is not over.
        let renewed = Box::pin(self.renew_elevations(operator)).await;
        published.and_then(|status| renewed.map(|()| status))
    }

    async fn publish_folder_at_start(
        &self,
        operator: &OperatorName,
    ) -> Result<ManifestsStatus, ControlError> {
        self.adopt(operator).await?;
        let before = self.restore().await;
        let folder = self.read_folder().await?;
        let known = self.parts().store.meta().get(FOLDER).await?;
        let unchanged = known.as_deref() == Some(folder.digest().as_bytes().as_slice());
        match &before {
            Ok(true) if folder.digest() == self.live().sources => self.in_order(),
            // Another version was put in force since, from elsewhere.
            Ok(true) if unchanged => {
                tracing::info!(
                    version = self.live().number,
                    "what is in force is not what is in the folder of manifests"
                );
                self.in_order();
            }
            Ok(true) => self.take_folder(operator, folder).await?,
            Ok(false) => self.first(operator, folder).await?,
            // What was in force does not compile here any more; what the folder says may.
            Err(_) => self.take_folder(operator, folder).await?,
        }
        Ok(self.manifests())
    }

    async fn take_folder(&self, operator: &OperatorName, folder: Sources) -> Result<(), ControlError> {
        let tried = match self.plan_of(folder) {
            Ok(plan) => self.activate(operator, plan, Cause::Start).await,
            Err(why) => Err(why),
        };
        if let Err(why) = &tried {
            self.not_in_order(why);
        }
        tried
    }

    async fn first(&self, operator: &OperatorName, folder: Sources) -> Result<(), ControlError> {
        let tried = match self.plan_of(folder) {
            Ok(plan) => self.activate(operator, plan, Cause::First).await,
            Err(why) => Err(why),
        };
        if let Err(why) = &tried {
            self.not_in_order(why);
        }
        tried
    }

    fn in_order(&self) {
        self.note(|published| published.in_order = true);
    }

    pub(super) fn not_in_order(&self, why: &ControlError) {
        let diagnostics = why.diagnostics().to_vec();
        self.note(|published| {
            published.in_order = false;
            published.diagnostics = diagnostics;
        });
    }

    /// What an older version of the program kept becomes version 1.
    async fn adopt(&self, operator: &OperatorName) -> Result<(), ControlError> {
        let store = &self.parts().store;
        if store.manifest_versions().latest().await?.is_some() {
            return Ok(());
        }
        let Some(kept) = store.meta().get(BEFORE_VERSIONS).await? else { return Ok(()) };
        let Ok(sources) = Sources::from_bytes(&kept) else { return Ok(()) };
        let version = VersionRow {
            number: 1,
            digest: *sources.digest().as_bytes(),
            sources: sources.to_bytes()?,
            author: operator.clone(),
            activated_by: operator.clone(),
            activated_at: self.parts().clock.now(),
            cause: Cause::Start.as_str().to_owned(),
            direction: policy::difference::Direction::Same.as_str().to_owned(),
            plan: None,
            approvals: "[]".to_owned(),
        };
        Ok(store.manifest_versions().activate(&version, (1, u64::MAX)).await?)
    }

    /// Puts the latest version in force; whether there is one.
    async fn restore(&self) -> Result<bool, ControlError> {
        let Some(row) = self.parts().store.manifest_versions().latest().await? else { return Ok(false) };
        let sources = Sources::from_bytes(&row.sources)?;
        // The grants may have gone since; calls that need one say so.
        let compiled = self.compile(sources.set(), None);
        self.note(|published| {
            published.at = Some(row.activated_at);
            published.number = row.number;
            if compiled.is_ok() {
                published.sources = Arc::new(sources);
            }
        });
        let Ok(compiled) = compiled else {
            tracing::error!(version = row.number, "the manifests that were in force do not compile any more");
            return Err(ControlError::new(
                Kind::NotCompiled,
                format!("Version {} of the manifests does not compile any more.", row.number),
                "Correct the manifests and apply them.",
            ));
        };
        self.parts().rulebook.store(Arc::new(compiled.rulebook));
        Ok(true)
    }

    /// Writes down what is in the folder now, so that a start can tell whether somebody has changed it since.
    pub(super) async fn remember_folder(&self) {
        let path = self.parts().manifests.clone();
        let read = tokio::task::spawn_blocking(move || super::folder::read(&path)).await;
        let digest = read.ok().and_then(Result::ok).map(|files| Sources::new(files).digest());
        let digest = digest.unwrap_or(PlanDigest::from_bytes([0; 32]));
        if let Err(error) = self.parts().store.meta().put(FOLDER, digest.as_bytes()).await {
            tracing::warn!(%error, "it could not be written down what is in the folder of manifests");
        }
    }
}
