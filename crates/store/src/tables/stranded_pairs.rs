use std::fmt;

use jiff::Timestamp;
use types::GrantName;

use crate::StoreError;
use crate::custody::{Custody, Kept, Turn, statement};
use crate::read::{Columns, millis, signed};
use crate::tables::statements;

const TABLE: &str = "stranded_pairs";

statements! {
    PUT = "INSERT INTO stranded_pairs (id, grant_name, fence, sealed, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, at = excluded.at";
    OF_GRANT = "SELECT id, grant_name, fence, sealed, at FROM stranded_pairs WHERE grant_name = $1 ORDER BY fence DESC LIMIT $2";
    DELETE = "DELETE FROM stranded_pairs WHERE grant_name = $1";
    DELETE_UP_TO = "DELETE FROM stranded_pairs WHERE grant_name = $1 AND fence <= $2";
}

/// A pair of tokens that its finder could not commit: somebody had claimed the family meanwhile.
#[derive(Clone, PartialEq, Eq)]
pub struct StrandedRow {
    /// Names it among all pairs kept aside; it is sealed under that name.
    pub id: String,
    /// The grant.
    pub grant: GrantName,
    /// The claim it was obtained under.
    pub fence: u64,
    /// The pair, sealed.
    pub sealed: Vec<u8>,
    /// When it was obtained.
    pub at: Timestamp,
}

impl fmt::Debug for StrandedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stranded pair of {} under fence {}", self.grant, self.fence)
    }
}

impl StrandedRow {
    fn read(row: &Kept) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            id: columns.get("id")?,
            grant: columns.parsed("grant_name")?,
            fence: columns.number("fence")?,
            sealed: columns.get("sealed")?,
            at: columns.time("at")?,
        })
    }
}

/// The table of stranded pairs.
#[derive(Clone, Copy, Debug)]
pub struct StrandedPairs<'s>(pub(crate) Custody<'s>);

impl StrandedPairs<'_> {
    /// Keeps one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put(self, pair: &StrandedRow) -> Result<(), StoreError> {
        let put = statement(TABLE, PUT)
            .bind(pair.id.as_str())
            .bind(pair.grant.as_str())
            .bind(signed(pair.fence))
            .bind(pair.sealed.as_slice())
            .bind(millis(pair.at));
        self.0.execute(put).await.map(drop)
    }

    /// Those of a grant, the latest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(self, grant: &GrantName, limit: u32) -> Result<Vec<StrandedRow>, StoreError> {
        let of = statement(TABLE, OF_GRANT).bind(grant.as_str()).bind(i64::from(limit));
        self.0.all(of).await?.iter().map(StrandedRow::read).collect()
    }

    /// Forgets those of a grant that were obtained under claim `fence` or an earlier one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(self, grant: &GrantName, fence: u64) -> Result<(), StoreError> {
        let forget = statement(TABLE, DELETE_UP_TO).bind(grant.as_str()).bind(signed(fence));
        self.0.execute(forget).await.map(drop)
    }
}

/// Removes those of a grant that is removed.
pub(super) async fn delete(turn: &mut Turn, grant: &GrantName) -> Result<(), StoreError> {
    turn.execute(statement(TABLE, DELETE).bind(grant.as_str())).await.map(drop)
}
