use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use catalogue::{Catalogue, ScopeSet};
use clock::{Clock, Tick, random};
use http::{HeaderMap, header};
use jiff::Timestamp;
use moka::sync::Cache;
use seal::token::{self, Digest, Kind};
use store::{ClientRow, SecretRow, Store, StoreError, TokenRow};
use tokio::sync::{Mutex, Semaphore};
use types::{ClientId, Code, Refusal, Secret};

use crate::answer::{Issued, TokenError};
use crate::directory::{Credential, Directory, SecretStanding, Standing};
use crate::presented::{Presented, Scheme, parse_authorization};
use crate::{Caller, Settings};

/// How many tokens that are not in memory may be looked up at once. Texts with a right checksum can be made up by the
/// million; they must not crowd out the store's other readers.
const LOOKUPS: usize = 4;

/// How long such a lookup waits for its turn.
const LOOKUP_WITHIN: Duration = Duration::from_secs(5);

/// Expired tokens are swept at every n-th issue, at most so many: on average more than are issued, so they cannot pile
/// up, and without a timer.
const SWEEP_EVERY: u64 = 64;
const SWEEP_AT_MOST: u32 = 256;

/// Every client, and the way to prove to be one. Cheap to clone; clones are the same directory.
#[derive(Clone)]
pub struct Clients(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    catalogue: Arc<Catalogue>,
    settings: Settings,
    directory: Directory,
    tokens: Cache<Digest, Arc<Credential>>,
    /// Counts tokens ended before their time, so that a lookup under way does not bring one back.
    ended: AtomicU64,
    issued: AtomicU64,
    lookups: Semaphore,
    /// Held while a client is read from the store and entered, so that an older state cannot overtake a newer one.
    changing: Mutex<()>,
}

/// A client to register.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its id.
    pub id: ClientId,
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub purpose: String,
    /// When it ends; `None` when only its manifest says.
    pub expires_at: Option<Timestamp>,
}

/// A client just registered. The secret is here and nowhere else.
#[derive(Debug)]
pub struct Registered {
    /// The client as it was stored.
    pub client: ClientRow,
    /// Its secret, to be shown once.
    pub secret: Secret,
    /// How records and lists show the secret.
    pub hint: String,
}

/// The client was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The id is taken.
    #[error("there is already a client {0}")]
    Exists(ClientId),
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] random::NoRandomness),
    /// The store refused.
    #[error(transparent)]
    Store(StoreError),
}

