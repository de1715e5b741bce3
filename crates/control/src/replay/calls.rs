//! Calls of a kind, counted.

use std::collections::BTreeMap;

use audit::Record;
use types::ClientId;

use crate::views::ReplayedCalls;

/// How many kinds are told apart; the rest counts together.
const KINDS: usize = 5_000;

/// How many requests of each are named.
const NAMED: usize = 5;

/// What stands for the operations that have no room.
const OTHERS: &str = "others";

/// By client, operation and refusal.
#[derive(Debug, Default)]
pub(super) struct Calls(BTreeMap<(ClientId, String, String), ReplayedCalls>);

impl Calls {
    /// Counts one; the latest first.
    pub(super) fn add(&mut self, record: &Record, refusal: &str, why: impl FnOnce() -> String) {
        let (Some(client), Some(operation)) = (&record.client, &record.operation) else { return };
        let mut key = (client.clone(), operation.to_string(), refusal.to_owned());
        if self.0.len() >= KINDS && !self.0.contains_key(&key) {
            key.1 = OTHERS.to_owned();
        }
        let calls = self.0.entry(key.clone()).or_insert_with(|| {
            let (client, operation, refusal) = key;
            ReplayedCalls {
                client,
                operation,
                refusal,
                why: why(),
                calls: 0,
                first_at: record.at,
                last_at: record.at,
                requests: Vec::new(),
            }
        });
        calls.calls = calls.calls.saturating_add(1);
        calls.first_at = calls.first_at.min(record.at);
        calls.last_at = calls.last_at.max(record.at);
        if calls.requests.len() < NAMED {
            calls.requests.push(record.id);
        }
    }

    pub(super) fn into_view(self) -> Vec<ReplayedCalls> {
        self.0.into_values().collect()
    }
}
