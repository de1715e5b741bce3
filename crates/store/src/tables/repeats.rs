use jiff::Timestamp;
use types::OperatorName;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "repeats";

statements! {
    BEGIN = "INSERT INTO repeats (place, fingerprint, asked_by, started_at) VALUES ($1, $2, $3, $4)";
    GET = "SELECT place, fingerprint, asked_by, started_at, status, etag, body FROM repeats WHERE place = $1";
    FINISH = "UPDATE repeats SET status = $2, etag = $3, body = $4 WHERE place = $1";
    FORGET = "DELETE FROM repeats WHERE place = $1";
    FORGET_BEFORE = "DELETE FROM repeats WHERE started_at < $1";
    COUNT = "SELECT count(*) AS everyones, coalesce(sum(CASE WHEN asked_by = $1 THEN 1 ELSE 0 END), 0) AS theirs FROM repeats";
}

/// A change asked for under a key, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatRow {
    /// Stands for operator and key.
    pub place: [u8; 32],
    /// Stands for the request.
    pub fingerprint: [u8; 32],
    /// Who asked.
    pub asked_by: OperatorName,
    /// When.
    pub started_at: Timestamp,
    /// What came of it; `None` while that is not known.
    pub answer: Option<RepeatAnswer>,
}

/// The answer to a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatAnswer {
    /// Its HTTP status.
    pub status: u16,
    /// Its entity tag, if it had one.
    pub etag: Option<String>,
    /// Its body; `None` when that was not to be kept.
    pub body: Option<Vec<u8>>,
}

impl RepeatRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        let status = columns.maybe_number("status")?.map(u16::try_from).transpose();
        let answer = |status| {
            Ok::<_, StoreError>(RepeatAnswer {
                status,
                etag: columns.get("etag")?,
                body: columns.get("body")?,
            })
        };
        Ok(Self {
            place: columns.digest("place")?,
            fingerprint: columns.digest("fingerprint")?,
            asked_by: columns.parsed("asked_by")?,
            started_at: columns.time("started_at")?,
            answer: status.map_err(|_| columns.damaged("status"))?.map(answer).transpose()?,
        })
    }
}

/// The table of changes asked for under a key.
#[derive(Clone, Copy, Debug)]
pub struct Repeats<'s>(pub(crate) &'s Store);

impl Repeats<'_> {
    /// Writes down that a change is about to be made; its answer is not known yet.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the place is taken.
    pub async fn begin(self, row: &RepeatRow) -> Result<(), StoreError> {
        let done = sqlx::query(BEGIN)
            .bind(row.place.as_slice())
            .bind(row.fingerprint.as_slice())
            .bind(row.asked_by.as_str())
            .bind(millis(row.started_at))
            .execute(self.0.writer())
            .await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// What is known under a place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, place: &[u8; 32]) -> Result<Option<RepeatRow>, StoreError> {
        let row = sqlx::query(GET).bind(place.as_slice()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(RepeatRow::read).transpose()
    }

    /// Writes down how it ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish(self, place: &[u8; 32], answer: &RepeatAnswer) -> Result<(), StoreError> {
        let done = sqlx::query(FINISH)
            .bind(place.as_slice())
            .bind(i64::from(answer.status))
            .bind(answer.etag.as_deref())
            .bind(answer.body.as_deref())
            .execute(self.0.writer())
            .await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// Forgets a place, so that it may be taken again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(self, place: &[u8; 32]) -> Result<(), StoreError> {
        let done = sqlx::query(FORGET).bind(place.as_slice()).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// Forgets what was asked for before `at`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_before(self, at: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query(FORGET_BEFORE).bind(millis(at)).execute(self.0.writer()).await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// How many places are taken, by everyone and by `operator`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(self, operator: &OperatorName) -> Result<(u64, u64), StoreError> {
        let row = sqlx::query(COUNT).bind(operator.as_str()).fetch_one(self.0.readers()).await;
        let row = row.map_err(|e| explain(TABLE, &e))?;
        let columns = Columns { table: TABLE, row: &row };
        Ok((columns.number("everyones")?, columns.number("theirs")?))
    }
}
