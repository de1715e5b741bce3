//! All grants.

use broker::GrantSummary;
use serde_json::json;

use types::GrantName;

use super::remove::missing;
use crate::views::GrantView;
use crate::{Control, ControlError};

impl Control {
    /// Every grant, by name.
    #[must_use]
    pub fn grants(&self) -> Vec<GrantView> {
        self.parts().broker.list().into_iter().map(view).collect()
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
        name: grant.name,
        sites: grant.sites,
        created_at: grant.created_at,
        changed_at: grant.changed_at,
        // Each change has a later time than the one before, and a name that is used anew a later one still.
        version: u64::try_from(grant.changed_at.as_millisecond()).unwrap_or_default(),
    }
}
