//! The end of a retired root key.

use std::sync::Arc;

use seal::KeyId;
use serde_json::{Value, json};
use types::OperatorName;

use super::Origin;
use crate::{Control, ControlError, Kind};

impl Control {
    /// Forgets a retired root key: backups from before it was replaced, and exports made for its public key, open nowhere
    /// from then on, unless somebody has kept it elsewhere.
    ///
    /// # Errors
    /// When there is no such key, it is the current one, something in the store still needs it, it comes from the
    /// environment, or its end cannot be recorded or its file not removed.
    pub async fn drop_root_key(&self, by: &OperatorName, id: KeyId) -> Result<(), ControlError> {
        let _turn = self.0.turn.lock().await;
        let parts = self.parts();
        let conflict = |what: String, advice: &str| Err(ControlError::new(Kind::Conflict, what, advice));
        if id == parts.keyring.current() {
            return conflict(
                format!("{id} is the current root key."),
                "Make another one first: `ticketgate keys rotate`.",
            );
        }
        if !parts.keyring.retired().contains(&id) {
            return Err(ControlError::new(
                Kind::Missing,
                format!("There is no retired root key {id}."),
                "List the keys with `ticketgate keys list`.",
            ));
        }
        let needs = self.0.resealer.needs().await?;
        if let Some(count) = needs.by_key.get(&id).filter(|count| **count > 0) {
            return conflict(
                format!("{count} of the values in the store still need the root key {id}."),
                "Wait until they are sealed anew: `ticketgate keys list` shows how far that is. What does not open, it names.",
            );
        }
        if self.0.resealer.progress().under_way {
            return conflict(
                "What is sealed is being looked through for what needs another root key.".to_owned(),
                "Try again in some seconds: `ticketgate keys list` shows how far that is.",
            );
        }
        if parts.key_files.origin(id) == Some(Origin::Environment) {
            return conflict(
                format!("The root key {id} comes from the environment; nothing in the store needs it."),
                "Take it out of TICKETGATE_RETIRED_ROOT_KEYS; it is gone with the next start.",
            );
        }
        self.record(by, ("keys drop", &id.to_string()), json!({ "retired": id.to_string() }), Value::Null)
            .await?;
        let files = Arc::clone(&parts.key_files);
        let removed = tokio::task::spawn_blocking(move || files.remove_retired(id)).await;
        let failed = |error: &dyn std::fmt::Display| {
            ControlError::new(
                Kind::Unavailable,
                format!("The file of the root key {id} could not be removed: {error}."),
                "Look at the data directory's owner and mode.",
            )
        };
        removed.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        parts.keyring.let_go(id);
        Ok(())
    }
}
