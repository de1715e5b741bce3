//! Access tokens: durable before they are handed out.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clock::random;
use seal::token::{self, Kind};
use store::{StoreError, TokenRow};

use super::Clients;
use crate::answer::{Issued, TokenError};
use crate::directory::Credential;
use crate::narrowing::Narrowing;

/// Expired tokens are swept at every n-th issue, at most so many: on average more than are issued, so they cannot pile
/// up, and without a timer.
pub(super) const SWEEP_EVERY: u64 = 64;
const SWEEP_AT_MOST: u32 = 256;

impl Clients {
    /// Issues an access token; durable when this answers. `stands_for` names the scopes it stands for, for the answer.
    pub(crate) async fn issue(
        &self,
        origin: &Arc<Credential>,
        narrowing: Narrowing,
        stands_for: Option<String>,
    ) -> Result<Issued, TokenError> {
        let failed = |error: &dyn fmt::Display| {
            tracing::error!(%error, "an access token could not be issued");
            TokenError::temporarily()
        };
        let minted = token::mint(Kind::AccessToken, random::bytes().map_err(|error| failed(&error))?);
        let now = self.now();
        let standing = origin.member().standing();
        let life = standing
            .profile()
            .token_life
            .map_or(self.0.settings.token_life(), |seconds| Duration::from_secs(u64::from(seconds)));
        let whole = now.checked_add(life).map_err(|error| failed(&error))?;
        let expires_at = standing.expires_at().map_or(whole, |end| end.min(whole));
        let text = |part: &Option<Box<str>>| part.as_deref().map(str::to_owned);
        let sites = narrowing.sites.iter().map(|site| site.as_str()).collect::<Vec<_>>().join(" ");
        let row = TokenRow {
            digest: *minted.digest.as_bytes(),
            client: origin.client().clone(),
            scopes: narrowing.scopes.is_some().then(|| stands_for.clone()).flatten(),
            issued_at: now,
            expires_at,
            secret_id: origin.id().to_owned(),
            account: text(&narrowing.account),
            sites: (!sites.is_empty()).then_some(sites),
            bound_to: text(&narrowing.bound_to),
            consent: text(&narrowing.consent),
        };
        let keep = self.0.settings.tokens_per_client();
        let ended = self.0.ended.load(Ordering::Acquire);
        let oldest = self.0.store.tokens().insert_keeping(&row, keep).await.map_err(|error| match error {
            StoreError::Missing { .. } => TokenError::grant("What the user had allowed has ended."),
            error => failed(&error),
        })?;
        let token = Credential::token(origin, minted.hint.clone(), narrowing, expires_at);
        self.0.tokens.insert(minted.digest, Arc::new(token));
        // Something ended while this one came into being, perhaps its consent: then the store is asked about it once more.
        if self.0.ended.load(Ordering::Acquire) != ended {
            self.0.tokens.invalidate(&minted.digest);
        }
        self.end(&oldest);
        self.sweep_now_and_then().await;
        let life = Duration::try_from(expires_at.duration_since(now)).unwrap_or_default();
        Ok(Issued {
            text: minted.text,
            hint: minted.hint,
            life,
            scope: stands_for,
            refresh: None,
            account: None,
        })
    }

    async fn sweep_now_and_then(&self) {
        if !self.0.issued.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            return;
        }
        if let Err(error) = self.0.store.tokens().delete_expired(self.now(), SWEEP_AT_MOST).await {
            tracing::warn!(%error, "expired tokens could not be swept; the next attempt comes by itself");
        }
    }
}
