//! Tokens this process has not seen: issued before it started, or pushed out of memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use seal::token::{self, Digest, Kind};
use store::{StoreError, TokenRow};
use tokio::sync::SemaphorePermit;
use types::{Code, Refusal};

use super::Clients;
use crate::ConsentError;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::jwt;
use crate::narrowing::Narrowing;
use crate::presented::Presented;

/// How long such a lookup waits for its turn.
const LOOKUP_WITHIN: Duration = Duration::from_secs(5);

pub(super) fn busy() -> Refusal {
    Refusal::from(Code::GatewayBusy).retry_after(Duration::from_secs(1))
}

impl Clients {
    /// The access token that was presented, if there is such a one. `jwt` is its text, where it is a JWT.
    pub(super) async fn token_of(
        &self,
        presented: &Presented,
        jwt: &str,
    ) -> Result<Option<Arc<Credential>>, Refusal> {
        match self.0.tokens.get(presented.digest()) {
            Some(known) => Ok(Some(known)),
            // Costs a verification for each text made up by a stranger, and spares the store.
            None if presented.is_jwt() && !self.0.signer.knows(jwt) => Ok(None),
            None => self.look_up(presented.digest(), || presented.hint()).await,
        }
    }

    /// An access token of any client by its text, for endpoints that take one as a parameter.
    pub(crate) async fn access_token(&self, text: &str) -> Result<Option<Arc<Credential>>, TokenError> {
        let busy = |refusal: Refusal| TokenError::upstream(&refusal);
        if let Ok(token) = token::parse(text) {
            if token.kind != Kind::AccessToken {
                return Ok(None);
            }
            return match self.0.tokens.get(&token.digest) {
                Some(known) => Ok(Some(known)),
                None => self.look_up(&token.digest, || token.hint()).await.map_err(busy),
            };
        }
        let digest = Digest::of(text.as_bytes());
        match self.0.tokens.get(&digest) {
            Some(known) => Ok(Some(known)),
            None if !self.0.signer.knows(text) => Ok(None),
            None => self.look_up(&digest, || jwt::hint(text)).await.map_err(busy),
        }
    }

    /// Ends an access token before its time, in the store and in memory, also when whoever asked does not wait.
    pub(crate) async fn end_token(&self, text: &str) -> Result<(), ConsentError> {
        let digest = token::parse(text).map_or_else(|_| Digest::of(text.as_bytes()), |token| token.digest);
        let clients = self.clone();
        let ended = self.carry_through(async move {
            clients.0.store.tokens().delete(digest.as_bytes()).await?;
            clients.end(&[*digest.as_bytes()]);
            Ok(())
        });
        ended.await?
    }

    /// The access token of a digest, if there is such a one.
    pub(crate) async fn look_up(
        &self,
        digest: &Digest,
        hint: impl FnOnce() -> String,
    ) -> Result<Option<Arc<Credential>>, Refusal> {
        self.look_up_with(digest, async || {
            let row = self.0.store.tokens().by_digest(digest.as_bytes()).await?;
            Ok(row.and_then(|row| self.credential(&row, hint())))
        })
        .await
    }

    /// What `find` finds in the store, kept in memory unless something has ended meanwhile.
    pub(super) async fn look_up_with(
        &self,
        digest: &Digest,
        find: impl AsyncFnOnce() -> Result<Option<Credential>, StoreError>,
    ) -> Result<Option<Arc<Credential>>, Refusal> {
        let _turn = self.lookup().await?;
        let ended = self.0.ended.load(Ordering::Acquire);
        let found = find().await.map_err(|error| {
            tracing::error!(%error, "a token could not be looked up");
            busy()
        })?;
        let Some(token) = found else { return Ok(None) };
        let token = Arc::new(token);
        self.0.tokens.insert(*digest, Arc::clone(&token));
        if self.0.ended.load(Ordering::Acquire) != ended {
            self.0.tokens.invalidate(digest);
        }
        Ok(Some(token))
    }

    /// A stored token, if what it was fetched with is still there and its narrowing means anything here.
    fn credential(&self, row: &TokenRow, hint: String) -> Option<Credential> {
        let origin = self.origin(&row.client, &row.secret_id)?;
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

    /// A turn at looking up what a call presents.
    pub(super) async fn lookup(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        let turn = tokio::time::timeout(LOOKUP_WITHIN, self.0.lookups.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or_else(busy)
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
