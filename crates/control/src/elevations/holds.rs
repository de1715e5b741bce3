//! What holds, in the rulebook: after a start, after a publication, and when one begins or ends.

use std::sync::Arc;

use jiff::Timestamp;
use policy::{Compiled, Diagnostic, Elevation, ManifestFile, ManifestSet, Rulebook};
use store::ElevationRow;
use types::{ClientId, OperatorName};

use super::{MOST, held, holds};
use crate::manifests::Sources;
use crate::views::PlanDigest;
use crate::{Control, ControlError};

impl Control {
    /// Puts the elevations that hold now, and no others, into the rulebook in force. The caller has the turn.
    pub(crate) async fn renew_elevations(&self, operator: &OperatorName) -> Result<(), ControlError> {
        let sources = self.live_sources();
        let rulebook = self.parts().rulebook.load_full();
        let renewed = self.with_elevations(operator, &sources, &rulebook).await?;
        if let Some(renewed) = renewed {
            self.parts().rulebook.store(Arc::new(renewed));
        }
        Ok(())
    }

    /// A rulebook of these sources with the elevations that hold now; `None` where none do and none did. One whose manifest is another by
    /// now has ended with it, and one that cannot be added any more, too. The caller has the turn.
    pub(crate) async fn with_elevations(
        &self,
        operator: &OperatorName,
        sources: &Sources,
        rulebook: &Rulebook,
    ) -> Result<Option<Rulebook>, ControlError> {
        let now = self.now();
        let mut kept = Vec::new();
        for row in self.parts().store.elevations().living().await? {
            if !holds(&row, now) {
                continue;
            }
            if *self.base_of(sources, &row.client).as_bytes() != row.base
                || rulebook.manifest(&row.client).is_none()
            {
                self.end_row(operator, &row, "the manifest it was added to has changed").await?;
                continue;
            }
            let elevation = elevation(&row);
            // Alone, so that one that is broken takes no other with it.
            match self.compile_elevated(sources, std::slice::from_ref(&elevation)) {
                Ok(_) => kept.push(elevation),
                Err(_) => self.end_row(operator, &row, "it cannot be added any more").await?,
            }
        }
        if kept.is_empty() {
            return Ok((rulebook.elevations() > 0).then(|| rulebook.elevated_as(&Rulebook::empty())));
        }
        let compiled = self.compile_elevated(sources, &kept).map_err(|_| super::damaged())?;
        Ok(Some(rulebook.elevated_as(&compiled)))
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
        Ok(match self.compile_elevated(sources, &elevations) {
            Ok(compiled) if !elevations.is_empty() => rulebook.elevated_as(&compiled),
            _ => rulebook,
        })
    }

    /// Compiles the manifests of those clients only that have more.
    pub(super) fn compile_elevated(
        &self,
        sources: &Sources,
        elevations: &[Elevation],
    ) -> Result<Rulebook, Vec<Diagnostic>> {
        let set = self.set_of(sources, elevations);
        let sources = policy::Sources { elevations, ..policy::Sources::from(&set) };
        let Compiled { rulebook, .. } = self.compile_exactly(sources)?;
        Ok(rulebook)
    }

    /// The manifests of these clients, and what is shared.
    pub(super) fn set_of(&self, sources: &Sources, elevations: &[Elevation]) -> ManifestSet {
        let mut set = self.with_built_in(sources.set()).into_owned();
        let is_meant = |file: &ManifestFile| {
            elevations.iter().any(|one| {
                file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml"))
                    == Some(one.client.as_str())
            })
        };
        set.manifests.retain(is_meant);
        set
    }

    /// The digest of the texts a client's manifest is made of.
    pub(super) fn base_of(&self, sources: &Sources, client: &ClientId) -> PlanDigest {
        let (own, shared) = sources.of_client(client);
        let mut texts = vec![own.unwrap_or_default().as_bytes()];
        texts.extend(shared.iter().flat_map(|file| [file.path.as_bytes(), file.text.as_bytes()]));
        PlanDigest::from_bytes(seal::digest_of::of("ticketgate manifest with what it builds on 1", &texts))
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
