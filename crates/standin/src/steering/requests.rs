//! What was received, for tests about what a gateway sends and what it must not send.

use std::collections::VecDeque;
use std::sync::PoisonError;

use serde_json::{Value, json};

use crate::ask::Ask;
use crate::reply::Reply;
use crate::server::Shared;
use crate::world::clock::iso_time;
use crate::world::mutations::kept_headers;

/// How many requests are remembered.
const KEPT: usize = 2_000;

/// A ring of requests.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    ring: VecDeque<Noted>,
    total: u64,
}

/// Little work when it happens; turned into JSON only when someone looks.
#[derive(Debug)]
struct Noted {
    at: jiff::Timestamp,
    method: http::Method,
    path: String,
    header_names: Vec<http::HeaderName>,
    headers: Value,
    authorization: &'static str,
    bytes: usize,
}

impl Requests {
    /// Notes a request, unless it steers.
    pub(crate) fn note(shared: &Shared, ask: &Ask) {
        if ask.path.starts_with("/standin/") {
            return;
        }
        let noted = Noted {
            at: shared.clock.now(),
            method: ask.method.clone(),
            path: ask.path.clone(),
            header_names: ask.headers.keys().cloned().collect(),
            headers: kept_headers(ask),
            authorization: scheme(ask),
            bytes: ask.body.len(),
        };
        let mut requests = shared.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.ring.len() >= KEPT {
            requests.ring.pop_front();
        }
        requests.ring.push_back(noted);
        requests.total += 1;
    }

    /// The ring, oldest first; `?limit=` takes the newest so many, `?path_prefix=` only those.
    pub(crate) fn list(shared: &Shared, ask: &Ask) -> Reply {
        let requests = shared.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let prefix = ask.query("path_prefix").unwrap_or_default();
        let wanted: Vec<_> = requests.ring.iter().filter(|noted| noted.path.starts_with(prefix)).collect();
        let skip = wanted.len().saturating_sub(ask.query_number("limit", KEPT));
        let shown: Vec<_> = wanted.into_iter().skip(skip).map(Noted::json).collect();
        Reply::json(json!({"total": requests.total, "requests": shown}))
    }

    /// Forgets them.
    pub(crate) fn clear(shared: &Shared) {
        *shared.requests.lock().unwrap_or_else(PoisonError::into_inner) = Self::default();
    }
}

impl Noted {
    fn json(&self) -> Value {
        let names: Vec<_> = self.header_names.iter().map(http::HeaderName::as_str).collect();
        json!({
            "at": iso_time(self.at), "method": self.method.as_str(), "path": self.path, "header_names": names,
            "headers": self.headers, "authorization": self.authorization, "bytes": self.bytes,
        })
    }
}

/// Only the kind of credential is remembered.
fn scheme(ask: &Ask) -> &'static str {
    match ask.header("authorization").and_then(|value| value.split_once(' ')) {
        Some(("Bearer", _)) => "bearer",
        Some(("Basic", _)) => "basic",
        Some(_) => "other",
        None => "none",
    }
}
