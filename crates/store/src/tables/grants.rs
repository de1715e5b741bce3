use std::fmt;

use jiff::Timestamp;
use types::{GrantName, SiteName};

use crate::dialect::{Connection, Query, Row, explain};
use crate::read::{Columns, millis};
use crate::tables::{statements, stranded_pairs, token_families};
use crate::{Store, StoreError};

const TABLE: &str = "grants";

statements! {
    INSERT = "INSERT INTO grants (name, kind, sites, facts, sealed, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPSERT = "INSERT INTO grants (name, kind, sites, facts, sealed, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, sites = excluded.sites, facts = excluded.facts, sealed = excluded.sealed, changed_at = excluded.changed_at";
    REPLACE = "UPDATE grants SET kind = $2, sites = $3, facts = $4, sealed = $5, changed_at = $6 WHERE name = $1";
    GET = "SELECT name, kind, sites, facts, sealed, created_at, changed_at FROM grants WHERE name = $1";
    LIST = "SELECT name, kind, sites, facts, sealed, created_at, changed_at FROM grants ORDER BY name";
    DELETE = "DELETE FROM grants WHERE name = $1";
}

/// A grant. Its credential is sealed; this crate has no way to open it.
#[derive(Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Its name.
    pub name: GrantName,
    /// `service-account`, `api-token` or `personal-access-token`.
    pub kind: String,
    /// The sites it reaches.
    pub sites: Vec<SiteName>,
    /// What may be shown of it, as JSON: an e-mail address, a client id, a URL. Nothing secret.
    pub facts: String,
    /// The sealed credential.
    pub sealed: Vec<u8>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last replaced.
    pub changed_at: Timestamp,
}

impl fmt::Debug for GrantRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of kind {}, {} bytes sealed", self.name, self.kind, self.sealed.len())
    }
}

impl GrantRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        let sites = columns.get::<&str>("sites")?.split_whitespace().map(str::parse);
        Ok(Self {
            name: columns.parsed("name")?,
            kind: columns.get("kind")?,
            sites: sites.collect::<Result<_, _>>().map_err(|_| columns.damaged("sites"))?,
            facts: columns.get("facts")?,
            sealed: columns.get("sealed")?,
            created_at: columns.time("created_at")?,
            changed_at: columns.time("changed_at")?,
        })
    }

    /// Names hold no spaces, so a space separates them.
    fn sites_text(&self) -> String {
        self.sites.iter().map(SiteName::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// The table of grants.
#[derive(Clone, Copy, Debug)]
pub struct Grants<'s>(pub(crate) &'s Store);

impl Grants<'_> {
    /// Adds a grant.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name is taken.
    pub async fn insert(self, grant: &GrantRow) -> Result<(), StoreError> {
        let done = whole(INSERT, grant, grant.sites_text()).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// Replaces everything but name and `created_at` of a grant that exists. A token family it had is no longer its own.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that name.
    pub async fn replace(self, grant: &GrantRow) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        let done = sqlx::query(REPLACE)
            .bind(grant.name.as_str())
            .bind(&grant.kind)
            .bind(grant.sites_text())
            .bind(&grant.facts)
            .bind(grant.sealed.as_slice())
            .bind(millis(grant.changed_at))
            .execute(&mut *transaction)
            .await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => return Err(StoreError::Missing { table: TABLE }),
            _ => without_family(&mut transaction, &grant.name).await?,
        }
        transaction.commit().await.map_err(|e| explain(TABLE, &e))
    }

    /// One grant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, name: &GrantName) -> Result<Option<GrantRow>, StoreError> {
        let row = sqlx::query(GET).bind(name.as_str()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(GrantRow::read).transpose()
    }

    /// All grants, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<GrantRow>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(GrantRow::read).collect()
    }

    /// Removes a grant, and the token family it may have.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that name.
    pub async fn delete(self, name: &GrantName) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        without_family(&mut transaction, name).await?;
        let done = sqlx::query(DELETE).bind(name.as_str()).execute(&mut *transaction).await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => Err(StoreError::Missing { table: TABLE }),
            _ => transaction.commit().await.map_err(|e| explain(TABLE, &e)),
        }
    }
}

/// Adds a grant, or replaces the one of its name.
pub(super) async fn upsert(on: &mut Connection, grant: &GrantRow) -> Result<(), StoreError> {
    let done = whole(UPSERT, grant, grant.sites_text()).execute(on).await;
    done.map(drop).map_err(|e| explain(TABLE, &e))
}

async fn without_family(on: &mut Connection, name: &GrantName) -> Result<(), StoreError> {
    token_families::delete(on, name).await?;
    stranded_pairs::delete(on, name).await
}

/// A statement that takes every column.
fn whole<'q>(sql: &'static str, grant: &'q GrantRow, sites: String) -> Query<'q> {
    sqlx::query(sql)
        .bind(grant.name.as_str())
        .bind(&grant.kind)
        .bind(sites)
        .bind(&grant.facts)
        .bind(grant.sealed.as_slice())
        .bind(millis(grant.created_at))
        .bind(millis(grant.changed_at))
}
