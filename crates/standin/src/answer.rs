//! From a request to a reply: find the door, the caller, the route; check scopes; run the handler.

use std::sync::{MutexGuard, PoisonError};

use http::{Method, StatusCode};
use jiff::Timestamp;

use crate::ask::Ask;
use crate::entrance::Entrance;
use crate::family::Side;
use crate::identity::{self, Caller};
use crate::oauth::apps::Kind;
use crate::reply::Reply;
use crate::route::{Found, Needs};
use crate::server::Shared;
use crate::turn::{Dialect, Turn};
use crate::world::{DATA_CENTER, Deployment, World};
use crate::{confluence, data_center, edge, jira, media, oauth, steering};

/// Locks the world. A handler that panicked (which the lints rule out) would leave it usable.
pub(crate) fn locked(shared: &Shared) -> MutexGuard<'_, World> {
    shared.world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers a request. Nothing here waits, apart from the lock.
pub(crate) fn answer(shared: &Shared, mut ask: Ask) -> Reply {
    let now = shared.clock.now();
    let whole = std::mem::take(&mut ask.path);
    if whole.starts_with("/standin/") {
        ask.path = whole;
        return steering::answer(shared, &ask).unwrap_or_else(|refusal| refusal);
    }
    let mut world = locked(shared);
    let entrance = Entrance::of(&world, &whole);
    let mut path_is = |path: &str| path.clone_into(&mut ask.path);
    match entrance {
        Entrance::Gateway { side, site, path } => {
            path_is(path);
            at_gateway(&mut world, &ask, now, (side, site))
        }
        Entrance::Site { site, path } => {
            path_is(path);
            at_site(&mut world, &ask, now, site)
        }
        Entrance::DataCenter(path) => {
            path_is(path);
            at_data_center(&mut world, &ask, now)
        }
        Entrance::Media(path) => {
            path_is(path);
            media::answer(&world, &ask)
        }
        Entrance::Token => oauth::token(&mut world, &ask, now).unwrap_or_else(|refusal| refusal),
        Entrance::Authorize => {
            oauth::authorize::page(&mut world, &ask, Kind::Cloud, now).unwrap_or_else(|refusal| refusal)
        }
        Entrance::ConnectedApps => {
            oauth::connected_apps::answer(&mut world, &ask, now).unwrap_or_else(|refusal| refusal)
        }
        Entrance::AccessibleResources => {
            oauth::resources(&mut world, &ask, now).unwrap_or_else(|refusal| refusal)
        }
        Entrance::Me => oauth::me(&mut world, &ask, now).unwrap_or_else(|refusal| refusal),
        Entrance::Steering(_) => Reply::html(StatusCode::NOT_FOUND),
    }
}

fn at_gateway(world: &mut World, ask: &Ask, now: Timestamp, (side, site): (Side, Option<usize>)) -> Reply {
    let Some(site) = site else {
        return edge::gateway(Reply::gateway(StatusCode::NOT_FOUND, "Not Found"));
    };
    let caller = match identity::at_gateway(world, ask, (side, site), now) {
        Ok(caller) => caller,
        Err(refusal) => return edge::gateway(refusal),
    };
    run(world, ask, now, At { side, site, caller })
}

fn at_site(world: &mut World, ask: &Ask, now: Timestamp, site: usize) -> Reply {
    if ask.path == "/_edge/tenant_info" && ask.method == Method::GET {
        return Reply::json(serde_json::json!({"cloudId": world.site(site).cloud_id}));
    }
    match identity::at_site(world, ask) {
        Ok(caller) => run(world, ask, now, At { side: Side::of_path(&ask.path), site, caller }),
        Err(refusal) => refusal,
    }
}

fn at_data_center(world: &mut World, ask: &Ask, now: Timestamp) -> Reply {
    if let Some(answer) = oauth::data_center::answer(world, ask, now) {
        return data_center::finish(answer.unwrap_or_else(|refusal| refusal), None);
    }
    match data_center::identify(world, ask, now) {
        Ok(caller) => run(world, ask, now, At { side: Side::DataCenter, site: DATA_CENTER, caller }),
        Err(refusal) => data_center::finish(refusal, None),
    }
}

struct At {
    side: Side,
    site: usize,
    caller: Caller,
}

fn run(world: &mut World, ask: &Ask, now: Timestamp, At { side, site, caller }: At) -> Reply {
    let found = side.find(&ask.method, &ask.path);
    if let Some(refusal) = found.as_ref().and_then(|found| scope_refusal(&caller, found.route.needs)) {
        return edge::gateway(refusal);
    }
    let (handler, captures, dialect) = match found {
        Some(Found { route, captures, dialect }) => (Some(route.handler), captures, dialect),
        None => (None, Vec::new(), Dialect::V3),
    };
    let caller = admitted(world, site, caller);
    let mut turn = Turn { world, site, ask, caller, captures, dialect, now };
    if turn.site().deployment == Deployment::DataCenter {
        turn.dialect = Dialect::V2;
    }
    let reply = match (gate(side, &turn), handler) {
        (Err(refusal), _) => Err(refusal),
        (Ok(()), Some(handler)) => handler(&mut turn),
        (Ok(()), None) => Err(unknown(side, ask)),
    };
    let reply = reply.unwrap_or_else(|refusal| refusal);
    match side {
        Side::DataCenter => data_center::finish(reply, turn.me()),
        Side::Jira | Side::Confluence => edge::product(reply, ask, &turn.caller, side),
    }
}

/// What runs before a side's handlers.
fn gate(side: Side, turn: &Turn<'_>) -> Result<(), Reply> {
    match side {
        Side::Jira => jira::gate(turn),
        Side::Confluence => confluence::gate(turn),
        Side::DataCenter => Ok(()),
    }
}

/// An account that was never given the site counts as anonymous there.
fn admitted(world: &World, site: usize, mut caller: Caller) -> Caller {
    let name = world.site(site).name.as_str();
    let account = caller.account.as_ref().and_then(|id| world.people.get(id));
    if account.is_none_or(|account| !account.sites.contains(&name)) {
        caller.account = None;
    }
    caller
}

fn scope_refusal(caller: &Caller, needs: Needs) -> Option<Reply> {
    let held = caller.scopes.as_ref()?;
    let short = || Reply::gateway(StatusCode::UNAUTHORIZED, "Unauthorized; scope does not match");
    (!needs.met_by(held)).then(short)
}

/// A path without a route. The header lets a test tell "not built here" from "hidden".
fn unknown(side: Side, ask: &Ask) -> Reply {
    let reply = if side.knows_path(&ask.path) {
        Reply::jira(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
    } else {
        match side {
            Side::Jira => Reply::missing("The stand-in has no such path."),
            Side::Confluence => confluence::unknown_path(),
            Side::DataCenter => data_center::unknown_path(),
        }
    };
    reply.header("standin-missing", "route")
}
