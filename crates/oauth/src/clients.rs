//! Every client, and the way to prove to be one.

mod changing;
mod issuing;
mod looking_up;
mod people;
mod registering;
mod spending;
mod tending;

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use catalogue::Catalogue;
use clock::{Clock, Tick};
use http::{HeaderMap, Method, header};
use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use rustc_hash::{FxBuildHasher, FxHashMap};
use seal::Keyring;
use seal::token::{Digest, Kind};
use serde_json::Value;
use store::{ClientRow, SecretRow, Store, StoreError};
use tokio::sync::{Mutex, Semaphore};
use types::{ClientId, Code, IssuerName, Refusal};

use crate::carried::Carried;
use crate::directory::{Credential, Directory, Member, SecretStanding};
use crate::issuers::Issuers;
use crate::outside::Fetcher;
use crate::possession::Shown;
use crate::presented::{Presented, Scheme, jwt_in, parse_authorization};
use crate::signing::{Signer, SigningError};
use crate::standing::Standing;
use crate::{Caller, Certificate, Outside, Settings, TurnedAway, Whence};

pub use changing::{ChangeError, Changed, Close, Rotation};
pub(crate) use issuing::Terms;
pub use people::{CALL, CSRF_HEADER};
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
    signer: Signer,
    directory: Directory,
    /// Keys are digests already, of texts this gateway made: nobody chooses where they fall.
    tokens: Cache<Digest, Arc<Credential>, FxBuildHasher>,
    /// Counts tokens ended before their time, so that a lookup under way does not bring one back.
    ended: AtomicU64,
    issued: AtomicU64,
    spent: AtomicU64,
    fetcher: Fetcher,
    issuers: Issuers,
    /// Where the gateway is reached, once it is known: what assertions have to be addressed to.
    reached_at: OnceLock<String>,
    lookups: Semaphore,
    /// Held while a client is changed or read from the store and entered, so that an older state cannot overtake a newer
    /// one.
    changing: Mutex<()>,
    /// Consents used since that was last written down: each at most once a while for each living token.
    consents_used: std::sync::Mutex<FxHashMap<Box<str>, Timestamp>>,
    /// Where people sign in: what they call through.
    people: OnceLock<people::People>,
    carried: Carried,
}

/// A request, as far as it says who sends it.
#[derive(Clone, Copy, Debug)]
pub struct Approach<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Where it comes from.
    pub whence: Whence,
    /// Its method.
    pub method: &'a Method,
    /// Scheme and authority under which the gateway was reached, without a slash at the end.
    pub origin: &'a str,
    /// Its path, as it was sent.
    pub path: &'a str,
    /// The authority of its target, where that has one (HTTP/2); otherwise the header `Host` names it.
    pub authority: Option<&'a str>,
    /// The certificate shown on its connection.
    pub certificate: Option<&'a Certificate>,
}

