use std::fmt;

use jiff::Timestamp;

use crate::dialect::{Row, explain};
use crate::read::{Columns, millis, signed};
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "audit_blocks";

statements! {
    // The condition is the fence: a block goes in only right behind the last one, so two writers cannot both go on from
    // the same place, and a block sent twice goes in once.
    APPEND = "INSERT INTO audit_blocks (first_seq, last_seq, first_at, last_at, head, records) SELECT $1, $2, $3, $4, $5, $6 WHERE $1 = 1 + coalesce((SELECT last_seq FROM audit_blocks ORDER BY first_seq DESC LIMIT 1), 0)";
    LAST = "SELECT first_seq, last_seq, first_at, last_at, head, records FROM audit_blocks ORDER BY first_seq DESC LIMIT 1";
    FROM = "SELECT first_seq, last_seq, first_at, last_at, head, records FROM audit_blocks WHERE last_seq >= $1 AND first_seq >= coalesce((SELECT max(first_seq) FROM audit_blocks WHERE first_seq <= $1), $1) ORDER BY first_seq LIMIT $2";
    AFTER = "SELECT first_seq, last_seq, first_at, last_at, head, records FROM audit_blocks WHERE first_seq > $1 ORDER BY first_seq LIMIT $2";
    BETWEEN = "SELECT first_seq, last_seq, first_at, last_at, head, records FROM audit_blocks WHERE first_seq < $1 AND last_at >= $2 AND first_at <= $3 ORDER BY first_seq DESC LIMIT $4";
}

/// What one commit of the audit wrote. The store knows nothing of its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// Number of its first record.
    pub first_seq: u64,
    /// Number of its last record.
    pub last_seq: u64,
    /// Earliest time in it.
    pub first_at: Timestamp,
    /// Latest time in it.
    pub last_at: Timestamp,
    /// Hash of its last record.
    pub head: [u8; 32],
    /// The records, in whatever form the audit keeps them.
    pub records: Vec<u8>,
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}..={}, {} bytes", self.first_seq, self.last_seq, self.records.len())
    }
}

impl Block {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        Ok(Self {
            first_seq: columns.number("first_seq")?,
            last_seq: columns.number("last_seq")?,
            first_at: columns.time("first_at")?,
            last_at: columns.time("last_at")?,
            head: columns.digest("head")?,
            records: columns.get("records")?,
        })
    }
}

/// The table of audit blocks. There is no statement that changes or removes one.
#[derive(Clone, Copy, Debug)]
pub struct Audit<'s>(pub(crate) &'s Store);

impl Audit<'_> {
    /// Appends a block right behind the last one. Durable when it answers.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the block does not follow the last one: someone else has written, or this block is
    /// there already. After any other error the block may or may not be there: look at [`Audit::last_block`].
    pub async fn append_block(self, block: &Block) -> Result<(), StoreError> {
        let done = sqlx::query(APPEND)
            .bind(signed(block.first_seq))
            .bind(signed(block.last_seq))
            .bind(millis(block.first_at))
            .bind(millis(block.last_at))
            .bind(block.head.as_slice())
            .bind(block.records.as_slice())
            .execute(self.0.writer())
            .await;
        match done.map_err(|e| explain(TABLE, &e))?.rows_affected() {
            0 => Err(StoreError::Duplicate { table: TABLE }),
            _ => Ok(()),
        }
    }

    /// The last block; `None` before the first record. Read by the connection that writes, so it sees its own writes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_block(self) -> Result<Option<Block>, StoreError> {
        let row = sqlx::query(LAST).fetch_optional(self.0.writer()).await.map_err(|e| explain(TABLE, &e))?;
        row.as_ref().map(Block::read).transpose()
    }

    /// Up to `limit` blocks in order, starting with the one that holds record `from`, or else the first one after it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn blocks(self, from: u64, limit: u32) -> Result<Vec<Block>, StoreError> {
        let rows = sqlx::query(FROM).bind(signed(from)).bind(limit).fetch_all(self.0.readers()).await;
        rows.map_err(|e| explain(TABLE, &e))?.iter().map(Block::read).collect()
    }

    /// Up to `limit` rows behind the one whose first record is `after` (from the first row, without one), whatever else
    /// they say of themselves. For looking at every row of a table that may have been tampered with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rows_after(self, after: Option<u64>, limit: u32) -> Result<Vec<Block>, StoreError> {
        let after = after.map_or(i64::MIN, signed);
        let rows = sqlx::query(AFTER).bind(after).bind(limit).fetch_all(self.0.readers()).await;
        rows.map_err(|e| explain(TABLE, &e))?.iter().map(Block::read).collect()
    }

    /// Up to `limit` blocks that begin before record `before` and hold times between `since` and `until`, **latest
    /// first**. For going backwards page by page.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn blocks_between(
        self,
        before: u64,
        since: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Block>, StoreError> {
        let rows = sqlx::query(BETWEEN)
            .bind(signed(before))
            .bind(millis(since))
            .bind(millis(until))
            .bind(limit)
            .fetch_all(self.0.readers())
            .await;
        rows.map_err(|e| explain(TABLE, &e))?.iter().map(Block::read).collect()
    }
}
