//! Making pairs of tokens, and redeeming refresh tokens for further ones.

use std::sync::Arc;

use jiff::Timestamp;

use super::apps::{ClientId, Kind};
use super::families::{Counts, End, Family, Pair, Standing, later, read_refresh_token, refresh_token};
use super::rules::Retry;
use crate::credentials::{Issued, Origin};
use crate::world::World;

/// The refresh token is no good.
#[derive(Debug)]
pub(crate) struct NoGood;

/// The first pair of a family, or a further one of its current generation; `None` when the consent is gone.
/// `refresh` says whether a refresh token comes with it.
pub(crate) fn make(world: &mut World, id: u64, refresh: bool, now: Timestamp) -> Option<Pair> {
    let authority = &mut world.oauth;
    let family = authority.families.get_mut(&id)?;
    let scopes = Arc::clone(&authority.grants.get(&family.grant)?.scopes);
    let expires_in = match family.kind {
        Kind::Cloud => authority.rules.access_token_seconds,
        Kind::JiraDataCenter | Kind::ConfluenceDataCenter => authority.rules.data_center_access_token_seconds,
    };
    family.next_pair = family.next_pair.saturating_add(1);
    let number = family.next_pair;
    let issued = Issued {
        account: Arc::clone(&family.grant.account),
        scopes: Arc::clone(&scopes),
        origin: Origin::Consent { family: id, pair: number },
        expires_at: later(now, expires_in),
    };
    let refresh = (refresh && family.offline).then(|| refresh_token(authority.seed, id, number).into());
    let pair = Pair {
        number,
        generation: family.generation,
        access: world.credentials.issue(now, issued),
        refresh,
        scopes,
        expires_in,
        redeemed_at: None,
        replaced: false,
    };
    family.keep(pair.clone());
    Some(pair)
}

/// Redeems a refresh token for the application that shows it.
pub(crate) fn redeem(
    world: &mut World,
    client_id: &ClientId,
    text: &str,
    now: Timestamp,
) -> Result<Pair, NoGood> {
    let authority = &mut world.oauth;
    let seed = authority.seed;
    let known = read_refresh_token(seed, text)
        .and_then(|(family, pair)| Some((authority.families.get_mut(&family)?, pair)))
        .filter(|(family, _)| family.client_id == *client_id && family.offline);
    let Some((family, number)) = known else {
        authority.unknown_refresh_tokens += 1;
        return Err(NoGood);
    };
    let rules = &authority.rules;
    family.age(rules, now);
    let mut count = |what: fn(&mut Counts) -> &mut u64, family: &mut Family| {
        *what(&mut family.counts) += 1;
        *what(&mut authority.counts) += 1;
    };
    if family.end.is_some() {
        count(|counts| &mut counts.after_end, family);
        return Err(NoGood);
    }
    let standing = family.standing(number, rules, now);
    match standing {
        Standing::Replaced => {
            count(|counts| &mut counts.replaced, family);
            return Err(NoGood);
        }
        Standing::TooLate => {
            count(|counts| &mut counts.repeats_outside_leeway, family);
            // Data Center refuses and leaves it at that.
            if family.kind == Kind::Cloud {
                family.finish(End::Reuse, now);
            }
            return Err(NoGood);
        }
        Standing::Repeated => count(|counts| &mut counts.repeats_within_leeway, family),
        Standing::Current => {}
    }
    count(|counts| &mut counts.redemptions, family);
    let (id, rotate, retry) = (family.id, rules.rotate, rules.retry);
    if standing == Standing::Current && rotate {
        family.turn(now);
    }
    if standing == Standing::Repeated {
        match retry {
            Retry::SamePair => {
                let generation = family.generation;
                let first =
                    family.pairs.iter().find(|pair| pair.generation == generation && pair.refresh.is_some());
                return first.cloned().ok_or(NoGood);
            }
            Retry::NewPairReplaces => family.replace_siblings(),
            Retry::NewPair => {}
        }
    }
    let refresh = rotate || standing == Standing::Repeated;
    if !refresh {
        family.rotated_at = now;
    }
    make(world, id, refresh, now).ok_or(NoGood)
}
