//! What clients do, counted from what is on record.
//!
//! A call costs nothing more for being counted: a chore goes through the records behind the position where it stopped, block by block,
//! and adds what it finds, with the new position, in one transaction.

mod count;
mod draft;
mod unused;

use std::collections::BTreeSet;

use audit::query;
use jiff::{SignedDuration, Timestamp};
use store::{StoreError, UsagePosition, UsageRoom, UsageRow};
use types::ClientId;

use crate::views::{Counted, UsageEntry, UsageView, WhichUsage};
use crate::{Control, ControlError, Kind};
pub(crate) use count::{Count, Place, counts};

/// How many pages of blocks are counted at a time, before other chores have their turn.
const PAGES: usize = 64;

/// How often that is done for one who asks. What is not counted then is said with the answer ([`Counted::behind`]).
const ROUNDS: usize = 16;

/// How many rows of one client have a place of their own.
const ROWS_OF_CLIENT: u64 = 10_000;

/// The most entries of an answer.
const MOST: usize = 10_000;

/// The longest time back that is asked about, in seconds: a hundred years.
pub(crate) const LONGEST: u64 = 3_153_600_000;

/// What has no room for a place of its own.
pub(crate) const OTHER: &str = "other";

impl Control {
    /// Counts what is on record and not counted yet, up to a limit; whether there may be more. To be called now and then, until
    /// there is no more.
    ///
    /// # Errors
    /// When the store fails; what was not counted is counted the next time.
    pub async fn count_usage(&self) -> Result<bool, ControlError> {
        let store = &self.parts().store;
        let mut position = store.usage().position().await?;
        for _ in 0..PAGES {
            let after = position.map_or(0, |position| position.seq);
            let Some(page) = query::page(store, after, Timestamp::MIN).await? else { return Ok(false) };
            let first = page.records.first().map_or(page.at, |found| found.record.at);
            let next = UsagePosition {
                seq: page.up_to,
                counted_at: page.at,
                since_at: position.map_or(first, |position| position.since_at),
            };
            let rows: Vec<UsageRow> = counts(&page.records).map(|(key, count)| row(key, count)).collect();
            let room = UsageRoom { rows_of_client: ROWS_OF_CLIENT, other: OTHER };
            match store.usage().add(after, next, &rows, room).await {
                Ok(()) => position = Some(next),
                // Counted by somebody else meanwhile.
                Err(StoreError::Duplicate { .. }) => position = store.usage().position().await?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// What clients did, by operation, scopes and place. What is on record by now is counted first, as far as that can be
    /// waited for; the answer says how much is not.
    ///
    /// # Errors
    /// When it is asked for more than a hundred years, or the store fails.
    pub async fn usage(&self, which: &WhichUsage) -> Result<UsageView, ControlError> {
        if which.unused_for.is_some_and(|seconds| seconds > LONGEST) {
            return Err(ControlError::new(
                Kind::Invalid,
                "Nobody has counted for longer than a hundred years.",
                "Ask for at most 3153600000 seconds.",
            ));
        }
        let counted = self.counted().await?;
        let rows = self.parts().store.usage().list(which.client.as_ref(), MOST + 1).await?;
        let whole = rows.len() <= MOST;
        let entries: Vec<UsageEntry> = rows.iter().take(MOST).map(entry).collect();
        let unused = match which.unused_for {
            Some(seconds) => self.unused(which.client.as_ref(), seconds, counted.as_ref()).await?,
            None => Vec::new(),
        };
        Ok(UsageView { counted, entries, whole, unused })
    }

    /// How far is counted, after counting on.
    pub(crate) async fn counted(&self) -> Result<Option<Counted>, ControlError> {
        for _ in 0..ROUNDS {
            if !self.count_usage().await? {
                break;
            }
        }
        let position = self.parts().store.usage().position().await?;
        let last = query::last_seq(&self.parts().store).await?;
        Ok(position.map(|position| Counted {
            since: position.since_at,
            until: position.counted_at,
            records: position.seq,
            behind: last.saturating_sub(position.seq),
        }))
    }

    /// So many seconds ago.
    pub(crate) fn ago(&self, seconds: u64) -> Result<Timestamp, ControlError> {
        let window = i64::try_from(seconds).ok().map(SignedDuration::from_secs);
        let since = window.and_then(|window| self.parts().clock.now().checked_sub(window).ok());
        since.ok_or_else(|| {
            ControlError::new(
                Kind::Invalid,
                "That is before all times.",
                "Ask for some days: 2592000 seconds are 30.",
            )
        })
    }

    /// The clients that are meant: the one, or all that have a manifest.
    pub(crate) fn meant(&self, client: Option<&ClientId>) -> BTreeSet<ClientId> {
        match client {
            Some(client) => BTreeSet::from([client.clone()]),
            None => self.parts().rulebook.load().clients().cloned().collect(),
        }
    }
}

fn row(key: count::Key<'_>, count: Count) -> UsageRow {
    UsageRow {
        client: key.client.clone(),
        operation: key.operation.to_owned(),
        scopes: key.scopes,
        place: key.place.to_text(),
        calls: count.calls,
        refusals: count.refusals,
        observed: count.observed,
        first_at: count.first_at,
        last_at: count.last_at,
        used_at: count.used_at,
    }
}

fn entry(row: &UsageRow) -> UsageEntry {
    let (mut project, mut space, mut other) = (None, None, false);
    match Place::of_text(&row.place) {
        Place::Project(key) => project = Some(key),
        Place::Space(key) => space = Some(key),
        Place::None => {}
        Place::Other => other = true,
    }
    UsageEntry {
        client: row.client.clone(),
        operation: row.operation.clone(),
        scopes: row.scopes.split_ascii_whitespace().map(str::to_owned).collect(),
        project,
        space,
        other,
        calls: row.calls,
        refusals: row.refusals,
        would_refuse: row.observed,
        first_at: row.first_at,
        last_at: row.last_at,
        used_at: row.used_at,
    }
}
