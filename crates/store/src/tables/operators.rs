use jiff::Timestamp;
use types::OperatorName;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis, signed};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "operators";

statements! {
    INSERT = "INSERT INTO operators (name, role, digest, hint, created_at, expires_at, revoked_at, last_used_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    // The condition is the fence: whoever decided on an older version has not seen what it would undo.
    REPLACE = "UPDATE operators SET role = $2, digest = $3, hint = $4, created_at = $5, expires_at = $6, revoked_at = $7, last_used_at = $8, version = version + 1 WHERE name = $1 AND version = $9";
    LIST = "SELECT name, role, digest, hint, created_at, expires_at, revoked_at, last_used_at, version FROM operators ORDER BY name";
    // The digest too: a name may have a new token since the use was seen.
    USED = "UPDATE operators SET last_used_at = $3 WHERE name = $1 AND digest = $2 AND (last_used_at IS NULL OR last_used_at < $3)";
}

/// A person who runs the gateway: never the token, only what recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorRow {
    /// The name records call the person by.
    pub name: OperatorName,
    /// `viewer`, `approver`, `operator` or `owner`.
    pub role: String,
    /// SHA-256 of the token's text.
    pub digest: [u8; 32],
    /// The token's prefix and last four characters.
    pub hint: String,
    /// When the token was made.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, up to the last time somebody wrote that down.
    pub last_used_at: Option<Timestamp>,
    /// Counts changes from one.
    pub version: u64,
}

/// The latest use of an operator's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorUse {
    /// Whose.
    pub name: OperatorName,
    /// SHA-256 of the token's text.
    pub digest: [u8; 32],
    /// When.
    pub last_at: Timestamp,
}

impl OperatorRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            name: columns.parsed("name")?,
            role: columns.get("role")?,
            digest: columns.digest("digest")?,
            hint: columns.get("hint")?,
            created_at: columns.time("created_at")?,
            expires_at: columns.maybe_time("expires_at")?,
            revoked_at: columns.maybe_time("revoked_at")?,
            last_used_at: columns.maybe_time("last_used_at")?,
            version: columns.number("version")?,
        })
    }
}

/// The table of operators.
#[derive(Clone, Copy, Debug)]
pub struct Operators<'s>(pub(crate) &'s Store);

impl Operators<'_> {
    /// Adds an operator.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when name or digest are taken.
    pub async fn insert(self, operator: &OperatorRow) -> Result<(), StoreError> {
        self.write(INSERT, operator).await.map(drop)
    }

    /// Replaces everything but the name, if the row still is of the version of `operator`; it then has the next one.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it has changed meanwhile or does not exist.
    pub async fn replace(self, operator: &OperatorRow) -> Result<(), StoreError> {
        match self.write(REPLACE, operator).await? {
            0 => Err(StoreError::Stale { table: TABLE }),
            _ => Ok(()),
        }
    }

    /// All operators, by name, with those that were revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<OperatorRow>, StoreError> {
        let rows = sqlx::query(LIST).fetch_all(self.0.readers()).await.map_err(|e| explain(TABLE, &e))?;
        rows.iter().map(OperatorRow::read).collect()
    }

    /// Writes down uses, all of them or none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_uses(self, uses: &[OperatorUse]) -> Result<(), StoreError> {
        let mut transaction = self.0.write(TABLE).await?;
        for noted in uses {
            let done = sqlx::query(USED)
                .bind(noted.name.as_str())
                .bind(noted.digest.as_slice())
                .bind(millis(noted.last_at))
                .execute(&mut *transaction)
                .await;
            done.map_err(|e| explain(TABLE, &e))?;
        }
        transaction.commit().await.map_err(|e| explain(TABLE, &e))
    }

    /// The two statements that take a whole row; how many rows they touched.
    async fn write(self, statement: &'static str, operator: &OperatorRow) -> Result<u64, StoreError> {
        let done = sqlx::query(statement)
            .bind(operator.name.as_str())
            .bind(&operator.role)
            .bind(operator.digest.as_slice())
            .bind(&operator.hint)
            .bind(millis(operator.created_at))
            .bind(operator.expires_at.map(millis))
            .bind(operator.revoked_at.map(millis))
            .bind(operator.last_used_at.map(millis))
            .bind(signed(operator.version))
            .execute(self.0.writer())
            .await;
        Ok(done.map_err(|e| explain(TABLE, &e))?.rows_affected())
    }
}
