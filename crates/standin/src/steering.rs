//! `/standin/...`: the strings a test pulls. Described in `docs/standin.md`.

pub(crate) mod faults;
mod oauth;
pub(crate) mod requests;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::answer::locked;
use crate::ask::Ask;
use crate::facts::Facts;
use crate::reply::{Answer, Reply};
use crate::server::Shared;
use crate::world::World;
use crate::world::clock::iso_time;
use faults::Faults;
use requests::Requests;

/// The largest body `/standin/echo/{bytes}` makes.
const ECHO_MAX: usize = 16 * 1024 * 1024;

/// Answers a steering request.
pub(crate) fn answer(shared: &Shared, ask: &Ask) -> Answer {
    let what = ask.path.strip_prefix("/standin/").unwrap_or_default();
    if let Some(bytes) = what.strip_prefix("echo/") {
        return echo(bytes);
    }
    if let Some(what) = what.strip_prefix("oauth").filter(|what| what.is_empty() || what.starts_with('/')) {
        return oauth::answer(&mut locked(shared), ask, what, shared.clock.now());
    }
    match (&ask.method, what) {
        (&Method::GET | &Method::POST, "facts") => facts(shared),
        (&Method::GET, "clock") => Ok(clock(shared)),
        (&Method::POST, "clock") => {
            let seconds = ask.object()?.get("advance_seconds").and_then(Value::as_i64);
            shared
                .clock
                .advance(seconds.ok_or_else(|| Reply::bad("advance_seconds must be a whole number"))?);
            Ok(clock(shared))
        }
        (&Method::POST, "reset") => {
            *locked(shared) = World::new(shared.seed, shared.address);
            Faults::clear(&shared.faults);
            Requests::clear(shared);
            shared.clock.reset();
            Ok(Reply::no_content())
        }
        (&Method::GET, "tokens") => {
            let world = locked(shared);
            let mut tokens: Vec<_> = world
                .credentials
                .all_issued()
                .map(|(text, issued)| json!({"access_token": text, "account_id": issued.account}))
                .collect();
            tokens.sort_by_cached_key(Value::to_string);
            let pairs = world.oauth.families.values().flat_map(|family| &family.pairs);
            let refresh: Vec<_> = pairs.filter_map(|pair| pair.refresh.as_deref()).collect();
            Ok(Reply::json(json!({"tokens": tokens, "refresh_tokens": refresh})))
        }
        (&Method::POST, "revoke-access-tokens") => {
            locked(shared).credentials.revoke_all();
            Ok(Reply::no_content())
        }
        (&Method::GET, "faults") => Ok(Faults::list(&shared.faults)),
        (&Method::PUT, "faults") => Faults::add(&shared.faults, ask),
        (&Method::DELETE, "faults") => {
            Faults::clear(&shared.faults);
            Ok(Reply::no_content())
        }
        (&Method::GET, "requests") => Ok(Requests::list(shared, ask)),
        (&Method::DELETE, "requests") => {
            Requests::clear(shared);
            Ok(Reply::no_content())
        }
        (&Method::GET, "mutations") => {
            let from = ask.query("from").and_then(|v| v.parse().ok()).unwrap_or(0);
            Ok(Reply::json(locked(shared).mutations.since(from, ask.query_number("limit", 10_000))))
        }
        _ => Err(Reply::missing("Nothing is steered here; see docs/standin.md.")),
    }
}

fn facts(shared: &Shared) -> Answer {
    let facts = Facts::of(&locked(shared));
    let shown = serde_json::to_value(facts);
    shown.map(Reply::json).map_err(|_| Reply::html(StatusCode::INTERNAL_SERVER_ERROR))
}

fn clock(shared: &Shared) -> Reply {
    Reply::json(json!({"now": iso_time(shared.clock.now())}))
}

/// So many bytes of JSON, for measuring what stands in front.
fn echo(bytes: &str) -> Answer {
    let bytes: usize = bytes.parse().map_err(|_| Reply::bad("how many bytes?"))?;
    if bytes > ECHO_MAX {
        return Err(Reply::bad("that is too much"));
    }
    let filling = "x".repeat(bytes.saturating_sub(r#"{"echo":""}"#.len()));
    Ok(Reply::json(json!({"echo": filling})))
}
