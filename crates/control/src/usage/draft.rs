//! The first manifest of a client, from what it did.

use std::collections::{BTreeMap, BTreeSet};

use policy::{Known, Used, draft};
use types::ClientId;

use super::count::Place;
use crate::views::{DraftView, WhichDraft};
use crate::{Control, ControlError, Kind};

/// How far back is looked when nothing is said: 30 days, in seconds.
const USUAL: u64 = 30 * 86_400;

impl Control {
    /// A manifest that allows what the client did, with its facts as the one in force says. Nothing changes.
    ///
    /// # Errors
    /// When the client has no manifest, or nothing that it did is on record.
    pub async fn draft_manifest(
        &self,
        client: &ClientId,
        which: &WhichDraft,
    ) -> Result<DraftView, ControlError> {
        let counted = self.counted().await?;
        let since = self.ago(which.observed.unwrap_or(USUAL))?;
        let rulebook = self.parts().rulebook.load_full();
        let manifest = rulebook.manifest(client).ok_or_else(|| no_manifest(client))?;
        let catalogue = &self.parts().catalogue;
        let known: BTreeSet<&str> =
            catalogue.operations().iter().map(|operation| operation.label()).collect();
        let (mut operations, mut used) = (BTreeMap::<String, u64>::new(), Used::default());
        for row in self.parts().store.usage().list(Some(client), usize::MAX).await? {
            if row.used_at.is_none_or(|at| at < since) || !known.contains(row.operation.as_str()) {
                continue;
            }
            let calls = operations.entry(row.operation).or_default();
            *calls = calls.saturating_add(row.calls);
            match Place::of_text(&row.place) {
                Place::Project(key) => drop(used.projects.insert(key)),
                Place::Space(key) => drop(used.spaces.insert(key)),
                Place::None => used.unnamed = used.unnamed.saturating_add(row.calls),
                Place::Other => used.more_places = true,
            }
        }
        if operations.is_empty() {
            return Err(ControlError::new(
                Kind::Missing,
                format!("Nothing that {client} did in that time is counted."),
                "Let it run with `observe = true` for some days, or look further back.",
            ));
        }
        used.operations = operations.into_iter().collect();
        let from = counted.as_ref().map_or(since, |counted| counted.since.max(since));
        let until = counted.as_ref().map_or(since, |counted| counted.until);
        used.period = format!("from {} to {}", from.strftime("%Y-%m-%d"), until.strftime("%Y-%m-%d"));
        let sites = self.parts().sites.load();
        let known = Known { sites: &sites, grants: None, now: self.parts().clock.now() };
        let text = draft(manifest, &used, catalogue, &known).map_err(|diagnostics| {
            let said: Vec<String> = diagnostics.iter().map(|one| one.message.to_string()).collect();
            ControlError::new(
                Kind::Failed,
                format!("The draft does not compile: {}.", said.join("; ")),
                "Report it, with what `ticketgate scopes usage` shows of the client.",
            )
        })?;
        Ok(DraftView { client: client.clone(), file: format!("{client}.toml"), text })
    }
}

fn no_manifest(client: &ClientId) -> ControlError {
    ControlError::new(
        Kind::Missing,
        format!("{client} has no manifest in force."),
        "Publish one with owner, purpose, site and grant, and `observe = true`.",
    )
}
