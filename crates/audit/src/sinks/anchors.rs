//! Anchors: the log's number and hash, written where the log is not.
//!
//! One line each, `SEQ:HEX TIME`, appended to a file and said in the log. The file beside the database is a convenience:
//! it protects against nobody who can write there. Ship it, or the log, to another machine.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chain::{Anchor, Head};
use jiff::Timestamp;
use store::Store;

use crate::lines::{self, Line};
use crate::packed;

/// What the anchor file is called where nobody chose a name: beside the database.
pub const FILE: &str = "audit.anchors";
/// At the latest after this time an anchor follows a record.
pub const EVERY: Duration = Duration::from_secs(60);
/// After this many records an anchor follows, unless the last one is younger than [`APART`].
pub const RECORDS: u64 = 1000;
/// Anchors follow one another no faster than this: each is a sync of the disk, and a busy gateway writes thousands of
/// records a second.
pub const APART: Duration = Duration::from_secs(1);

/// How much of the end of an anchor file is looked at for its last line; a line takes about 100 bytes.
const TAIL: u64 = 4096;

#[derive(Debug)]
pub(crate) struct Anchors {
    file: Option<PathBuf>,
    last: u64,
    last_at: Timestamp,
    head: u64,
}

impl Anchors {
    pub(crate) const fn new(file: Option<PathBuf>) -> Self {
        Self { file, last: 0, last_at: Timestamp::UNIX_EPOCH, head: 0 }
    }

    /// Compares the store with the last anchor written, so that a log that was cut or replaced while the gateway was
    /// down is noticed when it starts. Says whether they agree; without an anchor they do.
    ///
    /// The gateway starts all the same: refusing would hand whoever did it the outage as well, and every anchor stays in
    /// the file, so [`crate::verify`] finds it again.
    pub(crate) async fn resume(&mut self, store: &Store, head: Head) -> bool {
        self.head = head.seq;
        let Some((file, anchor)) = self.file.as_ref().and_then(|file| Some((file, last_in(file)?))) else {
            return true;
        };
        let agrees = hash_of(store, anchor.seq).await == Some(anchor.hash);
        if !agrees {
            tracing::error!(
                file = %file.display(), anchor = %anchor, log_ends_at = head.seq,
                "THE AUDIT WAS CUT OR REWRITTEN: it does not hold the record that was anchored last; run ticketgate audit verify"
            );
        }
        agrees
    }

    /// The log on disk ends with `head` now: anchors it when that is due.
    pub(crate) async fn committed(&mut self, head: Head, now: Timestamp) {
        self.head = head.seq;
        let since = now.duration_since(self.last_at).unsigned_abs();
        let many = head.seq.saturating_sub(self.last) >= RECORDS;
        if since >= EVERY || (many && since >= APART) {
            self.write(head, now).await;
        }
    }

    pub(crate) const fn behind(&self) -> bool {
        self.head > self.last
    }

    /// Anchors `head` now. The file is written on a thread that may wait for the disk; calls go on meanwhile.
    pub(crate) async fn write(&mut self, head: Head, now: Timestamp) {
        self.head = head.seq;
        if !self.behind() {
            return;
        }
        self.last = head.seq;
        self.last_at = now;
        tracing::info!(target: TARGET, anchor = %head, "{MESSAGE}");
        let Some(path) = self.file.clone() else { return };
        let line = format!("{head} {now:.0}\n");
        let appending = tokio::task::spawn_blocking(move || {
            if let Err(error) = append(&path, &line) {
                tracing::error!(file = %path.display(), %error, "the anchor file cannot be written; anchors are in this log only");
            }
        });
        // It cannot panic; and at the very end, when there is no thread any more, the log has the anchor.
        let _appended = appending.await;
    }
}

/// One write call per line: two lines never mix, and a line is whole or, after a crash, ignored.
fn append(path: &Path, line: &str) -> std::io::Result<()> {
    let mut file = File::options().create(true).append(true).open(path)?;
    file.write_all(line.as_bytes())?;
    file.sync_data()
}

/// What the log says with an anchor, and under which target.
const MESSAGE: &str = "audit anchor";
const TARGET: &str = "ticketgate::anchor";

/// Every anchor in the text of an anchor file or of the gateway's log, in text or JSON form.
///
/// In a log only the line written with an anchor counts, and only whole: other lines hold what clients wrote, who could
/// write something that looks like one.
#[must_use]
pub fn parse(text: &str) -> Vec<Anchor> {
    text.lines()
        .filter_map(|line| in_file(line).or_else(|| in_text(line)).or_else(|| in_json(line)))
        .collect()
}

/// `SEQ:HEX`, and what may follow it.
fn in_file(line: &str) -> Option<Anchor> {
    line.split_whitespace().next()?.parse().ok()
}

/// `TIME INFO audit anchor anchor=SEQ:HEX`.
fn in_text(line: &str) -> Option<Anchor> {
    let mut words = line.split_ascii_whitespace();
    let _time: Timestamp = words.next()?.parse().ok()?;
    let rest: Vec<&str> = words.take(5).collect();
    match rest.as_slice() {
        ["INFO", "audit", "anchor", anchor] => anchor.strip_prefix("anchor=")?.parse().ok(),
        _ => None,
    }
}

fn in_json(line: &str) -> Option<Anchor> {
    #[derive(serde::Deserialize)]
    struct Said {
        message: String,
        target: String,
        anchor: String,
    }
    // Costs less than reading every line of a large log as JSON.
    if !line.starts_with('{') || !line.contains(MESSAGE) {
        return None;
    }
    let said: Said = serde_json::from_str(line).ok()?;
    (said.message == MESSAGE && said.target == TARGET).then_some(said.anchor)?.parse().ok()
}

fn last_in(path: &Path) -> Option<Anchor> {
    let mut file = File::open(path).ok()?;
    let end = file.seek(SeekFrom::End(0)).ok()?;
    file.seek(SeekFrom::Start(end.saturating_sub(TAIL))).ok()?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail).ok()?;
    parse(&String::from_utf8_lossy(&tail)).pop()
}

async fn hash_of(store: &Store, seq: u64) -> Option<[u8; 32]> {
    let blocks = store.audit().blocks(seq, 1).await.ok()?;
    let block = blocks.first()?;
    let lines = packed::unpack(&block.records)?;
    lines::split(&lines).filter_map(Line::parse).find(|line| line.seq == seq).map(|line| line.hash)
}

#[cfg(test)]
mod tests;
