//! What an elevation comes to: everything its client is permitted with it and is not without.

use policy::difference::{Difference, Direction, difference_among};
use policy::{Elevation, ManifestFile, ManifestSet, Rulebook};
use serde_json::json;
use store::ElevationRow;
use types::ClientId;

use crate::manifests::Sources;
use crate::views::{Changes, PlanDigest};
use crate::{Control, ControlError, Kind};

/// What an elevation is called while nobody has said yes to it. It has the same name in everybody's plan.
const FILE: &str = "elevation.toml";

/// What an elevation comes to.
pub(super) struct Sum {
    /// The digest of what it is added to.
    pub(super) base: PlanDigest,
    pub(super) difference: Difference,
}

impl Sum {
    /// As it is kept.
    pub(super) fn changes(&self) -> Result<String, ControlError> {
        let changes = Changes::from(self.difference.clone());
        serde_json::to_string(&changes).map_err(|_| super::damaged())
    }

    /// Whether it is what was kept.
    pub(super) fn is_that_of(&self, row: &ElevationRow) -> bool {
        *self.base.as_bytes() == row.base && self.changes().is_ok_and(|changes| changes == row.difference)
    }
}

impl Control {
    /// What an elevation comes to, with these manifests.
    ///
    /// # Errors
    /// When the client has no manifest, it does not compile, adds nothing or takes something away.
    pub(super) fn sum(
        &self,
        sources: &Sources,
        (client, account): (&ClientId, Option<&str>),
        adds: &str,
    ) -> Result<Sum, ControlError> {
        let elevation = Elevation {
            client: client.clone(),
            account: account.map(Into::into),
            until: jiff::Timestamp::MAX,
            file: ManifestFile::new(FILE, adds),
        };
        let elevations = std::slice::from_ref(&elevation);
        let set = self.set_of(sources, elevations);
        let rulebook = self.compile_elevated(&set, elevations).map_err(|diagnostics| {
            let rendered = policy::render_human(&diagnostics, set.files().chain([&elevation.file]));
            let values = diagnostics.iter().map(|diagnostic| json!(diagnostic)).collect();
            ControlError::new(
                Kind::NotCompiled,
                format!("What it adds cannot be added.\n{}", rendered.trim_end()),
                "Correct it; an elevation is written like a manifest, without what says whose it is.",
            )
            .with_diagnostics(values)
        })?;
        let Some(with) = rulebook.with_elevation_of(client, account) else {
            return Err(ControlError::new(
                Kind::Missing,
                format!("The client {client} has no manifest."),
                "Add one first: nobody has more than nothing.",
            ));
        };
        let difference = difference_among(&rulebook, &with, |one| one == client);
        only_adds(client, &difference)?;
        Ok(Sum { base: base(&set, client, &rulebook), difference })
    }

    /// Whether an elevation comes to what was approved.
    pub(super) fn comes_to_the_same(&self, sources: &Sources, row: &ElevationRow) -> bool {
        self.sum(sources, (&row.client, row.account.as_deref()), &row.adds)
            .is_ok_and(|sum| sum.is_that_of(row))
    }
}

/// The digest of the texts a client's manifest is made of, and of the sites it reaches as the settings have them.
fn base(set: &ManifestSet, client: &ClientId, rulebook: &Rulebook) -> PlanDigest {
    let sites = rulebook.manifest(client).map(policy::Manifest::sites).unwrap_or_default();
    let sites: Vec<String> = sites.iter().map(|site| format!("{site:?}")).collect();
    let texts = set.files().flat_map(|file| [file.path.as_bytes(), file.text.as_bytes()]);
    let texts: Vec<&[u8]> = texts.chain(sites.iter().map(String::as_bytes)).collect();
    PlanDigest::from_bytes(seal::digest_of::of("ticketgate manifest with what it builds on 1", &texts))
}

fn only_adds(client: &ClientId, difference: &Difference) -> Result<(), ControlError> {
    let facets = difference.clients.iter().flat_map(|one| &one.facets);
    let taken: Vec<_> = facets.filter(|facet| facet.takes_away).map(|facet| facet.facet).collect();
    if !taken.is_empty() {
        return Err(ControlError::new(
            Kind::Invalid,
            format!("It takes something away: {}. An elevation only adds.", taken.join(", ")),
            "Leave out what the manifest does not bound: a list where it has none would bound it.",
        ));
    }
    if difference.direction != Direction::Wider {
        return Err(ControlError::new(
            Kind::Invalid,
            format!("{client} may do all of it already, or what denies it is stronger."),
            "Look at `ticketgate manifest explain`: what a manifest or the guardrails deny, no elevation allows.",
        ));
    }
    Ok(())
}
