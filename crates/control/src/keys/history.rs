use jiff::Timestamp;
use seal::KeyId;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use super::HISTORY;

/// A key that was current, and since when; `None` when it was before anyone wrote that down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Since {
    pub(crate) id: String,
    pub(crate) since: Option<Timestamp>,
}

/// The keys that were current, in order. What cannot be read is forgotten: nothing depends on it but what is shown.
pub(crate) async fn read(store: &Store) -> Result<Vec<Since>, StoreError> {
    let bytes = store.meta().get(HISTORY).await?.unwrap_or_default();
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

/// What is kept of a new store: its first key.
#[must_use]
pub fn first(id: KeyId, now: Timestamp) -> Vec<u8> {
    serde_json::to_vec(&[Since { id: id.to_string(), since: Some(now) }]).unwrap_or_default()
}

/// Writes down that a key is current from `since` on, unless it is the latest already.
pub(crate) async fn note(store: &Store, id: KeyId, since: Option<Timestamp>) -> Result<(), StoreError> {
    let mut history = read(store).await?;
    if history.last().is_some_and(|last| last.id == id.to_string()) {
        return Ok(());
    }
    history.push(Since { id: id.to_string(), since });
    store.meta().put(HISTORY, &serde_json::to_vec(&history).unwrap_or_default()).await
}
