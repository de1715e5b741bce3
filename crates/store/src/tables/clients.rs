use jiff::Timestamp;
use sqlx::Executor;
use types::ClientId;

use crate::dialect::{Db, Row, explain};
use crate::read::{Columns, millis, signed};
use crate::tables::client_secrets::{self, SecretRow};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "clients";

statements! {
    INSERT = "INSERT INTO clients (id, owner, contact, purpose, created_at, expires_at, state, paused, paused_until, profile, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    GET = "SELECT id, owner, contact, purpose, created_at, expires_at, state, paused, paused_until, profile, version FROM clients WHERE id = $1";
    LIST = "SELECT id, owner, contact, purpose, created_at, expires_at, state, paused, paused_until, profile, version FROM clients ORDER BY id";
    // The condition is the fence: whoever decided on an older version has not seen what it would undo.
    REPLACE = "UPDATE clients SET owner = $2, contact = $3, purpose = $4, expires_at = $5, state = $6, paused = $7, paused_until = $8, profile = $9, version = version + 1 WHERE id = $1 AND version = $10";
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Its id.
    pub id: ClientId,
    /// Who answers for it.
    pub owner: String,
    /// Whom to ask or warn: an address of any kind; empty when nobody said.
    pub contact: String,
    /// What it is for.
    pub purpose: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// `active`, or whatever the control plane makes of it.
    pub state: String,
    /// How it is paused, if it is.
    pub paused: Option<String>,
    /// When the pause ends by itself, if it does.
    pub paused_until: Option<Timestamp>,
    /// JSON: how it proves itself, from where, and what its tokens are like.
    pub profile: String,
    /// Counts changes from one.
    pub version: u64,
}

impl ClientRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            id: columns.parsed("id")?,
            owner: columns.get("owner")?,
            purpose: columns.get("purpose")?,
            created_at: columns.time("created_at")?,
            expires_at: columns.maybe_time("expires_at")?,
            contact: columns.get("contact")?,
            state: columns.get("state")?,
            paused: columns.get("paused")?,
            paused_until: columns.maybe_time("paused_until")?,
            profile: columns.get("profile")?,
            version: columns.number("version")?,
        })
    }
}

/// The table of clients.
#[derive(Clone, Copy, Debug)]
pub struct Clients<'s>(pub(crate) &'s Store);

impl Clients<'_> {
    /// Adds a client.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the id is taken.
    pub async fn insert(self, client: &ClientRow) -> Result<(), StoreError> {
        insert(self.0.writer(), client).await
    }

    /// Adds a client and its first secret: both or neither.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when one of them exists.
    pub async fn insert_with_secret(self, client: &ClientRow, secret: &SecretRow) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        insert(&mut *transaction, client).await?;
        client_secrets::insert(&mut *transaction, secret).await?;
        transaction.commit().await.map_err(|e| explain(TABLE, &e))
    }

    /// One client.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, id: &ClientId) -> Result<Option<ClientRow>, StoreError> {
        let row = sqlx::query(GET).bind(id.as_str()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(ClientRow::read).transpose()
    }

    /// All clients, by id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<ClientRow>, StoreError> {
        // Read as they come: as rows, ten thousand of them take several times the room.
        let rows = sqlx::query(LIST).map(|row: Row| ClientRow::read(&row)).fetch_all(self.0.readers()).await;
        rows.map_err(|e| explain(TABLE, &e))?.into_iter().collect()
    }

    /// Replaces everything that can change about a client, if it still is of the version of `client`; it then has the
    /// next one.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it has changed meanwhile or does not exist.
    pub async fn replace(self, client: &ClientRow) -> Result<(), StoreError> {
        let done = sqlx::query(REPLACE)
            .bind(client.id.as_str())
            .bind(&client.owner)
            .bind(&client.contact)
            .bind(&client.purpose)
            .bind(client.expires_at.map(millis))
            .bind(&client.state)
            .bind(client.paused.as_deref())
            .bind(client.paused_until.map(millis))
            .bind(&client.profile)
            .bind(signed(client.version))
            .execute(self.0.writer())
            .await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => Err(StoreError::Stale { table: TABLE }),
            _ => Ok(()),
        }
    }
}

async fn insert<'e>(on: impl Executor<'e, Database = Db>, client: &ClientRow) -> Result<(), StoreError> {
    let done = sqlx::query(INSERT)
        .bind(client.id.as_str())
        .bind(&client.owner)
        .bind(&client.contact)
        .bind(&client.purpose)
        .bind(millis(client.created_at))
        .bind(client.expires_at.map(millis))
        .bind(&client.state)
        .bind(client.paused.as_deref())
        .bind(client.paused_until.map(millis))
        .bind(&client.profile)
        .bind(signed(client.version))
        .execute(on)
        .await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}
