//! Which root keys there are, and what needs each of them.

use seal::KeyId;

use super::history;
use crate::views::{KeyView, KeysView};
use crate::{Control, ControlError, Kind};

impl Control {
    /// Every root key this gateway opens with, how much in the store needs each, and how far sealing anew has come.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keys(&self) -> Result<KeysView, ControlError> {
        let parts = self.parts();
        let history = history::read(&parts.store).await?;
        let needs = self.0.resealer.needs().await?;
        let current = parts.keyring.current();
        let view = |id: KeyId| {
            let name = id.to_string();
            let place = history.iter().rposition(|entry| entry.id == name);
            let entry = |place: usize| history.get(place).and_then(|entry| entry.since);
            KeyView {
                current: id == current,
                since: place.and_then(entry),
                retired_at: place.filter(|_| id != current).and_then(|place| entry(place + 1)),
                from: parts.key_files.origin(id).map_or("memory", super::Origin::as_str).to_owned(),
                opens: needs.by_key.get(&id).copied().unwrap_or_default(),
                key: name,
            }
        };
        let keys = std::iter::once(current).chain(parts.keyring.retired()).map(view).collect();
        let failed = |_| {
            ControlError::new(Kind::Failed, "The public key cannot be made.", "Look at the gateway's log.")
        };
        Ok(KeysView {
            keys,
            import_key: parts.keyring.import_key().map_err(failed)?.to_string(),
            resealing: self.0.resealer.progress(),
            shut: needs.shut,
        })
    }
}
