use jiff::Timestamp;
use sqlx::Executor;
use types::ClientId;

use crate::dialect::{Db, Row, explain};
use crate::read::{Columns, millis};
use crate::tables::client_secrets::{self, SecretRow};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "clients";

statements! {
    INSERT = "INSERT INTO clients (id, owner, purpose, created_at, expires_at, state) VALUES ($1, $2, $3, $4, $5, $6)";
    GET = "SELECT id, owner, purpose, created_at, expires_at, state FROM clients WHERE id = $1";
    LIST = "SELECT id, owner, purpose, created_at, expires_at, state FROM clients ORDER BY id";
    SET_STATE = "UPDATE clients SET state = $2 WHERE id = $1";
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Its id.
    pub id: ClientId,
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub purpose: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// `active`, or whatever the control plane makes of it.
    pub state: String,
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
            state: columns.get("state")?,
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
        let rows = sqlx::query(LIST).fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(ClientRow::read).collect()
    }

    /// Changes a client's state.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such client.
    pub async fn set_state(self, id: &ClientId, state: &str) -> Result<(), StoreError> {
        let done = sqlx::query(SET_STATE).bind(id.as_str()).bind(state).execute(self.0.writer()).await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => Err(StoreError::Missing { table: TABLE }),
            _ => Ok(()),
        }
    }
}

async fn insert<'e>(on: impl Executor<'e, Database = Db>, client: &ClientRow) -> Result<(), StoreError> {
    let done = sqlx::query(INSERT)
        .bind(client.id.as_str())
        .bind(&client.owner)
        .bind(&client.purpose)
        .bind(millis(client.created_at))
        .bind(client.expires_at.map(millis))
        .bind(&client.state)
        .execute(on)
        .await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}
