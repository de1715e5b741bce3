//! All grants.

use broker::{Facts, GrantSummary, people};
use serde_json::json;

use types::GrantName;

use super::remove::missing;
use crate::views::{DriftView, GrantView};
use crate::{Control, ControlError};

impl Control {
    /// Every grant, by name.
    #[must_use]
    pub fn grants(&self) -> Vec<GrantView> {
        let rulebook = self.parts().rulebook.load();
        let all = self.parts().broker.list().into_iter().map(|grant| {
            let drift = self.drift(&grant).into_iter().map(|lacking| DriftView {
                client: lacking.client,
                scopes: lacking.scopes.into_iter().collect(),
                operations: lacking.operations,
            });
            let drift = drift.collect();
            // A person's own has to be theirs; what only programs use need not be anybody's, and then does not rotate.
            let of_cloud = matches!(grant.facts, Facts::ThreeLegged { data_center: false, .. });
            let used = rulebook.manifests().any(|manifest| *manifest.grant() == grant.name);
            let could_be_service_account = of_cloud && used && !people::is_person(&grant.name);
            GrantView { drift, could_be_service_account, ..view(grant) }
        });
        all.collect()
    }

    /// One grant.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn grant(&self, name: &GrantName) -> Result<GrantView, ControlError> {
        self.grants().into_iter().find(|grant| grant.name == *name).ok_or_else(|| missing(name))
    }
}

pub(super) fn view(grant: GrantSummary) -> GrantView {
    GrantView {
        kind: grant.facts.kind().to_owned(),
        facts: json!(grant.facts),
        health: json!(grant.health),
        consent: grant.consent.map(|consent| json!(consent)),
        drift: Vec::new(),
        could_be_service_account: false,
        removed_from: grant.removed_from,
        name: grant.name,
        sites: grant.sites,
        created_at: grant.created_at,
        changed_at: grant.changed_at,
        // Each change has a later time than the one before, and a name that is used anew a later one still.
        version: u64::try_from(grant.changed_at.as_millisecond()).unwrap_or_default(),
    }
}
