//! Every door of the gateway, tried without a credential and with every wrong one: each is refused as it should be, and
//! nothing has changed afterwards.
//!
//! The control API's doors come from its route table; the others are listed in `doors`, and a test compares that list with
//! the code. What answers without a credential stands in `docs/open-doors.txt`.

mod doors;
mod keys;

use std::collections::BTreeSet;

use control::operators::Role;
use http::Method;
use serde_json::Value;

use super::harness::{Said, call, form_as};
use super::served::Served;
use doors::{Door, Kind};
use keys::Key;

/// How many doors may be open. Only ever fewer: whoever opens one more says in review why, and here.
const OPEN: usize = 8;

/// Status and refusal (for the token endpoint: the OAuth error) that a key is to meet at a door; `None` for a door that is
/// open to everyone.
fn expected(door: &Door, key: Key) -> Option<(u16, &'static str)> {
    match door.kind {
        Kind::Open => None,
        Kind::Nothing => Some((404, "nothing-here")),
        Kind::Operators(least) => match key {
            Key::Operator(role) if role < least => Some((403, "role-too-low")),
            Key::Operator(_) => None,
            _ => Some((401, "operator-unknown")),
        },
        Kind::Pages(status) => Some((status, "")),
        Kind::Clients => match key {
            Key::Missing => Some((401, "credential-missing")),
            Key::PausedSecret | Key::PausedToken => Some((403, "client-paused")),
            Key::ClientSecret | Key::ClientToken => None,
            _ => Some((401, "credential-invalid")),
        },
        Kind::Tokens => match key {
            Key::ClientSecret => None,
            // RFC 6749 §5.2 has no word for a pause; the description says it.
            Key::PausedSecret => Some((400, "unauthorized_client")),
            _ => Some((401, "invalid_client")),
        },
    }
}

/// What was said: the refusal, or the OAuth error.
fn said_no(said: &Said) -> (u16, String) {
    let code = said.refusal().map(str::to_owned).unwrap_or_else(|| {
        let body: Value = serde_json::from_slice(&said.body).unwrap_or_default();
        body["error"].as_str().unwrap_or_default().to_owned()
    });
    (said.status.as_u16(), code)
}

async fn knock(gateway: &str, door: &Door, authorization: Option<&str>) -> Said {
    let url = format!("{gateway}{}", door.path);
    match door.kind {
        Kind::Tokens => form_as(&url, authorization, "grant_type=client_credentials&token=x").await,
        _ => call(&url, door.method.clone(), authorization, door.body.clone()).await,
    }
}

/// Everything a call could have changed, as far as anyone can see it.
async fn state(served: &Served, owner: &str) -> Vec<(String, Value)> {
    let mut seen = vec![("upstream".to_owned(), served.mutations().await)];
    for path in [
        "/clients",
        "/grants",
        "/manifests",
        "/elevations",
        "/operators",
        "/audit/search?kind=change&limit=10000",
    ] {
        let url = format!("{}/api/v1{path}", served.gateway());
        let mut said = call(&url, Method::GET, Some(owner), None).await.json();
        without_uses(&mut said);
        seen.push((path.to_owned(), said));
    }
    seen
}

/// A use that was counted is no change.
fn without_uses(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_uses),
        Value::Object(fields) => {
            for name in ["used", "last_used_at", "last_used_from", "health"] {
                fields.remove(name);
            }
            fields.values_mut().for_each(without_uses);
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_refuses_whoever_has_the_wrong_key_and_nothing_changes() {
    let (served, _process, keys) = keys::cut().await;
    let (gateway, owner) = (served.gateway(), keys.header(Key::Operator(Role::Owner)).unwrap());
    let doors = doors::all(&keys);
    let before = state(&served, &owner).await;
    let (mut wrong, mut tried, mut open) = (Vec::new(), 0, BTreeSet::new());
    for door in &doors {
        for key in Key::all() {
            let Some((status, code)) = expected(door, key) else { continue };
            let heard = said_no(&knock(&gateway, door, keys.header(key).as_deref()).await);
            tried += 1;
            if heard != (status, code.to_owned()) {
                wrong.push(format!("{door} with {key:?}: {heard:?} instead of {status} {code}"));
            }
        }
        let bare = knock(&gateway, door, None).await.status;
        if (!bare.is_client_error() && !matches!(door.kind, Kind::Pages(_))) || door.kind == Kind::Open {
            open.insert(door.to_string());
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}: {wrong:#?}", wrong.len());
    assert!(tried > 500, "only {tried} tries");
    let after = state(&served, &owner).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after, "a refused call changed something");
    }
    assert_eq!(open, doors::listed_open(), "the left is the gateway, the right is docs/open-doors.txt");
    assert!(open.len() <= OPEN, "{} doors are open, {OPEN} may be", open.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_key_opens_every_door_so_that_it_was_the_wrong_key_that_was_refused() {
    let (served, _process, keys) = keys::cut().await;
    let gateway = served.gateway();
    let mut closed = Vec::new();
    for door in &doors::all(&keys) {
        let key = match door.kind {
            Kind::Operators(least) => Key::Operator(least),
            Kind::Clients => Key::ClientToken,
            Kind::Tokens => Key::ClientSecret,
            Kind::Open | Kind::Nothing | Kind::Pages(_) => continue,
        };
        let said = knock(&gateway, door, keys.header(key).as_deref()).await;
        // What comes later may refuse it for reasons of its own: an earlier door has ended what this one is about.
        let at_the_door = ["operator-unknown", "role-too-low", "credential-missing", "credential-invalid"];
        let code = said_no(&said);
        if at_the_door.contains(&code.1.as_str()) || matches!(said.status.as_u16(), 400 | 405 | 500) {
            closed.push(format!("{door} with {key:?}: {code:?} {}", said.text()));
        }
    }
    assert!(closed.is_empty(), "{closed:#?}");
}
