//! A new grant, or a new credential for one.

use super::list::view;
use crate::views::{AddedGrant, GrantView, ReplacedGrant};
use crate::{By, Control, ControlError, Kind};
use broker::NewGrant;
use serde_json::{Value, json};

impl Control {
    /// Takes a grant into custody, in place of one with the same name. It is used from the next call on.
    ///
    /// The record says what is not secret: kind, sites, whose it is, where its secret is shown.
    ///
    /// # Errors
    /// When the grant cannot be right, has a name that is kept for people's own, another one has its name than was seen, or cannot be
    /// recorded or kept.
    pub async fn add_grant(&self, by: impl Into<By<'_>>, new: NewGrant) -> Result<AddedGrant, ControlError> {
        let by = by.into();
        if new.name.is_reserved() {
            return Err(ControlError::new(
                Kind::Invalid,
                format!("A grant cannot be called {}: that is for people's own.", new.name),
                "Choose a name that is not \"user\" and does not begin with \"person-\".",
            ));
        }
        let _turn = self.0.turn.lock().await;
        let before = self.grants().into_iter().find(|grant| grant.name == new.name);
        by.check(&format!("Grant {}", new.name), before.as_ref().map(|grant| grant.version))?;
        let recorded = before
            .as_ref()
            .map_or(Value::Null, |grant| json!({ "sites": grant.sites, "facts": grant.facts }));
        // Checked before they are recorded: what is refused as a fact may hold a secret.
        let after = json!({ "sites": new.sites, "facts": self.parts().broker.facts(&new.material)? });
        self.record(by.operator, ("grant add", new.name.as_str()), recorded, after).await?;
        let grant = view(self.parts().broker.put(new).await?);
        let replaced = before.map(|before| replaced(before, &grant));
        Ok(AddedGrant { grant, replaced })
    }
}

pub(super) fn replaced(before: GrantView, now: &GrantView) -> ReplacedGrant {
    let parts = [
        ("kind", before.kind != now.kind),
        ("sites", before.sites != now.sites),
        ("facts", before.facts != now.facts),
    ];
    let changed = parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part.to_owned());
    ReplacedGrant {
        changed: changed.collect(),
        kind: before.kind,
        sites: before.sites,
        facts: before.facts,
        changed_at: before.changed_at,
    }
}
