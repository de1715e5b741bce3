//! What putting a set of manifests in force would change.

use std::collections::BTreeSet;

use policy::Compiled;
use policy::difference::{Difference, difference_among};
use serde_json::json;
use types::ClientId;

use super::sources::Sources;
use super::{built_in, proposals};
use crate::views::{PlanDigest, PlanView, WhichManifests};
use crate::{Control, ControlError, Kind};

/// What is in force.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live {
    /// Of the number and the sources: when the same manifests come back into force later, a yes from before is none.
    pub(crate) digest: PlanDigest,
    /// Of the sources alone.
    pub(crate) sources: PlanDigest,
    /// 0: nothing ever was.
    pub(crate) number: u64,
}

/// A set of manifests that compiles, compared with what is in force.
pub(crate) struct Plan {
    pub(crate) digest: PlanDigest,
    pub(crate) live: Live,
    pub(crate) sources: Sources,
    pub(crate) proposed: PlanDigest,
    pub(crate) compiled: Compiled,
    pub(crate) difference: Difference,
}

impl Plan {
    /// Whether anything is written differently.
    pub(crate) fn differs(&self) -> bool {
        self.live.sources != self.proposed
    }
}

impl Control {
    /// What a set of manifests would change, were it put in force now. Nothing changes.
    ///
    /// # Errors
    /// When there is no such set, or one of its manifests has an error.
    pub async fn plan(&self, which: WhichManifests) -> Result<PlanView, ControlError> {
        let sources = self.sources(which).await?;
        let plan = self.plan_of(sources)?;
        let needs_approval = self.parts().approval.is_needed(&plan.difference, plan.differs());
        let approved = self.approvals_that_count(&plan.digest).await?.is_some_and(|(_, all)| !all.is_empty());
        let warnings = plan.compiled.warnings.iter().filter(|warning| !built_in::is_about(warning));
        Ok(PlanView {
            digest: plan.digest,
            live: plan.live.digest,
            live_version: plan.live.number,
            proposed: plan.proposed,
            differs: plan.differs(),
            warnings: warnings.map(|warning| json!(warning)).collect(),
            changes: plan.difference.into(),
            needs_approval,
            approved,
        })
    }

    /// The manifests that are meant.
    pub(crate) async fn sources(&self, which: WhichManifests) -> Result<Sources, ControlError> {
        match which {
            WhichManifests { manifests: None, version: None, proposal: None } => self.read_folder().await,
            WhichManifests { manifests: Some(manifests), version: None, proposal: None } => {
                Sources::sent(manifests)
            }
            WhichManifests { manifests: None, version: Some(number), proposal: None } => {
                let row = self.parts().store.manifest_versions().get(number).await?;
                Sources::from_bytes(&row.ok_or_else(|| no_version(number))?.sources)
            }
            WhichManifests { manifests: None, version: None, proposal: Some(digest) } => {
                let row = self.parts().store.manifest_proposals().get(digest.as_bytes()).await?;
                let row = row.filter(|row| row.expires_at > self.parts().clock.now());
                Sources::from_bytes(&row.ok_or_else(|| proposals::missing(&digest))?.sources)
            }
            _ => Err(ControlError::new(
                Kind::Invalid,
                "Manifests are said in two ways at once.",
                "Send `manifests`, or `version`, or `proposal`, or none of them for the gateway's folder.",
            )),
        }
    }

    /// Compares with what is in force. With the grants there are: what names another does not compile.
    pub(crate) fn plan_of(&self, sources: Sources) -> Result<Plan, ControlError> {
        let compiled = self.compile_new(&sources)?;
        let rulebook = self.parts().rulebook.load();
        let differing = self.differing(&sources);
        // What is built in has no text to compare; a fragment or the guardrails may change any client.
        let shared = differing.contains(SHARED);
        let may_differ =
            |client: &ClientId| shared || client.is_built_in() || differing.contains(client.as_str());
        let difference = difference_among(&rulebook, &compiled.rulebook, may_differ);
        let live = self.live();
        let proposed = sources.digest();
        // Not as one text: with a thousand new clients it would be ten megabytes.
        let mut texts = seal::digest_of::Texts::new("ticketgate plan 1");
        texts.add(live.digest.as_bytes());
        texts.add(proposed.as_bytes());
        texts.add_written(|to| serde_json::to_writer(to, &difference).map_err(Into::into)).map_err(
            |error| {
                ControlError::new(
                    Kind::Failed,
                    format!("The plan cannot be written down: {error}."),
                    "Report it.",
                )
            },
        )?;
        let digest = PlanDigest::from_bytes(texts.digest());
        Ok(Plan { digest, live, sources, proposed, compiled, difference })
    }

    /// The clients whose texts are not those in force, and [`SHARED`] where a text is not that holds for several.
    fn differing(&self, sources: &Sources) -> BTreeSet<String> {
        let published = self.published();
        let pairs = |sources: &Sources| -> BTreeSet<(String, String)> {
            let set = sources.set();
            let own = set.manifests.iter().map(|file| (client_of(&file.path).to_owned(), file.text.clone()));
            let shared = set.fragments.iter().chain(&set.guardrails);
            own.chain(shared.map(|file| (SHARED.to_owned(), format!("{}\n{}", file.path, file.text))))
                .collect()
        };
        let (old, new) = (pairs(&published.sources), pairs(sources));
        old.symmetric_difference(&new).map(|(client, _)| client.clone()).collect()
    }

    /// What is in force, and its number.
    pub(crate) fn live(&self) -> Live {
        let published = self.published();
        let (sources, number) = (published.sources.digest(), published.number);
        let digest =
            seal::digest_of::of("ticketgate version 1", &[&number.to_be_bytes(), sources.as_bytes()]);
        Live { digest: PlanDigest::from_bytes(digest), sources, number }
    }
}

/// Stands for what several manifests share; no client is called so.
const SHARED: &str = "/";

/// Whose manifest a file is.
fn client_of(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

pub(super) fn no_version(number: u64) -> ControlError {
    ControlError::new(
        Kind::Missing,
        format!("There is no version {number}, or it is not kept any more."),
        "List those there are with `ticketgate manifest history`.",
    )
}
