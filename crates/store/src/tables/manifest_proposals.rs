use jiff::Timestamp;
use types::OperatorName;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "manifest_proposals";

statements! {
    INSERT = "INSERT INTO manifest_proposals (plan, live, sources, author, created_at, expires_at, direction, difference, approvals) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    GET = "SELECT plan, live, sources, author, created_at, expires_at, direction, difference, approvals FROM manifest_proposals WHERE plan = $1";
    LIST = "SELECT plan, live, zeroblob(0) AS sources, author, created_at, expires_at, direction, difference, approvals FROM manifest_proposals ORDER BY created_at DESC, plan";
    APPROVALS = "UPDATE manifest_proposals SET approvals = $2 WHERE plan = $1";
    DELETE_ONE = "DELETE FROM manifest_proposals WHERE plan = $1";
    FORGET_BEFORE = "DELETE FROM manifest_proposals WHERE expires_at <= $1";
}

pub(super) const DELETE: &str = DELETE_ONE;

/// What somebody wants to put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalRow {
    /// The digest of the plan.
    pub plan: [u8; 32],
    /// The digest of the sources it was compared with.
    pub live: [u8; 32],
    /// The manifests as written, in a form of the caller's. Empty in lists.
    pub sources: Vec<u8>,
    /// Who wants it.
    pub author: OperatorName,
    /// Since when.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub expires_at: Timestamp,
    /// Which way it goes, a word of the caller's.
    pub direction: String,
    /// What it changes, in a form of the caller's.
    pub difference: String,
    /// Who approved it and how, in a form of the caller's.
    pub approvals: String,
}

impl ProposalRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            plan: columns.digest("plan")?,
            live: columns.digest("live")?,
            sources: columns.get("sources")?,
            author: columns.parsed("author")?,
            created_at: columns.time("created_at")?,
            expires_at: columns.time("expires_at")?,
            direction: columns.get("direction")?,
            difference: columns.get("difference")?,
            approvals: columns.get("approvals")?,
        })
    }
}

/// The table of what waits for an approval.
#[derive(Clone, Copy, Debug)]
pub struct ManifestProposals<'s>(pub(crate) &'s Store);

impl ManifestProposals<'_> {
    /// Adds one.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when there is one with this plan.
    pub async fn insert(self, row: &ProposalRow) -> Result<(), StoreError> {
        let done = sqlx::query(INSERT)
            .bind(row.plan.as_slice())
            .bind(row.live.as_slice())
            .bind(row.sources.as_slice())
            .bind(row.author.as_str())
            .bind(millis(row.created_at))
            .bind(millis(row.expires_at))
            .bind(&row.direction)
            .bind(&row.difference)
            .bind(&row.approvals)
            .execute(self.0.writer())
            .await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// One, with its sources.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, plan: &[u8; 32]) -> Result<Option<ProposalRow>, StoreError> {
        let row = sqlx::query(GET).bind(plan.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(ProposalRow::read).transpose()
    }

    /// All, the latest first, without their sources.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<ProposalRow>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(ProposalRow::read).collect()
    }

    /// Puts other approvals in place of those there are.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such proposal.
    pub async fn approve(self, plan: &[u8; 32], approvals: &str) -> Result<(), StoreError> {
        let done =
            sqlx::query(APPROVALS).bind(plan.as_slice()).bind(approvals).execute(self.0.writer()).await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => Err(StoreError::Missing { table: TABLE }),
            _ => Ok(()),
        }
    }

    /// Takes one away; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(self, plan: &[u8; 32]) -> Result<bool, StoreError> {
        let done = sqlx::query(DELETE_ONE).bind(plan.as_slice()).execute(self.0.writer()).await;
        Ok(done.map_err(|e| explain(TABLE, &e))?.rows_affected() > 0)
    }

    /// Forgets those that have ended at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_ended(self, now: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(FORGET_BEFORE).bind(millis(now)).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }
}
