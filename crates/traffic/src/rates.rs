//! How often: calls per second and per day of each client whose manifest says so.
//!
//! Pure: the time is told. Calls per second are kept by the generic cell rate algorithm: one instant for each client.

use std::time::Duration;

use policy::Limits;
use rustc_hash::FxHashMap;
use types::ClientId;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// When a call is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    /// On the monotonic scale, since any fixed moment.
    pub(crate) tick: Duration,
    /// On the calendar, seconds since 1970.
    pub(crate) seconds: i64,
}

/// Which limit is used up, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UsedUp {
    /// As manifests call it.
    pub(crate) limit: &'static str,
    /// Until one more call may be asked for.
    pub(crate) wait: Duration,
}

/// What clients have used of their limits.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    clients: FxHashMap<ClientId, Spent>,
    /// The latest day there was.
    day: i64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    /// When everything that was used is there again.
    whole_at: Duration,
    /// The day `calls` are of.
    day: i64,
    calls: u64,
}

impl Rates {
    /// Counts one call of a client.
    ///
    /// # Errors
    /// When a limit is used up: then the call counts for none.
    pub(crate) fn take(&mut self, client: &ClientId, limits: &Limits, now: Now) -> Result<(), UsedUp> {
        let today = now.seconds.div_euclid(DAY);
        if today > self.day {
            self.day = today;
            // Whoever has nothing used is nobody to remember.
            self.clients.retain(|_, spent| spent.whole_at > now.tick);
        }
        // A calendar that is set back starts no new day.
        let today = self.day;
        let mut spent = self.clients.get(client).copied().unwrap_or_default();
        if spent.day != today {
            (spent.day, spent.calls) = (today, 0);
        }
        if limits.per_day.is_some_and(|most| spent.calls >= most) {
            let next = today.saturating_add(1).saturating_mul(DAY);
            let wait = u64::try_from(next.saturating_sub(now.seconds)).unwrap_or(1);
            return Err(UsedUp { limit: "per_day", wait: Duration::from_secs(wait.max(1)) });
        }
        if let (Some(rate), Some(burst)) = (limits.requests_per_second, limits.burst_in_force()) {
            let each = Duration::from_secs(1) / rate.max(1);
            let ahead = each.saturating_mul(burst.saturating_sub(1));
            let from = spent.whole_at.max(now.tick);
            let early = from.saturating_sub(now.tick).saturating_sub(ahead);
            if !early.is_zero() {
                return Err(UsedUp { limit: "requests_per_second", wait: early });
            }
            spent.whole_at = from.saturating_add(each);
        }
        spent.calls = spent.calls.saturating_add(1);
        match self.clients.get_mut(client) {
            Some(known) => *known = spent,
            None => drop(self.clients.insert(client.clone(), spent)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
