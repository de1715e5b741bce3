use std::fmt;

use jiff::Timestamp;
use types::{GrantName, SiteName};

use crate::StoreError;
use crate::custody::{Custody, Kept, Statement, Turn, statement};
use crate::read::{Columns, millis};
use crate::tables::{statements, stranded_pairs, token_families};

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
    fn read(row: &Kept) -> Result<Self, StoreError> {
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
pub struct Grants<'s>(pub(crate) Custody<'s>);

impl Grants<'_> {
    /// Adds a grant.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name is taken.
    pub async fn insert(self, grant: &GrantRow) -> Result<(), StoreError> {
        let sites = grant.sites_text();
        self.0.execute(whole(INSERT, grant, &sites)).await.map(drop)
    }

    /// Replaces everything but name and `created_at` of a grant that exists. A token family it had is no longer its own.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that name.
    pub async fn replace(self, grant: &GrantRow) -> Result<(), StoreError> {
        let mut turn = self.0.turn(TABLE, &grant.name).await?;
        let sites = grant.sites_text();
        let replace = statement(TABLE, REPLACE)
            .bind(grant.name.as_str())
            .bind(grant.kind.as_str())
            .bind(sites.as_str())
            .bind(grant.facts.as_str())
            .bind(grant.sealed.as_slice())
            .bind(millis(grant.changed_at));
        match turn.execute(replace).await? {
            0 => return Err(StoreError::Missing { table: TABLE }),
            _ => without_family(&mut turn, &grant.name).await?,
        }
        turn.commit().await
    }

    /// One grant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, name: &GrantName) -> Result<Option<GrantRow>, StoreError> {
        let row = self.0.one(statement(TABLE, GET).bind(name.as_str())).await?;
        row.as_ref().map(GrantRow::read).transpose()
    }

    /// All grants, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<GrantRow>, StoreError> {
        self.0.all(statement(TABLE, LIST)).await?.iter().map(GrantRow::read).collect()
    }

    /// Removes a grant, and the token family it may have.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that name.
    pub async fn delete(self, name: &GrantName) -> Result<(), StoreError> {
        let mut turn = self.0.turn(TABLE, name).await?;
        without_family(&mut turn, name).await?;
        match turn.execute(statement(TABLE, DELETE).bind(name.as_str())).await? {
            0 => Err(StoreError::Missing { table: TABLE }),
            _ => turn.commit().await,
        }
    }
}

/// Adds a grant, or replaces the one of its name.
pub(super) async fn upsert(turn: &mut Turn, grant: &GrantRow) -> Result<(), StoreError> {
    let sites = grant.sites_text();
    turn.execute(whole(UPSERT, grant, &sites)).await.map(drop)
}

async fn without_family(turn: &mut Turn, name: &GrantName) -> Result<(), StoreError> {
    token_families::delete(turn, name).await?;
    stranded_pairs::delete(turn, name).await
}

/// A statement that takes every column.
fn whole<'q>(sql: &'static str, grant: &'q GrantRow, sites: &'q str) -> Statement<'q> {
    statement(TABLE, sql)
        .bind(grant.name.as_str())
        .bind(grant.kind.as_str())
        .bind(sites)
        .bind(grant.facts.as_str())
        .bind(grant.sealed.as_slice())
        .bind(millis(grant.created_at))
        .bind(millis(grant.changed_at))
}
