//! The end of a grant.

use serde_json::{Value, json};
use types::{GrantName, OperatorName};

use crate::{Control, ControlError, Kind};

impl Control {
    /// Forgets a grant; calls that need it are refused from now on.
    ///
    /// # Errors
    /// When there is none, or it cannot be recorded or removed.
    pub async fn remove_grant(&self, operator: &OperatorName, name: &GrantName) -> Result<(), ControlError> {
        let _turn = self.0.turn.lock().await;
        let Some(grant) = self.grants().into_iter().find(|grant| grant.name == *name) else {
            return Err(missing(name));
        };
        let before = json!({ "sites": grant.sites, "facts": grant.facts });
        self.record(operator, ("grant remove", name.as_str()), before, Value::Null).await?;
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
