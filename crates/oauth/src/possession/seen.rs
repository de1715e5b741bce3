//! Names of proofs that were used, for as long as somebody could use them again.

use std::sync::{Mutex, PoisonError};

use clock::Tick;
use rustc_hash::FxHashSet;

use super::dpop::REMEMBERED;

/// The most names of one span of time: over a thousand a second, some 5 MiB for the two spans that are kept.
const MOST: usize = 100_000;

/// The names one client has used. One's own memory for each client, so that none can use up another's; it takes no room
/// before the first.
#[derive(Default)]
pub(crate) struct Seen(Mutex<Spans>);

/// What can be accepted lies in this span of time or the one before: each is as long as a name is good.
#[derive(Default)]
struct Spans {
    since: Option<Tick>,
    now: FxHashSet<[u8; 16]>,
    before: FxHashSet<[u8; 16]>,
}

/// There is no room for another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Seen {
    /// Whether the name is used for the first time; it then counts as used. Half a digest is enough: two names with the same
    /// half are as hard to find as 64 bits are to guess, and finding them gets one's own second request refused.
    pub(crate) fn first(&self, name: &[u8; 32], now: Tick) -> Result<bool, Full> {
        let name = name.first_chunk::<16>().ok_or(Full)?;
        let mut spans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spans.turn(now);
        if spans.now.contains(name) || spans.before.contains(name) {
            return Ok(false);
        }
        if spans.now.len() >= MOST {
            return Err(Full);
        }
        spans.now.insert(*name);
        Ok(true)
    }
}

impl Spans {
    fn turn(&mut self, now: Tick) {
        let passed = self.since.map(|since| now.since(since));
        if passed.is_some_and(|passed| passed < REMEMBERED) {
            return;
        }
        let last = std::mem::take(&mut self.now);
        // A span without anybody in between leaves nothing that could still be used.
        self.before =
            if passed.is_some_and(|passed| passed < REMEMBERED * 2) { last } else { FxHashSet::default() };
        self.since = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clock::Clock;

    use super::*;

    fn name(number: usize) -> [u8; 32] {
        crate::digest::plain(&number.to_be_bytes())
    }

    #[test]
    fn a_name_is_remembered_for_its_time_wherever_in_a_span_it_came() {
        let (clock, hands) = Clock::manual(jiff::Timestamp::UNIX_EPOCH);
        let seen = Seen::default();
        assert_eq!(seen.first(&name(0), clock.tick()), Ok(true));
        for number in 1..200 {
            assert_eq!(seen.first(&name(number), clock.tick()), Ok(true));
            hands.advance(REMEMBERED - Duration::from_secs(1));
            assert_eq!(seen.first(&name(number), clock.tick()), Ok(false), "{number}");
            hands.advance(Duration::from_secs(number as u64 % 7));
        }
        assert_eq!(seen.first(&name(0), clock.tick()), Ok(true), "and not for ever");
    }

    #[test]
    fn memory_is_bounded_and_what_does_not_fit_is_refused_until_there_is_room() {
        let (clock, hands) = Clock::manual(jiff::Timestamp::UNIX_EPOCH);
        let seen = Seen::default();
        for number in 0..MOST {
            assert_eq!(seen.first(&name(number), clock.tick()), Ok(true));
        }
        assert_eq!(seen.first(&name(MOST), clock.tick()), Err(Full));
        assert_eq!(seen.first(&name(7), clock.tick()), Ok(false), "what was used stays used");
        hands.advance(REMEMBERED);
        assert_eq!(seen.first(&name(MOST), clock.tick()), Ok(true));
    }
}
