//! A family: every pair of tokens that came of one consent, rotation by rotation.
//!
//! Pairs have a generation. Redeeming a refresh token of the current generation makes the next one; whoever asks again
//! with the generation before that, within the leeway, gets another pair of the current one.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::apps::{ClientId, Kind};
use super::grants::GrantKey;
use super::rules::Rules;
use crate::credentials::Scopes;
use crate::world::random::Random;

/// How many pairs of a family are remembered; an access token of an older one counts as rotated away.
const PAIRS_MAX: usize = 256;

/// One access token and the refresh token that came with it.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    /// Counts the pairs of the family.
    pub(crate) number: u64,
    pub(crate) generation: u64,
    pub(crate) access: Arc<str>,
    pub(crate) refresh: Option<Arc<str>>,
    pub(crate) scopes: Scopes,
    pub(crate) expires_in: i64,
    /// When the refresh token of this generation was first redeemed.
    pub(crate) redeemed_at: Option<Timestamp>,
    /// A later pair of the same generation took its place.
    pub(crate) replaced: bool,
}

/// Why a family is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// A newer consent of the same person to the same application.
    Superseded,
    /// A refresh token was redeemed again that must not be: taken for a theft.
    Reuse,
    /// The person ended it.
    Revoked,
    /// The person changed the password.
    PasswordChanged,
    /// The account was deactivated.
    Deactivated,
    /// No refresh for too long.
    Inactive,
    /// Too long since the consent.
    TooOld,
}

/// What was tried with refresh tokens.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Counts {
    /// Exchanges that were answered with tokens, repeated ones included.
    pub(crate) redemptions: u64,
    /// Of those, repeated ones within the leeway.
    pub(crate) repeats_within_leeway: u64,
    /// Exchanges of a token that had been exchanged before, too late or too old: a good client makes none.
    pub(crate) repeats_outside_leeway: u64,
    /// Exchanges of a token whose place a later pair had taken.
    pub(crate) replaced: u64,
    /// Exchanges after the end of the family.
    pub(crate) after_end: u64,
}

/// Every token of one consent.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) id: u64,
    pub(crate) grant: GrantKey,
    pub(crate) client_id: ClientId,
    pub(crate) kind: Kind,
    /// Whether it has refresh tokens at all.
    pub(crate) offline: bool,
    pub(crate) started_at: Timestamp,
    pub(crate) rotated_at: Timestamp,
    pub(crate) generation: u64,
    pub(crate) pairs: VecDeque<Pair>,
    pub(crate) next_pair: u64,
    pub(crate) end: Option<(End, Timestamp)>,
    pub(crate) counts: Counts,
}

/// What a refresh token is to its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Current,
    /// Redeemed already, and still within the leeway.
    Repeated,
    /// Redeemed already, and too late or too old.
    TooLate,
    Replaced,
}

impl Family {
    /// Ends it, unless something else did before.
    pub(crate) fn finish(&mut self, why: End, now: Timestamp) {
        self.end.get_or_insert((why, now));
    }

    /// Whether time has ended it; says so on the family too.
    pub(crate) fn age(&mut self, rules: &Rules, now: Timestamp) {
        let longer = |since: Timestamp, seconds: i64| now.duration_since(since).as_secs() >= seconds;
        if rules.absolute_seconds.is_some_and(|most| longer(self.started_at, most)) {
            self.finish(End::TooOld, now);
        } else if self.offline && longer(self.rotated_at, rules.inactivity_seconds) {
            self.finish(End::Inactive, now);
        }
    }

    /// How long redeemed tokens of this family stay good; Data Center knows no leeway.
    pub(crate) const fn leeway(&self, rules: &Rules) -> i64 {
        match self.kind {
            Kind::Cloud => rules.leeway_seconds,
            Kind::JiraDataCenter | Kind::ConfluenceDataCenter => 0,
        }
    }

    /// Which of the family's pairs this is, while it is remembered.
    pub(crate) fn pair(&self, number: u64) -> Option<&Pair> {
        self.pairs.iter().rev().find(|pair| pair.number == number)
    }

    /// Whether a rotation has ended this pair's access token by now.
    pub(crate) fn rotated_away(&self, number: u64, rules: &Rules, now: Timestamp) -> bool {
        let leeway = self.leeway(rules);
        self.pair(number)
            .is_none_or(|pair| pair.redeemed_at.is_some_and(|at| now.duration_since(at).as_secs() >= leeway))
    }

    /// Whether a repeat has put another pair in this one's place.
    pub(crate) fn is_replaced(&self, number: u64) -> bool {
        self.pair(number).is_some_and(|pair| pair.replaced)
    }

    /// What the refresh token of this pair may still do.
    pub(crate) fn standing(&self, number: u64, rules: &Rules, now: Timestamp) -> Standing {
        let Some(pair) = self.pair(number) else { return Standing::TooLate };
        match pair.redeemed_at {
            _ if pair.replaced => Standing::Replaced,
            None => Standing::Current,
            Some(at) => {
                let previous = pair.generation.saturating_add(1) == self.generation;
                let soon = now.duration_since(at).as_secs() < self.leeway(rules);
                if previous && soon { Standing::Repeated } else { Standing::TooLate }
            }
        }
    }

    /// Begins the next generation: every pair of this one counts as redeemed now.
    pub(crate) fn turn(&mut self, now: Timestamp) {
        let generation = self.generation;
        for pair in self.pairs.iter_mut().filter(|pair| pair.generation == generation) {
            pair.redeemed_at.get_or_insert(now);
        }
        self.generation = generation.saturating_add(1);
        self.rotated_at = now;
    }

    /// Takes every pair of the current generation out of use.
    pub(crate) fn replace_siblings(&mut self) {
        let generation = self.generation;
        for pair in self.pairs.iter_mut().filter(|pair| pair.generation == generation) {
            pair.replaced = true;
        }
    }

    /// Remembers a pair.
    pub(crate) fn keep(&mut self, pair: Pair) {
        if self.pairs.len() >= PAIRS_MAX {
            self.pairs.pop_front();
        }
        self.pairs.push_back(pair);
    }
}

/// When something made now for so many seconds is over.
pub(crate) fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// The refresh token of a pair. It can be made again from its numbers, so that one from long ago is still recognised
/// without being kept.
pub(crate) fn refresh_token(seed: u64, family: u64, number: u64) -> String {
    let mut random = Random::new(seed ^ family.rotate_left(32) ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    format!("eyJhbGciOiJIUzI1NiJ9.{}x{family:x}x{number:x}.{}", random.text(120), random.text(43))
}

/// Family and pair of a refresh token, if it is one.
pub(crate) fn read_refresh_token(seed: u64, text: &str) -> Option<(u64, u64)> {
    let (_, rest) = text.split_once('.')?;
    let (middle, _) = rest.split_once('.')?;
    let mut numbers = middle.rsplitn(3, 'x');
    let mut number = || u64::from_str_radix(numbers.next()?, 16).ok();
    let (pair, family) = (number()?, number()?);
    (refresh_token(seed, family, pair) == text).then_some((family, pair))
}
