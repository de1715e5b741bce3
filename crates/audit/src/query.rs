//! Finding records: `ticketgate audit search` and `tail`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};
use types::{ClientId, RequestId};

use crate::lines::{self, Line};
use crate::packed;
use crate::record::{Decision, Kind, Record};

/// What to look for; everything given must fit.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Of this operation: its label (`jira:getIssue`), or its id alone.
    pub operation: Option<String>,
    /// Naming this issue, letters of either case.
    pub issue: Option<String>,
    /// Naming this project, letters of either case; also by the key of one of its issues.
    pub project: Option<String>,
    /// With this decision.
    pub decision: Option<Decision>,
    /// Refused with this code.
    pub refusal: Option<String>,
    /// With `true`: let through although they would have been refused; with `false`: not so.
    pub would_refuse: Option<bool>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this request.
    pub id: Option<RequestId>,
    /// At or after.
    pub since: Option<Timestamp>,
    /// At or before.
    pub until: Option<Timestamp>,
    /// At most this many, the latest; 100 when not given, and never more than 10,000.
    #[schemars(range(max = 10_000))]
    pub limit: Option<usize>,
}

/// A record and its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Its number in the log.
    pub seq: u64,
    /// The record.
    pub record: Record,
}

/// No answer holds more records than this.
pub const MOST: usize = 10_000;
const USUAL: usize = 100;
/// Blocks read at once: at about a megabyte a block at most, what a search may take in memory.
const PAGE: u32 = 16;

impl Filter {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(USUAL).min(MOST)
    }

    /// Whether the record is one of those looked for.
    #[must_use]
    pub fn fits(&self, record: &Record) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted
                .as_deref()
                .is_none_or(|wanted| found.is_some_and(|found| found.eq_ignore_ascii_case(wanted)))
        };
        self.client.as_ref().is_none_or(|client| record.client.as_ref() == Some(client))
            && self.operation.as_deref().is_none_or(|wanted| is_operation(record, wanted))
            && same(&self.issue, record.issue.as_ref().map(|t| t.as_str()))
            && self.project.as_deref().is_none_or(|wanted| is_project(record, wanted))
            && self.decision.is_none_or(|decision| record.decision == Some(decision))
            && same(&self.refusal, record.refusal.as_ref().map(|t| t.as_str()))
            && self.would_refuse.is_none_or(|wanted| record.would_refuse.is_some() == wanted)
            && self.kind.is_none_or(|kind| record.kind == kind)
            && self.id.is_none_or(|id| record.id == id)
            && self.since.is_none_or(|since| record.at >= since)
            && self.until.is_none_or(|until| record.at <= until)
    }
}

fn is_operation(record: &Record, wanted: &str) -> bool {
    record.operation.as_ref().is_some_and(|label| {
        let label = label.as_str();
        label == wanted || label.split_once(':').is_some_and(|(_, id)| id == wanted)
    })
}

fn is_project(record: &Record, wanted: &str) -> bool {
    let by_issue =
        |issue: &str| issue.rsplit_once('-').is_some_and(|(project, _)| project.eq_ignore_ascii_case(wanted));
    record.project.as_ref().is_some_and(|project| project.as_str().eq_ignore_ascii_case(wanted))
        || record.issue.as_ref().is_some_and(|issue| by_issue(issue.as_str()))
}

/// The latest records that fit, oldest first. Reads backwards from the end, page by page, until it has enough.
///
/// Lines that cannot be read are passed over: saying so is [`crate::verify`]'s task.
///
/// # Errors
/// When the store fails.
pub async fn search(store: &Store, filter: &Filter) -> Result<Vec<Found>, StoreError> {
    let since = filter.since.unwrap_or(Timestamp::MIN);
    let until = filter.until.unwrap_or(Timestamp::MAX);
    let limit = filter.limit();
    let (mut found, mut before) = (Vec::new(), u64::MAX);
    while found.len() < limit {
        let page = store.audit().blocks_between(before, since, until, PAGE).await?;
        let Some(last) = page.last() else { break };
        before = last.first_seq;
        for block in &page {
            if found.len() >= limit {
                break;
            }
            let lines = packed::unpack(&block.records).unwrap_or_default();
            let records = lines::split(&lines).rev().filter_map(read);
            found.extend(records.filter(|found| filter.fits(&found.record)).take(limit - found.len()));
        }
    }
    found.reverse();
    Ok(found)
}

