//! New clients.

use clock::random;
use jiff::Timestamp;
use seal::token::{self, Kind, Minted};
use store::{ClientRow, SecretRow, StoreError};
use types::{ClientId, Secret};

use super::{Clients, secret_standing};
use crate::Profile;
use crate::standing::ACTIVE;

/// A client to register.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its id.
    pub id: ClientId,
    /// Who answers for it.
    pub owner: String,
    /// Whom to ask or warn; may be empty.
    pub contact: String,
    /// What it is for.
    pub purpose: String,
    /// When it ends; `None` when only its manifest says.
    pub expires_at: Option<Timestamp>,
    /// From where it may call, and what its tokens are like.
    pub profile: Profile,
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
    /// The id is that of a client which is built in.
    #[error("the client {0} is built in")]
    BuiltIn(ClientId),
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
    /// Registers a client with its first secret. Both are durable and in effect when this answers.
    ///
    /// # Errors
    /// When the id is taken, or nothing could be stored. Nothing has changed then.
    pub async fn register(&self, new: NewClient) -> Result<Registered, RegisterError> {
        let minted = token::mint(Kind::ClientSecret, random::bytes()?);
        let client = self.client_row(new)?;
        let secret = self.secret_row(&client.id, &minted);
        let _changing = self.0.changing.lock().await;
        let stored = self.0.store.clients().insert_with_secret(&client, &secret).await;
        stored.map_err(|error| not_registered(&client, error))?;
        self.0.directory.enter(&client, std::iter::once(secret_standing(&secret)));
        Ok(Registered { client, secret: minted.text, hint: minted.hint })
    }

    /// The same without a secret: the client proves itself in the ways of its profile, and in no other.
    ///
    /// # Errors
    /// When the id is taken, or nothing could be stored. Nothing has changed then.
    pub async fn register_without_secret(&self, new: NewClient) -> Result<ClientRow, RegisterError> {
        let client = self.client_row(new)?;
        let _changing = self.0.changing.lock().await;
        let stored = self.0.store.clients().insert(&client).await;
        stored.map_err(|error| not_registered(&client, error))?;
        self.0.directory.enter(&client, std::iter::empty());
        Ok(client)
    }

    fn client_row(&self, new: NewClient) -> Result<ClientRow, RegisterError> {
        let NewClient { id, owner, contact, purpose, expires_at, profile } = new;
        if id.is_built_in() {
            return Err(RegisterError::BuiltIn(id));
        }
        Ok(ClientRow {
            id,
            owner,
            contact,
            purpose,
            created_at: self.now(),
            expires_at,
            state: ACTIVE.to_owned(),
            paused: None,
            paused_until: None,
            profile: profile.text(),
            version: 1,
        })
    }

    /// The row of a secret made now, without an end.
    pub(super) fn secret_row(&self, client: &ClientId, minted: &Minted) -> SecretRow {
        SecretRow {
            id: self.0.clock.request_id().to_string(),
            client: client.clone(),
            digest: *minted.digest.as_bytes(),
            hint: minted.hint.clone(),
            created_at: self.now(),
            expires_at: None,
            revoked_at: None,
            replaced_at: None,
            silent_for: None,
            used: 0,
            last_used_at: None,
            last_used_from: None,
        }
    }
}

fn not_registered(client: &ClientRow, error: StoreError) -> RegisterError {
    match error {
        StoreError::Duplicate { .. } => RegisterError::Exists(client.id.clone()),
        other => RegisterError::Store(other),
    }
}
