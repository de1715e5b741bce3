//! Sealing anew, with the current root key, what another one has sealed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clock::random;
use seal::{Binding, Fresh, KeyId, Keyring, Sealed};
use serde_json::json;
use store::{Meta, PLACES, Place, SEALED, SealedRow, Store};
use tokio::sync::Notify;
use types::OperatorName;

use super::{CHECK, history, note};
use crate::views::Resealing;
use crate::{Control, ControlError, Kind};

/// How many values are read at once.
const PAGE: u32 = 64;
/// A seal that was begun with the key before may reach the store after it was looked through: it is looked through again.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// When the store fails.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Looks through everything that is sealed. What it does can be cut off between any two values, and begun again.
pub(crate) struct Resealer {
    store: Store,
    keyring: Arc<Keyring>,
    progress: Mutex<Resealing>,
    due: Notify,
}

/// Which keys the values in the store need.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) by_key: BTreeMap<KeyId, u64>,
    /// Values that no key at hand opens, as `table row`.
    pub(crate) shut: Vec<String>,
}

impl Resealer {
    pub(crate) fn new(store: Store, keyring: Arc<Keyring>) -> Self {
        // Nobody knows what there is to do before it was looked through.
        let progress = Mutex::new(Resealing { under_way: true, done: 0, total: 0 });
        Self { store, keyring, progress, due: Notify::new() }
    }

    pub(crate) fn is_due(&self) {
        self.count(|progress| progress.under_way = true);
        self.due.notify_one();
    }

