//! What holds, in the rulebook: after a start, with a publication, and when one begins or ends.

use std::sync::Arc;

use jiff::Timestamp;
use policy::{Diagnostic, Elevation, ManifestFile, ManifestSet, Rulebook};
use store::ElevationRow;
use types::{ClientId, OperatorName};

use super::{MOST, held, holds};
use crate::manifests::Sources;
use crate::views::PlanDigest;
use crate::{Control, ControlError};

/// What elevations make of a rulebook.
pub(crate) struct Elevated {
    /// The rulebook with those that hold; `None`: it needs no other.
    pub(crate) rulebook: Option<Rulebook>,
    /// Those that are over by this.
    pub(crate) over: Vec<ElevationRow>,
}

impl Control {
    /// Puts the elevations that hold now, and no others, into the rulebook in force. The caller has the turn.
    pub(crate) async fn renew_elevations(&self, operator: &OperatorName) -> Result<(), ControlError> {
        let sources = self.live_sources();
        let elevated = self.elevated(&sources, &self.parts().rulebook.load_full()).await?;
        if let Some(renewed) = elevated.rulebook {
            self.parts().rulebook.store(Arc::new(renewed));
        }
        self.note_what_is_over(operator, &elevated.over).await;
        Ok(())
    }

    /// A rulebook of these sources with the elevations that hold now. One that comes to something else than what was approved is
    /// none of them. Nothing is changed by it. The caller has the turn.
    pub(crate) async fn elevated(
        &self,
        sources: &Sources,
        rulebook: &Rulebook,
    ) -> Result<Elevated, ControlError> {
        let now = self.now();
        let (mut kept, mut over) = (Vec::new(), Vec::new());
        for row in self.parts().store.elevations().living().await? {
            if !holds(&row, now) || self.0.elevating.has_ended(&row.plan) {
                continue;
            }
            let is_known = rulebook.manifest(&row.client).is_some();
            if is_known && self.comes_to_the_same(sources, &row) {
                kept.push(elevation(&row));
            } else {
                over.push(row);
            }
        }
        if kept.is_empty() {
            let none = (rulebook.elevations() > 0).then(|| rulebook.elevated_as(&Rulebook::empty()));
            return Ok(Elevated { rulebook: none, over });
        }
        let set = self.set_of(sources, &kept);
        let compiled = self.compile_elevated(&set, &kept).map_err(|_| super::damaged())?;
        Ok(Elevated { rulebook: Some(rulebook.elevated_as(&compiled)), over })
    }

    /// Puts on record, and notes, that these are over. They are in no rulebook any more, so what fails here is tried again by the
    /// chore and by the next start.
    pub(crate) async fn note_what_is_over(&self, operator: &OperatorName, over: &[ElevationRow]) {
        for row in over {
            let why = "the manifest it was added to has changed";
            if let Err(error) = self.end_row(operator, row, why).await {
                tracing::error!(%error, client = %row.client, "it could not be noted that an elevation is over; it is, and that is tried again");
            }
        }
    }

    /// A rulebook of then with the elevation of a client that held at that instant.
    pub(crate) async fn with_elevations_of_then(
        &self,
        sources: &Sources,
        rulebook: Rulebook,
        (client, at): (&ClientId, Timestamp),
    ) -> Result<Rulebook, ControlError> {
        let rows = self.parts().store.elevations().of_client(client, MOST).await?;
        let theirs = rows.iter().filter(|row| held(row, at));
        let elevations: Vec<Elevation> = theirs.map(elevation).collect();
        Ok(match self.compile_elevated(&self.set_of(sources, &elevations), &elevations) {
            Ok(compiled) if !elevations.is_empty() => rulebook.elevated_as(&compiled),
            _ => rulebook,
        })
    }

    /// Compiles [`Control::set_of`] these elevations with them: of all manifests only those of clients that have more.
    pub(super) fn compile_elevated(
        &self,
        set: &ManifestSet,
        elevations: &[Elevation],
    ) -> Result<Rulebook, Vec<Diagnostic>> {
        let sources = policy::Sources { elevations, ..policy::Sources::from(set) };
        Ok(self.compile_exactly(sources)?.rulebook)
    }

    /// The manifests of these clients, and what is shared.
    pub(super) fn set_of(&self, sources: &Sources, elevations: &[Elevation]) -> ManifestSet {
        let is_meant = |client: &str| elevations.iter().any(|one| one.client.as_str() == client);
        let all = sources.set();
        let of_one = |file: &&ManifestFile| file.path.strip_suffix(".toml").is_some_and(is_meant);
        let set = ManifestSet {
            manifests: all.manifests.iter().filter(of_one).cloned().collect(),
            fragments: all.fragments.clone(),
            guardrails: all.guardrails.clone(),
        };
        if is_meant(ClientId::PEOPLE) { self.with_built_in(&set).into_owned() } else { set }
    }
}

/// As the compiler takes it; records and refusals call it by the beginning of its digest.
fn elevation(row: &ElevationRow) -> Elevation {
    let digest = PlanDigest::from_bytes(row.plan).to_string();
    let name = format!("elevation-{}.toml", digest.get(..12).unwrap_or_default());
    Elevation {
        client: row.client.clone(),
        account: row.account.as_deref().map(Into::into),
        until: row.until.unwrap_or(Timestamp::MIN),
        file: ManifestFile::new(name, row.adds.as_str()),
    }
}
