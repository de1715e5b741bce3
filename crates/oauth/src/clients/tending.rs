//! What has to be done now and then: writing down uses, and ending secrets that have fallen silent.

use std::net::IpAddr;
use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};
use store::{SecretUse, StoreError};
use types::ClientId;

use super::Clients;
use super::changing::is_live;
use crate::directory::Credential;

/// How long a noted use of a consent stands for later ones.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// What tending has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// Secrets that have been silent for as long as their rotation said, and have now ended.
    pub closed: Vec<Closed>,
}

/// A replaced secret that has ended because nobody used it any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Whose.
    pub client: ClientId,
    /// How lists show it.
    pub hint: String,
    /// Its last use; `None` when it was never used.
    pub last_used_at: Option<Timestamp>,
}

impl Clients {
    /// Writes down how often secrets were used, and ends replaced ones that have been silent long enough. To be called every
    /// few seconds, and once before the end.
    ///
    /// # Errors
    /// When the store fails. Uses that were not written down are counted again.
    pub async fn tend(&self) -> Result<Tended, StoreError> {
        self.write_down_uses().await?;
        if let Err(error) = self.0.signer.tend().await {
            tracing::error!(%error, "the keys that sign tokens could not be replaced; the old ones sign on");
        }
        self.write_down_consents().await?;
        self.write_down_personal().await?;
        let mut tended = Tended::default();
        let replaced = self.0.directory.secrets().into_iter().filter(|secret| secret.is_replaced());
        for secret in replaced.filter(|secret| secret.is_good(self.now())).collect::<Vec<_>>() {
            let (client, id) = (secret.client().clone(), secret.id().to_owned());
            let _changing = self.0.changing.lock().await;
            let rows = self.0.store.client_secrets().list_for(&client).await?;
            let Some(row) = rows.into_iter().find(|row| row.id == id && is_live(row, self.now())) else {
                continue;
            };
            // Memory knows of uses since those were written down.
            let last_used_at = row.last_used_at.max(secret.uses().last_at());
            let silent_since = last_used_at.max(row.replaced_at);
            let due = row.silent_for.zip(silent_since).is_some_and(|(silence, since)| {
                let silence = SignedDuration::from_millis(i64::try_from(silence).unwrap_or(i64::MAX));
                self.now().duration_since(since) >= silence
            });
            if due {
                self.0.store.client_secrets().end(&id, self.now()).await?;
                self.enter_again(&client).await?;
                tended.closed.push(Closed { client, hint: row.hint, last_used_at });
            }
        }
        Ok(tended)
    }

    /// Notes the use of a consent by a token; once a while, because every call comes through here.
    pub(super) fn note_consent(&self, consent: &str, token: &Credential, at: Timestamp, from: IpAddr) {
        let noted = token.uses().last_at();
        if noted.is_some_and(|noted| at.duration_since(noted) < NOTED_EVERY) {
            return;
        }
        token.uses().note(at, from);
        self.0.consents_used.lock().unwrap_or_else(PoisonError::into_inner).insert(consent.into(), at);
    }

    async fn write_down_consents(&self) -> Result<(), StoreError> {
        let used = std::mem::take(&mut *self.0.consents_used.lock().unwrap_or_else(PoisonError::into_inner));
        let used: Vec<_> = used.into_iter().map(|(consent, at)| (String::from(consent), at)).collect();
        if used.is_empty() {
            return Ok(());
        }
        let written = self.0.store.consents().note_uses(&used).await;
        if written.is_err() {
            let mut noted = self.0.consents_used.lock().unwrap_or_else(PoisonError::into_inner);
            for (consent, at) in used {
                // What was noted meanwhile is younger.
                noted.entry(consent.into()).or_insert(at);
            }
        }
        written
    }

    async fn write_down_uses(&self) -> Result<(), StoreError> {
        let (mut secrets, mut uses) = (Vec::new(), Vec::new());
        for secret in self.0.directory.secrets() {
            let Some(noted) = secret.uses().take() else { continue };
            uses.push(SecretUse {
                id: secret.id().to_owned(),
                times: noted.times,
                last_at: noted.last_at,
                last_from: noted.last_from.map(|from| from.to_string()),
            });
            secrets.push((secret, noted));
        }
        if uses.is_empty() {
            return Ok(());
        }
        let written = self.0.store.client_secrets().note_uses(&uses).await;
        if written.is_err() {
            secrets.into_iter().for_each(|(secret, noted)| secret.uses().give_back(noted));
        }
        written
    }
}
