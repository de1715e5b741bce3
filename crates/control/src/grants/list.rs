//! All grants.

use broker::GrantSummary;
use serde_json::json;

use crate::Control;
use crate::views::GrantView;

impl Control {
    /// Every grant, by name.
    #[must_use]
    pub fn grants(&self) -> Vec<GrantView> {
        self.parts().broker.list().into_iter().map(view).collect()
    }
}

pub(super) fn view(grant: GrantSummary) -> GrantView {
    GrantView {
        kind: grant.facts.kind().to_owned(),
        facts: json!(grant.facts),
        health: json!(grant.health),
        name: grant.name,
        sites: grant.sites,
        created_at: grant.created_at,
        changed_at: grant.changed_at,
    }
}
