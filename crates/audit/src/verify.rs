//! Verifying a log, and exporting it in the form that can be verified elsewhere.
//!
//! Nothing in the file is believed: lines are taken apart by hand, every hash is computed anew, every record must be JSON of a
//! record, and what the database says about a block must be what is in it. See the crate's page for what this can show
//! and what takes an anchor.

mod export;
mod walk;

use std::io::BufRead;

use chain::{Anchor, Break, Head};
use store::Store;

pub use export::{Export, export};
use walk::Walk;

/// Problems listed at most; beyond, they are only counted. One broken disk page can make thousands.
pub const LISTED: usize = 100;
/// The longest line accepted; a record has a few kilobytes at most.
const LONGEST_LINE: usize = 1 << 20;

/// What verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many records were read.
    pub records: u64,
    /// The end of the log, by its own claim. Keep it: it is the anchor of everything before.
    pub head: Anchor,
    /// Up to this record the log agrees with an anchor; 0 without one.
    pub confirmed: u64,
    /// The first [`LISTED`] problems.
    pub problems: Vec<Problem>,
    /// All problems.
    pub count: u64,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.count == 0
    }
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The chain does not hold.
    #[error("{0}")]
    Chain(#[from] Break),
    /// A line is not in the form of the log.
    #[error("the line after record {after} cannot be read: it is not in the form of the log")]
    Line {
        /// The last record before it.
        after: u64,
    },
    /// The chain holds, but the record in it is none.
    #[error("record {seq} is chained, but is no record of this or an earlier version")]
    NotARecord {
        /// Its number.
        seq: u64,
    },
    /// What the database says about a block differs from its content.
    #[error("the row of records {first} to {last} does not describe its own content: {what}")]
    Row {
        /// As the row says.
        first: u64,
        /// As the row says.
        last: u64,
        /// What differs.
        what: &'static str,
    },
    /// The file cannot be read further.
    #[error("the file cannot be read behind record {after}: {why}")]
    Unreadable {
        /// The last record read.
        after: u64,
        /// In the words of whoever tried.
        why: String,
    },
}

/// Verifies the log in a store, best one opened by [`Store::open_read_only`]. Never fails: what cannot be read is a
/// problem.
pub async fn store(store: &Store, anchors: Vec<Anchor>) -> Report {
    let mut walk = Walk::new(Head::GENESIS, anchors);
    let mut after = None;
    loop {
        // One block at a time: when a page of the file is broken, everything before it has been looked at.
        let page = match store.audit().rows_after(after, 1).await {
            Ok(page) => page,
            Err(error) => {
                walk.unreadable(error.to_string());
                break;
            }
        };
        let Some(block) = page.first() else { break };
        walk.block(block);
        after = Some(block.first_seq);
    }
    walk.finish()
}

/// Verifies an export ([`export()`]): the same lines, one after the other.
pub fn lines(mut lines: impl BufRead, anchors: Vec<Anchor>) -> Report {
    let mut walk = Walk::new(Head::GENESIS, anchors);
    let mut line = Vec::new();
    loop {
        line.clear();
        match read_line(&mut lines, &mut line) {
            Ok(0) => break,
            Ok(_) if line.last() == Some(&b'\n') => {
                line.pop();
                walk.line(&line);
            }
            // The last line without its line feed was cut in the middle; too long a line is none of ours.
            Ok(_) => walk.broken_line(),
            Err(error) => {
                walk.unreadable(error.to_string());
                break;
            }
        }
    }
    walk.finish()
}

/// Reads one line, at most [`LONGEST_LINE`] of it.
fn read_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<usize> {
    std::io::Read::take(from, LONGEST_LINE as u64).read_until(b'\n', line)
}