impl Clients {
    /// Loads every client and every secret that a living token can stem from, with the default [`Settings`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn load(
        store: Store,
        clock: Clock,
        catalogue: Arc<Catalogue>,
        keyring: Arc<Keyring>,
    ) -> Result<Self, SigningError> {
        Self::load_with(store, clock, catalogue, Settings::default(), keyring).await
    }

    /// The same, with settings.
    ///
    /// # Errors
    /// When the store cannot be read, or a key cannot be made.
    pub async fn load_with(
        store: Store,
        clock: Clock,
        catalogue: Arc<Catalogue>,
        settings: Settings,
        keyring: Arc<Keyring>,
    ) -> Result<Self, SigningError> {
        Self::load_among(store, clock, catalogue, settings, keyring, Outside::default()).await
    }

    /// The same, with ways out to those who publish clients' keys.
    ///
    /// # Errors
    /// When the store cannot be read, or a key cannot be made.
    pub async fn load_among(
        store: Store,
        clock: Clock,
        catalogue: Arc<Catalogue>,
        settings: Settings,
        keyring: Arc<Keyring>,
        outside: Outside,
    ) -> Result<Self, SigningError> {
        let signer = Signer::load(store.clone(), keyring, clock.clone()).await?;
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
            signer,
            directory,
            tokens: Cache::builder()
                .max_capacity(settings.tokens_in_memory())
                .build_with_hasher(FxBuildHasher),
            ended: AtomicU64::new(0),
            issued: AtomicU64::new(0),
            spent: AtomicU64::new(0),
            fetcher: Fetcher::new(outside.strangers, outside.operators),
            issuers: Issuers::new(outside.issuers),
            reached_at: OnceLock::new(),
            lookups: Semaphore::new(LOOKUPS),
            changing: Mutex::default(),
            consents_used: std::sync::Mutex::default(),
            people: OnceLock::new(),
            carried: Carried::default(),
        })))
    }

    /// Who is asking. Waits only for a token that is not in memory yet.
    ///
    /// # Errors
    /// [`Code::CredentialMissing`]: nothing was presented. [`Code::CredentialInvalid`]: what was presented is not
    /// good, without saying why. [`Code::ProofInvalid`]: it was to be good together with a proof of possession, and that
    /// is not. [`Code::ClientExpired`], [`Code::ClientPaused`], [`Code::AddressNotPermitted`]: it is
    /// good, but its client has ended, is paused, or may not call from there. [`Code::GatewayBusy`]: it could not be
    /// looked up now.
    pub async fn authenticate(&self, approach: Approach<'_>) -> Result<Caller, TurnedAway> {
        let presented = match presented(approach.headers)? {
            Some(presented) => presented,
            None => return Box::pin(self.signed_in(approach)).await,
        };
        let shown = Shown::by_call(self, approach, presented.scheme() == Scheme::Dpop)?;
        let found = match (presented.kind(), presented.scheme()) {
            (Kind::AccessToken, _) => {
                let jwt = presented.is_jwt().then(|| jwt_of(approach.headers)).flatten();
                self.token_of(&presented, jwt.unwrap_or_default()).await?
            }
            (Kind::ClientSecret, Scheme::Basic) => self.secret(presented.digest()),
            (Kind::PersonalToken, Scheme::Bearer | Scheme::Basic) => {
                Box::pin(self.personal_token(&presented)).await?
            }
            // A long-lived secret sent as Bearer, or an operator's token: not what these doors are for.
            (Kind::ClientSecret, Scheme::Bearer | Scheme::Dpop)
            | (Kind::PersonalToken, Scheme::Dpop)
            | (Kind::OperatorToken | Kind::RefreshToken | Kind::AuthorizationCode | Kind::Session, _) => None,
        };
        let credential = found.ok_or(Code::CredentialInvalid)?;
        shown.fits(self, approach, &credential)?;
        let now = self.now();
        let may_change = match credential.check_call(now, approach.whence) {
            Ok(may_change) => may_change,
            Err(refusal) => return Err(TurnedAway::known(refusal, credential)),
        };
        match presented.kind() {
            Kind::ClientSecret => credential.uses().note(now, approach.whence.address()),
            Kind::PersonalToken => self.note_personal(&credential, now, approach),
            _ => {}
        }
        if let Some(consent) = &credential.narrowing().consent {
            self.note_consent(consent, &credential, now, approach.whence.address());
        }
        Ok(Caller::new(credential, may_change))
    }

    /// Forgets the tokens in memory, which are then looked up again: what a process that has just started knows.
    pub fn forget_tokens(&self) {
        self.0.tokens.invalidate_all();
    }

    /// Says where the gateway is reached: scheme and authority, as its metadata calls the issuer. Only the first time
    /// counts. Until then no assertion is accepted: what a request's `Host` says is its sender's choice, and would let
    /// assertions for others pass here.
    pub fn reached_at(&self, origin: &str) {
        // Said twice, the first holds.
        let _known_already = self.0.reached_at.set(origin.to_owned());
    }

    /// Whether the settings list such an issuer, whose tokens can stand for a secret.
    #[must_use]
    pub fn knows_issuer(&self, name: &IssuerName) -> bool {
        self.0.issuers.get(name).is_some()
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

    pub(crate) fn carried(&self) -> &Carried {
        &self.0.carried
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn fetcher(&self) -> &Fetcher {
        &self.0.fetcher
    }

    /// Whom an assertion may be addressed to: the gateway as issuer, or its token endpoint (RFC 7523 §3, 3).
    pub(crate) fn audiences(&self) -> Vec<String> {
        let origin = self.0.reached_at.get();
        origin.map_or_else(Vec::new, |origin| vec![origin.clone(), format!("{origin}/oauth/token")])
    }

    pub(crate) fn member(&self, id: &ClientId) -> Option<Arc<Member>> {
        self.0.directory.member(id)
    }

    /// What a token of this client can hang on, by its id.
    pub(crate) fn origin(&self, client: &ClientId, id: &str) -> Option<Arc<Credential>> {
        self.0.directory.secret_of(client, id).filter(|_| self.0.issuers.stand_behind(id))
    }

    pub(crate) fn issuers(&self) -> &Issuers {
        &self.0.issuers
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// The public keys access tokens are signed with, as RFC 7517 publishes them.
    #[must_use]
    pub fn published_keys(&self) -> Value {
        self.0.signer.published()
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

/// The text of a JWT that was presented.
fn jwt_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(|value| jwt_in(value.as_bytes())).map(|(_, text)| text)
}

/// The one credential of a request, if it has one. Two would leave it to chance who is asking.
fn presented(headers: &HeaderMap) -> Result<Option<Presented>, Refusal> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(Refusal::new(
            Code::CredentialInvalid,
            "The request has more than one Authorization header.",
        ));
    }
    parse_authorization(first.as_bytes()).map(Some).map_err(|_| Code::CredentialInvalid.into())
}

#[cfg(test)]
mod tests;
