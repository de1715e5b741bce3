//! What an access token is good for right now.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::apps::{App, Kind};
use super::grants::Grant;
use crate::credentials::{Origin, Scopes};
use crate::world::World;
use crate::world::people::AccountId;

/// A living access token.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) account: AccountId,
    pub(crate) scopes: Scopes,
    pub(crate) kind: Kind,
    origin: Origin,
}

/// Why a token that was good once is not any more.
enum Over {
    Expired,
    Rotated,
    Replaced,
    Ended,
}

impl Held {
    /// The token of this text, while it lives. One that came too late is counted.
    pub(crate) fn of(world: &mut World, text: &str, now: Timestamp) -> Option<Self> {
        let issued = world.credentials.issued(text)?;
        let (account, origin) = (Arc::clone(&issued.account), issued.origin);
        let mut scopes = Arc::clone(&issued.scopes);
        let over = match origin {
            _ if issued.expires_at <= now => Some(Over::Expired),
            Origin::ServiceApp(_) => None,
            Origin::Consent { family, pair } => ended(world, family, pair, now),
        };
        if let Some(over) = over {
            let stale = &mut world.oauth.stale;
            *match (over, origin) {
                (Over::Expired, Origin::ServiceApp(_)) => &mut stale.service_expired,
                (Over::Expired, Origin::Consent { .. }) => &mut stale.expired,
                (Over::Rotated, _) => &mut stale.rotated,
                (Over::Replaced, _) => &mut stale.replaced,
                (Over::Ended, _) => &mut stale.ended,
            } += 1;
            return None;
        }
        if !world.people.get(&account).is_some_and(|account| account.active) {
            return None;
        }
        let mut kind = Kind::Cloud;
        if let Some((app, grant)) = consent(world, origin) {
            kind = app.kind;
            // A scope that the consent has lost since is lost for the tokens that are out, too.
            if !Arc::ptr_eq(&grant.scopes, &scopes) {
                scopes = Arc::new(scopes.intersection(&grant.scopes).cloned().collect::<BTreeSet<_>>());
            }
        }
        Some(Self { account, scopes, kind, origin })
    }

    /// Whether it reaches a site of Cloud: the application is installed there, and the consent covers it.
    pub(crate) fn reaches(&self, world: &World, site: &str) -> bool {
        match self.origin {
            Origin::ServiceApp(sites) => sites.contains(&site),
            Origin::Consent { .. } => consent(world, self.origin).is_some_and(|(app, grant)| {
                let account = world.people.get(&self.account);
                app.kind == Kind::Cloud
                    && !app.removed_from.contains(site)
                    && account.is_some_and(|account| account.sites.contains(&site))
                    && grant.sites.as_ref().is_none_or(|sites| sites.contains(site))
            }),
        }
    }

    /// The scopes of one of the two products, for Cloud: what belongs to neither is left out.
    pub(crate) fn scopes_of(&self, confluence: bool) -> impl Iterator<Item = &str> {
        let of_a_product = |scope: &&String| !scope.ends_with(":me") && *scope != "offline_access";
        let scopes = self.scopes.iter().filter(of_a_product).map(String::as_str);
        scopes.filter(move |scope| scope.contains("confluence") == confluence)
    }
}

/// What has ended a person's token before its time.
fn ended(world: &World, family: u64, pair: u64, now: Timestamp) -> Option<Over> {
    let Some(family) = world.oauth.families.get(&family) else { return Some(Over::Ended) };
    if family.end.is_some() {
        return Some(Over::Ended);
    }
    let rules = &world.oauth.rules;
    if family.rotated_away(pair, rules, now) {
        return Some(Over::Rotated);
    }
    family.is_replaced(pair).then_some(Over::Replaced)
}

fn consent(world: &World, origin: Origin) -> Option<(&App, &Grant)> {
    let Origin::Consent { family, .. } = origin else { return None };
    let family = world.oauth.families.get(&family)?;
    Some((world.oauth.app(&family.client_id)?, world.oauth.grants.get(&family.grant)?))
}
