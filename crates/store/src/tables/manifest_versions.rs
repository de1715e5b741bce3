use jiff::Timestamp;
use sqlx::Row as _;
use types::OperatorName;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis, signed};
use crate::tables::{manifest_proposals, statements};
use crate::{Store, StoreError};

const TABLE: &str = "manifest_versions";

statements! {
    INSERT = "INSERT INTO manifest_versions (number, digest, sources, author, activated_by, activated_at, cause, direction, plan, approvals) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    GET = "SELECT number, digest, sources, author, activated_by, activated_at, cause, direction, plan, approvals FROM manifest_versions WHERE number = $1";
    LATEST = "SELECT number, digest, sources, author, activated_by, activated_at, cause, direction, plan, approvals FROM manifest_versions WHERE number = (SELECT max(number) FROM manifest_versions)";
    LIST = "SELECT number, digest, zeroblob(0) AS sources, author, activated_by, activated_at, cause, direction, plan, approvals FROM manifest_versions WHERE number > 0 ORDER BY number DESC";
    SIZES = "SELECT number, length(sources) AS bytes FROM manifest_versions WHERE number > 0 ORDER BY number DESC";
    FORGET = "DELETE FROM manifest_versions WHERE number <= $1";
}

/// A set of manifests that was put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// Counted from 1; the greatest is in force.
    pub number: u64,
    /// The digest of the sources.
    pub digest: [u8; 32],
    /// The manifests as written, in a form of the caller's. Empty in lists.
    pub sources: Vec<u8>,
    /// Who wanted it.
    pub author: OperatorName,
    /// Who put it in force.
    pub activated_by: OperatorName,
    /// When.
    pub activated_at: Timestamp,
    /// How it came about, a word of the caller's.
    pub cause: String,
    /// Which way it went, a word of the caller's.
    pub direction: String,
    /// The digest of the plan it was.
    pub plan: Option<[u8; 32]>,
    /// Who approved it and how, in a form of the caller's.
    pub approvals: String,
}

impl VersionRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        let plan: Option<&[u8]> = columns.get("plan")?;
        Ok(Self {
            number: columns.number("number")?,
            digest: columns.digest("digest")?,
            sources: columns.get("sources")?,
            author: columns.parsed("author")?,
            activated_by: columns.parsed("activated_by")?,
            activated_at: columns.time("activated_at")?,
            cause: columns.get("cause")?,
            direction: columns.get("direction")?,
            plan: plan.map(TryInto::try_into).transpose().map_err(|_| columns.damaged("plan"))?,
            approvals: columns.get("approvals")?,
        })
    }
}

/// The table of what was in force.
#[derive(Clone, Copy, Debug)]
pub struct ManifestVersions<'s>(pub(crate) &'s Store);

impl ManifestVersions<'_> {
    /// Makes a version the one in force and takes the proposal it was out of the list, both or neither. Of those before, as many
    /// are kept as `keep` and `bytes` of sources allow, and always the one before it.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when there is a version of that number.
    pub async fn activate(self, version: &VersionRow, (keep, bytes): (u64, u64)) -> Result<(), StoreError> {
        let failed = |e: sqlx::Error| explain(TABLE, &e);
        let mut transaction = self.0.write(TABLE).await?;
        sqlx::query(INSERT)
            .bind(signed(version.number))
            .bind(version.digest.as_slice())
            .bind(version.sources.as_slice())
            .bind(version.author.as_str())
            .bind(version.activated_by.as_str())
            .bind(millis(version.activated_at))
            .bind(&version.cause)
            .bind(&version.direction)
            .bind(version.plan.as_ref().map(<[u8; 32]>::as_slice))
            .bind(&version.approvals)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        if let Some(plan) = &version.plan {
            let done = sqlx::query(manifest_proposals::DELETE).bind(plan.as_slice());
            done.execute(&mut *transaction).await.map_err(failed)?;
        }
        let sizes = sqlx::query(SIZES).fetch_all(&mut *transaction).await.map_err(failed)?;
        let mut held = 0_u64;
        for (place, row) in (0_u64..).zip(&sizes) {
            held = held.saturating_add(row.try_get::<i64, _>("bytes").map_err(failed)?.unsigned_abs());
            if place >= keep || (place >= 2 && held > bytes) {
                let number: i64 = row.try_get("number").map_err(failed)?;
                sqlx::query(FORGET).bind(number).execute(&mut *transaction).await.map_err(failed)?;
                break;
            }
        }
        transaction.commit().await.map_err(failed)
    }

    /// One version, with its sources.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, number: u64) -> Result<Option<VersionRow>, StoreError> {
        let row = sqlx::query(GET).bind(signed(number)).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(VersionRow::read).transpose()
    }

    /// The one in force, with its sources; `None` when nothing ever was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest(self) -> Result<Option<VersionRow>, StoreError> {
        let row = sqlx::query(LATEST).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(VersionRow::read).transpose()
    }

    /// Those that are kept, the latest first, without their sources.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<VersionRow>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(VersionRow::read).collect()
    }
}