/// Records behind number `after`, oldest first, at most `limit` ([`MOST`] at most). Ask again with the last number seen.
///
/// # Errors
/// When the store fails.
pub async fn tail(store: &Store, after: u64, limit: usize) -> Result<Vec<Found>, StoreError> {
    let limit = limit.min(MOST);
    let (mut found, mut from) = (Vec::new(), after.saturating_add(1));
    while found.len() < limit {
        let page = store.audit().blocks(from, PAGE).await?;
        let Some(last) = page.last() else { break };
        let next = last.last_seq.max(last.first_seq).saturating_add(1);
        for block in &page {
            if found.len() >= limit {
                break;
            }
            let lines = packed::unpack(&block.records).unwrap_or_default();
            let records = lines::split(&lines).filter_map(read);
            found.extend(records.filter(|found| found.seq > after).take(limit - found.len()));
        }
        if next <= from {
            break;
        }
        from = next;
    }
    Ok(found)
}

/// Some blocks' records behind number `after`, oldest first, and where to go on; `None` at the end. Each block is unpacked
/// once, so this is how to go through everything; lines that cannot be read are passed over, and records before `since` not
/// looked for where a whole block lies before it.
///
/// # Errors
/// When the store fails.
pub async fn page(store: &Store, after: u64, since: Timestamp) -> Result<Option<Page>, StoreError> {
    let blocks = store.audit().blocks(after.saturating_add(1), PAGE).await?;
    let Some(last) = blocks.last() else { return Ok(None) };
    let up_to = last.last_seq;
    if up_to <= after {
        return Ok(None);
    }
    let mut records = Vec::new();
    for block in blocks.iter().filter(|block| block.last_at >= since) {
        let lines = packed::unpack(&block.records).unwrap_or_default();
        records.extend(
            lines::split(&lines).filter_map(read).filter(|found| found.seq > after && found.seq <= up_to),
        );
    }
    Ok(Some(Page { up_to, at: last.last_at, records }))
}

/// Some blocks' records before number `before`, latest first, and where to go on; `None` where everything earlier lies before
/// `since`. Of the last block looked at, records may be earlier.
///
/// # Errors
/// When the store fails.
pub async fn page_before(
    store: &Store,
    before: u64,
    since: Timestamp,
) -> Result<Option<PageBefore>, StoreError> {
    let blocks = store.audit().blocks_between(before, since, Timestamp::MAX, PAGE).await?;
    let Some(last) = blocks.last() else { return Ok(None) };
    let mut records = Vec::new();
    for block in &blocks {
        let lines = packed::unpack(&block.records).unwrap_or_default();
        records.extend(lines::split(&lines).rev().filter_map(read).filter(|found| found.seq < before));
    }
    Ok(Some(PageBefore { from: last.first_seq, records }))
}

/// What [`page_before`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct PageBefore {
    /// The number of the first record looked at; go on before it.
    pub from: u64,
    /// The records, the latest first.
    pub records: Vec<Found>,
}

/// What [`page`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The number of the last record looked at; go on behind it.
    pub up_to: u64,
    /// The latest time in the block it is in.
    pub at: Timestamp,
    /// The records.
    pub records: Vec<Found>,
}

/// Number of the last record; 0 before the first.
///
/// # Errors
/// When the store fails.
pub async fn last_seq(store: &Store) -> Result<u64, StoreError> {
    let page = store.audit().blocks_between(u64::MAX, Timestamp::MIN, Timestamp::MAX, 1).await?;
    Ok(page.first().map_or(0, |block| block.last_seq))
}

fn read(line: &[u8]) -> Option<Found> {
    let line = Line::parse(line)?;
    Some(Found { seq: line.seq, record: line.record()? })
}