impl Clients {
    /// Loads every client and every living secret, with the default [`Settings`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(store: Store, clock: Clock, catalogue: Arc<Catalogue>) -> Result<Self, StoreError> {
        Self::load_with(store, clock, catalogue, Settings::default()).await
    }

    /// The same, with settings.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load_with(
        store: Store,
        clock: Clock,
        catalogue: Arc<Catalogue>,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        let directory = Directory::default();
        let clients = store.clients().list().await?;
        let secrets = store.client_secrets().all_live(clock.now()).await?;
        let mut secrets = secrets.as_slice();
        // Both lists are sorted by client.
        for client in &clients {
            let before = secrets.iter().take_while(|secret| secret.client < client.id).count();
            secrets = secrets.get(before..).unwrap_or_default();
            let own = secrets.iter().take_while(|secret| secret.client == client.id).count();
            let (own, rest) = secrets.split_at_checked(own).unwrap_or_default();
            directory.enter(&standing(client), own.iter().map(secret_standing));
            secrets = rest;
        }
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            catalogue,
            settings,
            directory,
            tokens: Cache::new(settings.tokens_in_memory()),
            ended: AtomicU64::new(0),
            issued: AtomicU64::new(0),
            lookups: Semaphore::new(LOOKUPS),
            changing: Mutex::default(),
        })))
    }

    /// Who is asking. Waits only for a token that is not in memory yet.
    ///
    /// # Errors
    /// [`Code::CredentialMissing`]: nothing was presented. [`Code::CredentialInvalid`]: what was presented is not
    /// good, without saying why. [`Code::ClientExpired`]: it is good, but its client has ended.
    /// [`Code::GatewayBusy`]: it could not be looked up now.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, Refusal> {
        let presented = presented(headers)?;
        let found = match (presented.kind(), presented.scheme()) {
            (Kind::AccessToken, _) => match self.0.tokens.get(presented.digest()) {
                Some(known) => Some(known),
                None => self.look_up(&presented).await?,
            },
            (Kind::ClientSecret, Scheme::Basic) => self.secret(presented.digest()),
            // A long-lived secret sent as Bearer, or an operator's token: not what these doors are for.
            (Kind::ClientSecret, Scheme::Bearer) | (Kind::OperatorToken, _) => None,
        };
        let credential = found.ok_or(Code::CredentialInvalid)?;
        credential.check(self.now())?;
        Ok(Caller::new(credential))
    }

    /// Registers a client with its first secret. Both are durable and in effect when this answers.
    ///
    /// # Errors
    /// When the id is taken, or nothing could be stored. Nothing has changed then.
    pub async fn register(&self, new: NewClient) -> Result<Registered, RegisterError> {
        let NewClient { id, owner, purpose, expires_at } = new;
        let minted = token::mint(Kind::ClientSecret, random::bytes()?);
        let now = self.now();
        let client = ClientRow { id, owner, purpose, created_at: now, expires_at, state: ACTIVE.to_owned() };
        let secret = SecretRow {
            id: self.0.clock.request_id().to_string(),
            client: client.id.clone(),
            digest: *minted.digest.as_bytes(),
            hint: minted.hint.clone(),
            created_at: now,
            expires_at: None,
            revoked_at: None,
        };
        let _changing = self.0.changing.lock().await;
        self.0.store.clients().insert_with_secret(&client, &secret).await.map_err(|error| match error {
            StoreError::Duplicate { .. } => RegisterError::Exists(client.id.clone()),
            other => RegisterError::Store(other),
        })?;
        self.0.directory.enter(&standing(&client), std::iter::once(secret_standing(&secret)));
        Ok(Registered { client, secret: minted.text, hint: minted.hint })
    }

    /// Reads a client and its secrets again after something about them changed in the store; in effect, for tokens
    /// already issued too, when this answers.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such client; otherwise when the store cannot be read.
    pub async fn refresh(&self, id: &ClientId) -> Result<(), StoreError> {
        let _changing = self.0.changing.lock().await;
        let client = self.0.store.clients().get(id).await?.ok_or(StoreError::Missing { table: "clients" })?;
        let secrets = self.0.store.client_secrets().list_for(id).await?;
        self.0.directory.enter(&standing(&client), secrets.iter().map(secret_standing));
        Ok(())
    }

    /// How many clients are registered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.directory.len()
    }

    /// Whether none is registered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn tick(&self) -> Tick {
        self.0.clock.tick()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    pub(crate) fn secret(&self, digest: &Digest) -> Option<Arc<Credential>> {
        self.0.directory.secret(digest)
    }

    /// A token this process has not seen: issued before it started.
    async fn look_up(&self, presented: &Presented) -> Result<Option<Arc<Credential>>, Refusal> {
        let busy = || Refusal::from(Code::GatewayBusy).retry_after(Duration::from_secs(1));
        let turn = tokio::time::timeout(LOOKUP_WITHIN, self.0.lookups.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(busy()) };
        let ended = self.0.ended.load(Ordering::Acquire);
        let row = self.0.store.tokens().by_digest(presented.digest().as_bytes()).await.map_err(|error| {
            tracing::error!(%error, "a token could not be looked up");
            busy()
        })?;
        let Some(token) = row.and_then(|row| self.credential(&row, presented.hint())) else {
            return Ok(None);
        };
        let token = Arc::new(token);
        self.0.tokens.insert(*presented.digest(), Arc::clone(&token));
        if self.0.ended.load(Ordering::Acquire) != ended {
            self.0.tokens.invalidate(presented.digest());
        }
        Ok(Some(token))
    }

    /// A stored token, if its secret is still one and its scopes mean anything here.
    fn credential(&self, row: &TokenRow, hint: String) -> Option<Credential> {
        let secret = self.0.directory.secret_of(&row.client, &row.secret_id)?;
        let scopes = match &row.scopes {
            Some(names) => Some(self.0.catalogue.scope_set(names.split_ascii_whitespace()).ok()?),
            None => None,
        };
        Some(Credential::token(&secret, hint, scopes, row.expires_at))
    }

    /// Issues an access token; durable when this answers.
    pub(crate) async fn issue(
        &self,
        secret: &Arc<Credential>,
        scopes: Option<ScopeSet>,
        stands_for: Option<String>,
    ) -> Result<Issued, TokenError> {
        let failed = |error: &dyn fmt::Display| {
            tracing::error!(%error, "an access token could not be issued");
            TokenError::temporarily()
        };
        let minted = token::mint(Kind::AccessToken, random::bytes().map_err(|error| failed(&error))?);
        let now = self.now();
        let member = secret.member();
        let whole = now.checked_add(self.0.settings.token_life()).map_err(|error| failed(&error))?;
        let expires_at = member.expires_at().map_or(whole, |end| end.min(whole));
        let row = TokenRow {
            digest: *minted.digest.as_bytes(),
            client: member.id().clone(),
            scopes: scopes.is_some().then(|| stands_for.clone()).flatten(),
            issued_at: now,
            expires_at,
            secret_id: secret.id().to_owned(),
        };
        let keep = self.0.settings.tokens_per_client();
        let oldest =
            self.0.store.tokens().insert_keeping(&row, keep).await.map_err(|error| failed(&error))?;
        self.end(&oldest);
        let token = Credential::token(secret, minted.hint.clone(), scopes, expires_at);
        self.0.tokens.insert(minted.digest, Arc::new(token));
        self.sweep_now_and_then().await;
        let life = Duration::try_from(expires_at.duration_since(now)).unwrap_or_default();
        Ok(Issued { text: minted.text, hint: minted.hint, life, scope: stands_for })
    }

    /// Forgets tokens that the store no longer has.
    fn end(&self, digests: &[[u8; 32]]) {
        if digests.is_empty() {
            return;
        }
        self.0.ended.fetch_add(1, Ordering::AcqRel);
        for digest in digests {
            self.0.tokens.invalidate(&Digest::from_bytes(*digest));
        }
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

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "directory of {} clients", self.len())
    }
}

/// The only state that may call. Others come with pausing and revoking; what is not this is refused.
const ACTIVE: &str = "active";

fn standing(client: &ClientRow) -> Standing<'_> {
    Standing { id: &client.id, active: client.state == ACTIVE, expires_at: client.expires_at }
}

fn secret_standing(secret: &SecretRow) -> SecretStanding<'_> {
    SecretStanding {
        id: &secret.id,
        digest: Digest::from_bytes(secret.digest),
        hint: &secret.hint,
        expires_at: secret.expires_at,
        revoked: secret.revoked_at.is_some(),
    }
}

/// The one credential of a request. Two would leave it to chance who is asking.
fn presented(headers: &HeaderMap) -> Result<Presented, Refusal> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let first = sent.next().ok_or(Code::CredentialMissing)?;
    if sent.next().is_some() {
        return Err(Refusal::new(
            Code::CredentialInvalid,
            "The request has more than one Authorization header.",
        ));
    }
    parse_authorization(first.as_bytes()).map_err(|_| Code::CredentialInvalid.into())
}

#[cfg(test)]
mod tests;
