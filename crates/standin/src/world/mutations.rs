//! The list of everything that was changed, in order, for tests that ask "did it happen, and how often".

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::world::clock::iso_time;
use crate::world::people::AccountId;

/// How many changes are remembered; older ones are dropped and counted.
pub(crate) const KEPT: usize = 100_000;

/// Request headers worth keeping beside a change. Never a credential.
const HEADERS: [&str; 6] = [
    "ticketgate-request-id",
    "user-agent",
    "traceparent",
    "x-request-id",
    "content-type",
    "x-atlassian-token",
];

/// The list.
#[derive(Debug, Default)]
pub(crate) struct Mutations {
    entries: VecDeque<Value>,
    next: u64,
}

impl Mutations {
    /// Adds one change.
    pub(crate) fn push(
        &mut self,
        at: Timestamp,
        ask: &Ask,
        site: &str,
        account: Option<&AccountId>,
        (what, target): (&str, String),
    ) {
        if self.entries.len() >= KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(json!({
            "seq": self.next, "at": iso_time(at), "what": what, "target": target, "site": site,
            "account": account, "method": ask.method.as_str(), "path": ask.path, "headers": kept_headers(ask),
        }));
        self.next += 1;
    }

    /// At most `limit` changes whose number is at least `from`.
    pub(crate) fn since(&self, from: u64, limit: usize) -> Value {
        let first = self.next - u64::try_from(self.entries.len()).unwrap_or(0);
        let skip = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        let entries: Vec<_> = self.entries.iter().skip(skip).take(limit).collect();
        json!({"total": self.next, "forgotten": first, "mutations": entries})
    }
}

/// The headers kept with a change, as an object.
pub(crate) fn kept_headers(ask: &Ask) -> Value {
    let kept = HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), json!(ask.header(name)?))));
    Value::Object(kept.collect())
}
