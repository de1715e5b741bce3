//! Grants sealed to another installation.

use seal::ImportKey;
use serde_json::{Value, json};
use types::OperatorName;

use super::moved;
use crate::views::{ExportGrants, ExportedGrants};
use crate::{Control, ControlError, Kind};

impl Control {
    /// Seals grants to another installation's public key. They stay here and in use.
    ///
    /// Each is on record, with the key it goes to, before anything is sealed.
    ///
    /// # Errors
    /// When there is no such grant, the key is none, or it cannot be recorded or sealed.
    pub async fn export_grants(
        &self,
        by: &OperatorName,
        asked: ExportGrants,
    ) -> Result<ExportedGrants, ControlError> {
        let to: ImportKey = asked.to.parse().map_err(|error| {
            ControlError::new(
                Kind::Invalid,
                format!("The key to export to cannot be read: {error}."),
                "Take the whole line that `ticketgate keys public` prints there.",
            )
        })?;
        if asked.grants.is_empty() {
            return Err(ControlError::new(Kind::Invalid, "No grant is named.", "Name at least one."));
        }
        let mut names = asked.grants;
        names.sort();
        names.dedup();
        let _turn = self.0.turn.lock().await;
        let grants = names.iter().map(|name| self.grant(name)).collect::<Result<Vec<_>, _>>()?;
        let sealed = self.parts().broker.pack(&names, to);
        // What cannot be exported is nothing to put on record; what can is, before anybody has it.
        let sealed = sealed.map_err(moved)?;
        for grant in &grants {
            let after = json!({ "to": to.to_string(), "sites": grant.sites, "facts": grant.facts });
            self.record(by, ("grant export", grant.name.as_str()), Value::Null, after).await?;
        }
        Ok(ExportedGrants { file: sealed.to_string(), grants })
    }
}
