//! Another root key in place of the current one.

use std::sync::Arc;

use clock::random;
use seal::RootKey;
use serde_json::json;
use types::OperatorName;
use zeroize::Zeroizing;

use super::{Origin, history};
use crate::views::KeysView;
use crate::{Control, ControlError, Kind};

impl Control {
    /// Makes a new root key, seals with it from now on, and has everything that is sealed sealed anew in the background
    /// ([`Control::keep_sealed_anew`]). The key so far is retired: it opens what it sealed until it is dropped.
    ///
    /// The order is: on record; the old key kept as retired; the new one on disk as current; the new one used. Whatever
    /// happens between two of these, all that is sealed opens with what is on disk.
    ///
    /// # Errors
    /// When the key comes from the environment, or cannot be recorded or kept.
    pub async fn rotate_root_key(&self, by: &OperatorName) -> Result<KeysView, ControlError> {
        let turn = self.0.turn.lock().await;
        let parts = self.parts();
        let old = parts.keyring.current();
        if parts.key_files.origin(old) != Some(Origin::File) {
            return Err(ControlError::new(
                Kind::Conflict,
                "The root key comes from the environment, which the gateway cannot change.",
                "Make one with `ticketgate keys make FILE`. Set TICKETGATE_ROOT_KEY to it, add the one so far to TICKETGATE_RETIRED_ROOT_KEYS, and start the gateway again: it seals everything anew by itself.",
            ));
        }
        if parts.store.custody_is_shared() {
            return Err(ControlError::new(
                Kind::Conflict,
                "Grants are shared with other gateways, which would not have the new root key.",
                "Make one with `ticketgate keys make FILE`, give it to every gateway as a retired key (TICKETGATE_RETIRED_ROOT_KEYS) and start each again; then make it the current one of each, the one so far a retired one, and start each again.",
            ));
        }
        let bytes = random::bytes::<32>().map_err(|error| failed(&error))?;
        let new = Arc::new(RootKey::from_bytes(Zeroizing::new(bytes)));
        let (before, after) =
            (json!({ "current": old.to_string() }), json!({ "current": new.id().to_string() }));
        self.record(by, ("keys rotate", &new.id().to_string()), before, after).await?;
        let (files, key) = (Arc::clone(&parts.key_files), Arc::clone(&new));
        let kept = tokio::task::spawn_blocking(move || files.put_current(old, &key)).await;
        kept.map_err(|error| failed(&error))?.map_err(|error| {
            ControlError::new(
                Kind::Unavailable,
                format!("The new root key could not be kept, so it is not used: {error}."),
                "Look at the data directory's owner, mode and free space.",
            )
        })?;
        parts.keyring.rotate(&new);
        tracing::info!(id = %new.id(), retired = %old, "a new root key; what is sealed is sealed anew");
        self.0.resealer.is_due();
        if let Err(error) = history::note(&parts.store, new.id(), Some(parts.clock.now())).await {
            // Noted, as found, before anything is sealed anew.
            tracing::warn!(%error, "since when the root key is current could not be written down");
        }
        drop(turn);
        self.keys().await
    }
}

fn failed(error: &dyn std::fmt::Display) -> ControlError {
    ControlError::new(
        Kind::Failed,
        format!("No new root key could be made: {error}."),
        "Look at the gateway's log.",
    )
}
