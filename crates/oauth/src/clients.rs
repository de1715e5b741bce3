//! Every client, and the way to prove to be one.

mod changing;
mod issuing;
mod looking_up;
mod registering;
mod tending;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use catalogue::Catalogue;
use clock::{Clock, Tick};
use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use rustc_hash::FxHashMap;
use seal::token::{Digest, Kind};
use store::{ClientRow, SecretRow, Store, StoreError};
use tokio::sync::{Mutex, Semaphore};
use types::{ClientId, Code, Refusal};

use crate::directory::{Credential, Directory, SecretStanding};
use crate::presented::{Presented, Scheme, parse_authorization};
use crate::standing::Standing;
use crate::{Caller, Settings, TurnedAway};

pub use changing::{ChangeError, Changed, Close, Rotation};
pub use registering::{NewClient, RegisterError, Registered};
pub use tending::{Closed, Tended};

/// How many tokens that are not in memory may be looked up at once. Texts with a right checksum can be made up by the
/// million; they must not crowd out the store's other readers.
const LOOKUPS: usize = 4;

/// The longest life of a token: a secret that ran out is known for as long as a token fetched with it may live.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(24);

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
    /// Held while a client is changed or read from the store and entered, so that an older state cannot overtake a newer
    /// one.
    changing: Mutex<()>,
    /// Consents used since that was last written down: each at most once a while for each living token.
    consents_used: std::sync::Mutex<FxHashMap<Box<str>, Timestamp>>,
}

/// A request, as far as it says who sends it.
#[derive(Clone, Copy, Debug)]
pub struct Approach<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Where it comes from: the peer, or what a trusted proxy says.
    pub address: IpAddr,
}

impl Clients {
    /// Loads every client and every secret that a living token can stem from, with the default [`Settings`].
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
        let since = clock.now().checked_sub(LONGEST_LIFE).unwrap_or(Timestamp::MIN);
        let secrets = store.client_secrets().all_live(since).await?;
        let mut secrets = secrets.as_slice();
        // Both lists are sorted by client.
        for client in &clients {
            let before = secrets.iter().take_while(|secret| secret.client < client.id).count();
            secrets = secrets.get(before..).unwrap_or_default();
            let own = secrets.iter().take_while(|secret| secret.client == client.id).count();
            let (own, rest) = secrets.split_at_checked(own).unwrap_or_default();
            directory.enter(client, own.iter().map(secret_standing));
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
            consents_used: std::sync::Mutex::default(),
        })))
    }

    /// Who is asking. Waits only for a token that is not in memory yet.
    ///
    /// # Errors
    /// [`Code::CredentialMissing`]: nothing was presented. [`Code::CredentialInvalid`]: what was presented is not
    /// good, without saying why. [`Code::ClientExpired`], [`Code::ClientPaused`], [`Code::AddressNotPermitted`]: it is
    /// good, but its client has ended, is paused, or may not call from there. [`Code::GatewayBusy`]: it could not be
    /// looked up now.
    pub async fn authenticate(&self, approach: Approach<'_>) -> Result<Caller, TurnedAway> {
        let presented = presented(approach.headers)?;
        let found = match (presented.kind(), presented.scheme()) {
            (Kind::AccessToken, _) => self.token_of(&presented).await?,
            (Kind::ClientSecret, Scheme::Basic) => self.secret(presented.digest()),
            // A long-lived secret sent as Bearer, or an operator's token: not what these doors are for.
            (Kind::ClientSecret, Scheme::Bearer)
            | (Kind::OperatorToken | Kind::RefreshToken | Kind::AuthorizationCode | Kind::Session, _) => None,
        };
        let credential = found.ok_or(Code::CredentialInvalid)?;
        let now = self.now();
        let may_change = match credential.check(now, approach.address) {
            Ok(may_change) => may_change,
            Err(refusal) => return Err(TurnedAway::known(refusal, credential)),
        };
        if presented.kind() == Kind::ClientSecret {
            credential.uses().note(now, approach.address);
        }
        if let Some(consent) = &credential.narrowing().consent {
            self.note_consent(consent, &credential, now, approach.address);
        }
        Ok(Caller::new(credential, may_change))
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

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// A name for a new row: a UUID.
    pub(crate) fn new_id(&self) -> String {
        self.0.clock.request_id().to_string()
    }

    /// The life of a client.
    pub(crate) fn standing_of(&self, client: &ClientId) -> Option<Arc<Standing>> {
        Some(self.0.directory.member(client)?.standing())
    }

    /// What a client without a secret proves itself with: its name, which is no proof, and is treated as none.
    pub(crate) fn public_client(&self, client: &ClientId) -> Option<Arc<Credential>> {
        self.0.directory.public(client)
    }

    /// A client's row, for people to read.
    pub(crate) async fn described(&self, client: &ClientId) -> Result<Option<ClientRow>, StoreError> {
        self.0.store.clients().get(client).await
    }

    pub(crate) fn secret(&self, digest: &Digest) -> Option<Arc<Credential>> {
        self.0.directory.secret(digest)
    }

    /// Reads a client and its secrets again after something about them changed in the store; in effect, for tokens
    /// already issued too, when this answers. Whoever calls holds `changing`.
    async fn enter_again(&self, id: &ClientId) -> Result<(), StoreError> {
        let client = self.0.store.clients().get(id).await?.ok_or(StoreError::Missing { table: "clients" })?;
        let secrets = self.0.store.client_secrets().list_for(id).await?;
        self.0.directory.enter(&client, secrets.iter().map(secret_standing));
        Ok(())
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "directory of {} clients", self.len())
    }
}

fn secret_standing(secret: &SecretRow) -> SecretStanding<'_> {
    SecretStanding {
        id: &secret.id,
        digest: Digest::from_bytes(secret.digest),
        hint: &secret.hint,
        expires_at: secret.expires_at,
        revoked: secret.revoked_at.is_some(),
        replaced: secret.replaced_at.is_some(),
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
