//! The world that queries are asked of: the usual one, with a past.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::ask::Ask;
use crate::identity::{Caller, Presented};
use crate::jira::model::{Change, Filter, Item};
use crate::turn::{Dialect, Turn};
use crate::world::people::AccountId;
use crate::world::random::Random;
use crate::world::{DEMO, World};

/// Runs something with a turn of the gateway's service account, which sees four projects.
pub(super) fn with(run: impl FnOnce(&Turn<'_>)) {
    let mut world = World::new(1, SocketAddr::from(([127, 0, 0, 1], 7600)));
    let me = world.people.id("gateway");
    past(&mut world);
    let filters = [
        (10_001, "Mine", "project = DATA AND status = Done"),
        (10_002, "Open", "resolution is empty or assignee = currentUser() order by key"),
    ];
    for (id, name, jql) in filters {
        let filter = Filter { id, name: name.to_owned(), owner: Arc::clone(&me), jql: jql.to_owned() };
        world.site_mut(DEMO).jira.filters.push(filter);
    }
    let ask = Ask {
        method: Method::GET,
        path: String::new(),
        query: Vec::new(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let turn = Turn {
        world: &mut world,
        site: DEMO,
        ask: &ask,
        caller: Caller { account: Some(me), presented: Presented::Good, scopes: None },
        captures: Vec::new(),
        dialect: Dialect::V3,
        now: "2026-11-20T12:00:00Z".parse().unwrap(),
    };
    run(&turn);
}

/// Gives two issues of three a few changes, the last of which leads to what they are.
fn past(world: &mut World) {
    let mut random = Random::new(7);
    let people: Vec<AccountId> =
        ["rosa", "dan", "petra", "gateway"].iter().map(|name| world.people.id(name)).collect();
    let jira = &mut world.site_mut(DEMO).jira;
    for issue in jira.issues.values_mut() {
        if random.once_in(3) {
            continue;
        }
        let mut at = issue.created;
        let (mut status, mut assignee) = (10_000_u64, None::<AccountId>);
        for number in 0..1 + random.below(3) {
            at += jiff::SignedDuration::from_hours(1 + i64::try_from(random.below(400)).unwrap());
            let next = [10_000_u64, 3, 10_002, issue.status];
            let next = if number == 2 { issue.status } else { next[random.below(4)] };
            let who = Some(Arc::clone(&people[random.below(4)]));
            let id = |id: &Option<AccountId>| id.as_ref().map(ToString::to_string);
            let items = vec![
                Item::ids("status", (Some(status.to_string()), None), (Some(next.to_string()), None)),
                Item::ids("assignee", (id(&assignee), None), (id(&who), None)),
            ];
            let author = Some(Arc::clone(&people[random.below(4)]));
            issue.changelog.push(Change { id: number as u64, author, at, items, metadata: None });
            (status, assignee) = (next, who);
        }
    }
}