    pub(crate) fn progress(&self) -> Resealing {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, change: impl FnOnce(&mut Resealing)) {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Counts the values by the key they need. The store's check value is one of them.
    pub(crate) async fn needs(&self) -> Result<Needs, ControlError> {
        let mut needs = Needs::default();
        for place in PLACES {
            let mut after = String::new();
            while let Some(page) = self.page(place, &mut after).await? {
                page.into_iter().for_each(|row| needs.add(&self.keyring, place.table, row));
            }
        }
        for meta in self.metas() {
            if let Some(check) = meta.get(CHECK).await?
                && let Some(key) = Sealed::from_bytes(check).ok().and_then(|check| check.key())
            {
                *needs.by_key.entry(key).or_default() += 1;
            }
        }
        Ok(needs)
    }

    /// The next values; `None` when there are no more.
    async fn page(&self, place: &Place, after: &mut String) -> Result<Option<Vec<SealedRow>>, ControlError> {
        let page = self.store.sealed().page(place, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        after.clone_from(&last.row);
        Ok(Some(page))
    }

    /// Looks through everything once. How many values there were to seal anew: it is over only when there were none, since one
    /// may have been replaced meanwhile by what was sealed before the key changed.
    pub(crate) async fn pass(&self) -> Result<u64, ControlError> {
        let needs = self.needs().await?;
        let current = self.keyring.current();
        let total: u64 =
            needs.by_key.iter().filter(|(key, _)| **key != current).map(|(_, count)| count).sum();
        if total == 0 {
            self.count(|progress| progress.under_way = false);
            return Ok(0);
        }
        self.count(|progress| *progress = Resealing { under_way: true, done: 0, total });
        let mut done = 0;
        for place in PLACES {
            let mut after = String::new();
            while let Some(page) = self.page(place, &mut after).await? {
                for row in page {
                    if self.anew(place, &row).await? {
                        done += 1;
                        self.count(|progress| progress.done = done);
                    }
                }
            }
        }
        // Last: a store whose check value needs the current key only is one that was looked through.
        for meta in self.metas() {
            if self.check_anew(meta).await? {
                done += 1;
            }
        }
        self.count(|progress| progress.done = done);
        tracing::info!(done, total, id = %current, "sealed anew with the current root key");
        Ok(total)
    }

    /// Where check values are: the gateway's own database, and the one it shares.
    fn metas(&self) -> impl Iterator<Item = Meta<'_>> {
        let shared = self.store.custody_is_shared().then(|| self.store.custody_meta());
        std::iter::once(self.store.meta()).chain(shared)
    }

    /// Seals one value anew. `false` when there is nothing to do, it does not open, or it has been replaced meanwhile.
    async fn anew(&self, place: &Place, row: &SealedRow) -> Result<bool, ControlError> {
        let Ok(old) = Sealed::from_bytes(row.sealed.clone()) else { return Ok(false) };
        if self.keyring.is_current(&old) {
            return Ok(false);
        }
        let binding = Binding { table: place.table, row: &row.row, column: SEALED };
        let Ok(plain) = self.keyring.open(&old, &binding) else {
            tracing::warn!(
                table = place.table,
                row = row.row,
                "a sealed value does not open; it is left as it is"
            );
            return Ok(false);
        };
        let new = self.keyring.seal(fresh()?, &binding, &plain).map_err(|error| failed(&error))?;
        Ok(self.store.sealed().swap(place, &row.row, &row.sealed, new.as_bytes()).await?)
    }

    /// The check value anew, where the keyring proves that it belongs to the store.
    async fn check_anew(&self, meta: Meta<'_>) -> Result<bool, ControlError> {
        let Some(old) = meta.get(CHECK).await? else { return Ok(false) };
        let Ok(old) = Sealed::from_bytes(old) else { return Ok(false) };
        if self.keyring.is_current(&old) || self.keyring.verify_check(&old).is_err() {
            return Ok(false);
        }
        let new = self.keyring.check_value(fresh()?).map_err(|error| failed(&error))?;
        meta.put(CHECK, new.as_bytes()).await?;
        Ok(true)
    }
}

impl Needs {
    fn add(&mut self, keyring: &Keyring, table: &str, row: SealedRow) {
        let sealed = Sealed::from_bytes(row.sealed).ok();
        let binding = Binding { table, row: &row.row, column: SEALED };
        match sealed.as_ref().and_then(Sealed::key) {
            // What opens with nothing at hand keeps no key from being dropped.
            Some(key) if sealed.is_some_and(|sealed| keyring.open(&sealed, &binding).is_ok()) => {
                *self.by_key.entry(key).or_default() += 1;
            }
            _ => self.shut.push(format!("{table} {}", row.row)),
        }
    }
}

fn fresh() -> Result<Fresh, ControlError> {
    Ok(Fresh::from_bytes(random::bytes::<{ Fresh::LEN }>().map_err(|error| failed(&error))?))
}

fn failed(error: &dyn std::fmt::Display) -> ControlError {
    ControlError::new(
        Kind::Failed,
        format!("It could not be sealed anew: {error}."),
        "Look at the gateway's log.",
    )
}

impl Control {
    /// Seals anew whatever another key than the current one has sealed: at the start, and whenever the key has changed. Runs
    /// until it is dropped, which it may be at any moment.
    ///
    /// `itself` is who puts on record that the environment, and not an operator, brought another key.
    pub async fn keep_sealed_anew(&self, itself: &OperatorName) {
        loop {
            let found = match self.note_another_key(itself).await {
                Ok(()) => self.0.resealer.pass().await,
                Err(error) => Err(error),
            };
            let wait = match found {
                Ok(0) => None,
                Ok(_) => Some(AGAIN_AFTER),
                Err(error) => {
                    tracing::warn!(%error, "what is sealed could not be sealed anew; it is tried again");
                    Some(RETRY_AFTER)
                }
            };
            let due = self.0.resealer.due.notified();
            match wait {
                None => due.await,
                // Due or not, it is looked through again.
                Some(wait) => drop(tokio::time::timeout(wait, due).await),
            }
        }
    }

    async fn note_another_key(&self, itself: &OperatorName) -> Result<(), ControlError> {
        let _turn = self.0.turn.lock().await;
        let (store, current) = (&self.parts().store, self.parts().keyring.current());
        let history = history::read(store).await?;
        let Some(last) = history.last() else { return Ok(note(store, current, None).await?) };
        let name = current.to_string();
        if last.id != name {
            let (before, after) = (json!({ "current": last.id }), json!({ "current": name }));
            self.record(itself, ("keys rotate", &name), before, after).await?;
            note(store, current, Some(self.parts().clock.now())).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
