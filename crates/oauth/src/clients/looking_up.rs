//! Tokens this process has not seen: issued before it started, or pushed out of memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use seal::token::Digest;
use store::TokenRow;
use tokio::sync::SemaphorePermit;
use types::{Code, Refusal};

use super::Clients;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::narrowing::Narrowing;
use crate::presented::Presented;

/// How long such a lookup waits for its turn.
const LOOKUP_WITHIN: Duration = Duration::from_secs(5);

impl Clients {
    /// The access token that was presented, if there is such a one.
    pub(super) async fn token_of(&self, presented: &Presented) -> Result<Option<Arc<Credential>>, Refusal> {
        match self.0.tokens.get(presented.digest()) {
            Some(known) => Ok(Some(known)),
            None => self.look_up(presented.digest(), || presented.hint()).await,
        }
    }

    /// The access token of a digest, if there is such a one.
    pub(crate) async fn look_up(
        &self,
        digest: &Digest,
        hint: impl FnOnce() -> String,
    ) -> Result<Option<Arc<Credential>>, Refusal> {
        let busy = || Refusal::from(Code::GatewayBusy).retry_after(Duration::from_secs(1));
        let turn = tokio::time::timeout(LOOKUP_WITHIN, self.0.lookups.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(busy()) };
        let ended = self.0.ended.load(Ordering::Acquire);
        let row = self.0.store.tokens().by_digest(digest.as_bytes()).await.map_err(|error| {
            tracing::error!(%error, "a token could not be looked up");
            busy()
        })?;
        let Some(token) = row.and_then(|row| self.credential(&row, hint())) else {
            return Ok(None);
        };
        let token = Arc::new(token);
        self.0.tokens.insert(*digest, Arc::clone(&token));
        if self.0.ended.load(Ordering::Acquire) != ended {
            self.0.tokens.invalidate(digest);
        }
        Ok(Some(token))
    }

    /// A stored token, if what it was fetched with is still there and its narrowing means anything here.
    fn credential(&self, row: &TokenRow, hint: String) -> Option<Credential> {
        let origin = self.0.directory.secret_of(&row.client, &row.secret_id)?;
        let scopes = match &row.scopes {
            Some(names) => Some(self.0.catalogue.scope_set(names.split_ascii_whitespace()).ok()?),
            None => None,
        };
        let sites = row.sites.as_deref().unwrap_or_default().split_ascii_whitespace();
        let narrowing = Narrowing {
            scopes,
            sites: sites.map(str::parse).collect::<Result<_, _>>().ok()?,
            account: row.account.as_deref().map(Box::from),
            bound_to: row.bound_to.as_deref().map(Box::from),
            consent: row.consent.as_deref().map(Box::from),
        };
        Some(Credential::token(&origin, hint, narrowing, row.expires_at))
    }

    /// A turn at looking something up that a stranger may have made up.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, TokenError> {
        let turn = tokio::time::timeout(LOOKUP_WITHIN, self.0.lookups.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or_else(TokenError::temporarily)
    }

    /// Forgets tokens that the store no longer has.
    pub(crate) fn end(&self, digests: &[[u8; 32]]) {
        if digests.is_empty() {
            return;
        }
        self.0.ended.fetch_add(1, Ordering::AcqRel);
        for digest in digests {
            self.0.tokens.invalidate(&Digest::from_bytes(*digest));
        }
    }
}
