//! `GET /standin/oauth`: what a harness compares with what its client says it did.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::families::{Counts, Family};
use super::grants::Stale;
use crate::world::World;
use crate::world::clock::iso_time;

/// Everything there is to count.
pub(crate) fn whole(world: &mut World, now: Timestamp) -> Value {
    let authority = &mut world.oauth;
    for family in authority.families.values_mut() {
        family.age(&authority.rules, now);
    }
    let authority = &world.oauth;
    let families: Vec<_> = authority.families.values().map(|family| one(world, family)).collect();
    let alive = authority.families.values().filter(|family| family.end.is_none()).count();
    json!({
        "families": families,
        "totals": {
            "families": authority.families.len(), "alive": alive, "grants": authority.grants.len(),
            "redemptions": authority.counts.redemptions,
            "repeats_within_leeway": authority.counts.repeats_within_leeway,
            "repeats_outside_leeway": authority.counts.repeats_outside_leeway,
            "replaced": authority.counts.replaced, "after_end": authority.counts.after_end,
            "unknown_refresh_tokens": authority.unknown_refresh_tokens,
        },
        "stale_access_tokens": authority.stale,
        "weather": authority.weather.show(),
    })
}

fn one(world: &World, family: &Family) -> Value {
    let app = world.oauth.app(&family.client_id).map(|app| app.name.as_str());
    let account = world.people.get(&family.grant.account);
    let grant = world.oauth.grants.get(&family.grant);
    json!({
        "id": family.id, "account_id": family.grant.account, "as": account.map(|account| &account.username),
        "app": app, "client_id": &*family.client_id, "state": state(family),
        "ended_at": family.end.map(|(_, at)| iso_time(at)), "started_at": iso_time(family.started_at),
        "rotated_at": iso_time(family.rotated_at), "generation": family.generation, "pairs": family.next_pair,
        "offline": family.offline, "scopes": grant.map(|grant| &grant.scopes),
        "sites": grant.and_then(|grant| grant.sites.as_ref()),
        "redemptions": family.counts.redemptions, "repeats_within_leeway": family.counts.repeats_within_leeway,
        "repeats_outside_leeway": family.counts.repeats_outside_leeway, "replaced": family.counts.replaced,
        "after_end": family.counts.after_end,
    })
}

fn state(family: &Family) -> Value {
    family.end.map_or(json!("alive"), |(why, _)| json!(why))
}

/// Counts from nothing again; consents and tokens stay.
pub(crate) fn forget(world: &mut World) {
    let authority = &mut world.oauth;
    authority.counts = Counts::default();
    authority.unknown_refresh_tokens = 0;
    authority.stale = Stale::default();
    for family in authority.families.values_mut() {
        family.counts = Counts::default();
    }
}
