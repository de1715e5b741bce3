//! The end of a grant.

use serde_json::{Value, json};
use types::GrantName;

use crate::{By, Control, ControlError, Kind};

impl Control {
    /// Forgets a grant; calls that need it are refused from now on.
    ///
    /// # Errors
    /// When there is none, it has changed since it was seen, or it cannot be recorded or removed.
    pub async fn remove_grant(&self, by: impl Into<By<'_>>, name: &GrantName) -> Result<(), ControlError> {
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        let grant = self.grant(name)?;
        by.check(&format!("Grant {name}"), Some(grant.version))?;
        let before = json!({ "sites": grant.sites, "facts": grant.facts });
        self.record(by.operator, ("grant remove", name.as_str()), before, Value::Null).await?;
        Ok(self.parts().broker.remove(name).await?)
    }
}

pub(super) fn missing(name: &GrantName) -> ControlError {
    ControlError::new(
        Kind::Missing,
        format!("There is no grant {name}."),
        "List the grants with `ticketgate grant list`.",
    )
}
