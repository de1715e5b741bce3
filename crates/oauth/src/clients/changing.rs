//! Changes of a client's life and of its secrets. Each is durable, and in effect for tokens already issued, when its call
//! answers.

use std::time::Duration;

use clock::random;
use jiff::Timestamp;
use seal::token::{self, Kind};
use store::{ClientRow, SecretRow, StoreError};
use types::{ClientId, Secret};

use super::Clients;
use crate::Profile;
use crate::standing::REVOKED;

/// Secrets of one client that may be live at once: the one in use and the one taking its place.
const LIVE_SECRETS: usize = 2;

/// A rotation to make.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// How long the secret so far stays good; zero ends it at once.
    pub overlap: Duration,
    /// After so long without use it ends before that.
    pub silent_for: Option<Duration>,
}

/// A secret just made, in place of others.
#[derive(Debug)]
pub struct Changed {
    /// Its text, to be shown once.
    pub secret: Secret,
    /// How records and lists show it.
    pub hint: String,
    /// When the secret so far ends at the latest.
    pub until: Timestamp,
}

/// How a secret is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// It ends now; tokens fetched with it live on until they end.
    Retire,
    /// It ends now and takes the tokens fetched with it along.
    Revoke,
}

/// The change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Two secrets are live already.
    #[error("client {client} already has two live secrets, {} and {}", live[0], live[1])]
    TwoLive {
        /// Whose.
        client: ClientId,
        /// Their hints.
        live: [String; 2],
    },
    /// The client is built in: it has no secrets, and nothing about it is changed by hand.
    #[error("the client {0} is built in")]
    BuiltIn(ClientId),
    /// The client has no secrets.
    #[error("client {0} is public: it has no secret")]
    Public(ClientId),
    /// The client's life has ended; it stays ended.
    #[error("client {0} was revoked, which is for good")]
    Revoked(ClientId),
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] random::NoRandomness),
    /// There is no such client or secret, it has changed meanwhile, or the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Clients {
    /// Replaces what can change about a client, provided it still is of the version of `client`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is not; [`ChangeError::Revoked`] when it was revoked before.
    pub async fn replace(&self, client: &ClientRow) -> Result<(), ChangeError> {
        self.refuse_built_in(&client.id)?;
        let _changing = self.0.changing.lock().await;
        let before = self.0.store.clients().get(&client.id).await?;
        if before.is_some_and(|before| before.state == REVOKED) {
            return Err(ChangeError::Revoked(client.id.clone()));
        }
        self.0.store.clients().replace(client).await?;
        Ok(self.enter_again(&client.id).await?)
    }

    /// Gives a client a new secret and sends the one so far on its way.
    ///
    /// # Errors
    /// [`ChangeError::TwoLive`] when an earlier rotation has not ended yet: a third secret would end one that may be in
    /// use.
    pub async fn rotate(&self, client: &ClientId, rotation: Rotation) -> Result<Changed, ChangeError> {
        self.refuse_built_in(client)?;
        let minted = token::mint(Kind::ClientSecret, random::bytes()?);
        let _changing = self.0.changing.lock().await;
        let now = self.now();
        let row =
            self.0.store.clients().get(client).await?.ok_or(StoreError::Missing { table: "clients" })?;
        if row.state == REVOKED {
            return Err(ChangeError::Revoked(client.clone()));
        }
        if Profile::parse(&row.profile).is_ok_and(|profile| profile.public) {
            return Err(ChangeError::Public(client.clone()));
        }
        let mut live: Vec<SecretRow> = self.0.store.client_secrets().list_for(client).await?;
        live.retain(|secret| is_live(secret, now));
        if let [.., one, two] = live.as_slice()
            && live.len() >= LIVE_SECRETS
        {
            let live = [one.hint.clone(), two.hint.clone()];
            return Err(ChangeError::TwoLive { client: client.clone(), live });
        }
        let until = now.checked_add(rotation.overlap).unwrap_or(Timestamp::MAX);
        let silent_for =
            rotation.silent_for.map(|silence| u64::try_from(silence.as_millis()).unwrap_or(u64::MAX));
        let retiring: Vec<String> = live.into_iter().map(|secret| secret.id).collect();
        let secret = self.secret_row(client, &minted);
        self.0.store.client_secrets().rotate(&secret, &retiring, until, silent_for).await?;
        self.enter_again(client).await?;
        Ok(Changed { secret: minted.text, hint: minted.hint, until })
    }

    /// Closes a secret.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such secret, or it has ended already.
    pub async fn close_secret(&self, client: &ClientId, id: &str, how: Close) -> Result<(), ChangeError> {
        self.refuse_built_in(client)?;
        let _changing = self.0.changing.lock().await;
        let secrets = self.0.store.client_secrets();
        match how {
            Close::Retire => secrets.end(id, self.now()).await?,
            Close::Revoke => secrets.revoke(id, self.now()).await?,
        }
        Ok(self.enter_again(client).await?)
    }

    fn refuse_built_in(&self, client: &ClientId) -> Result<(), ChangeError> {
        if self.is_built_in(client) { Err(ChangeError::BuiltIn(client.clone())) } else { Ok(()) }
    }
}

/// Whether a secret would be accepted at `now`.
pub(super) fn is_live(secret: &SecretRow, now: Timestamp) -> bool {
    secret.revoked_at.is_none() && secret.expires_at.is_none_or(|end| end > now)
}
