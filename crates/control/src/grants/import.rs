//! Grants that another installation has sealed to this one.

use serde_json::{Value, json};
use types::{GrantName, OperatorName};

use super::add::replaced;
use super::list::view;
use super::moved;
use crate::views::{AddedGrant, ImportGrants};
use crate::{Control, ControlError};

impl Control {
    /// Takes the grants of a file into custody, each in place of one with the same name.
    ///
    /// The whole file is opened and looked at first: where anything in it is wrong, nothing is taken.
    ///
    /// # Errors
    /// When the file is not whole or not for this installation, names a site there is not, or cannot be recorded or kept.
    pub async fn import_grants(
        &self,
        by: &OperatorName,
        asked: ImportGrants,
    ) -> Result<Vec<AddedGrant>, ControlError> {
        let _turn = self.0.turn.lock().await;
        let grants = self.parts().broker.unpack(&asked.file).map_err(moved)?;
        let there = self.grants();
        let before = |name: &GrantName| there.iter().find(|grant| grant.name == *name);
        for new in &grants {
            let recorded = before(&new.name)
                .map_or(Value::Null, |grant| json!({ "sites": grant.sites, "facts": grant.facts }));
            let after = json!({ "sites": new.sites, "facts": self.parts().broker.facts(&new.material)? });
            self.record(by, ("grant import", new.name.as_str()), recorded, after).await?;
        }
        let mut taken = Vec::with_capacity(grants.len());
        for new in grants {
            let before = before(&new.name).cloned();
            let grant = view(self.parts().broker.put(new).await?);
            taken.push(AddedGrant { replaced: before.map(|before| replaced(before, &grant)), grant });
        }
        Ok(taken)
    }
}
