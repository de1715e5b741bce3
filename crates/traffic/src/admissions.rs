use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::{Clock, Tick};
use policy::Permit;
use rustc_hash::FxHashMap;
use tokio::sync::oneshot;
use types::{ClientId, Code, Refusal};

use crate::Limits;
use crate::rates::{Now, Rates, UsedUp};
use crate::room::{Entrance, Line, Manner, Room, Ticket};

/// When a caller who found no room may try again: short, and never zero, which some clients take for "at once, for
/// ever".
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// The door: hands out [`Admission`]s under one set of [`Limits`]. Cheap to clone; clones are the same door.
#[derive(Clone)]
pub struct Admissions(Arc<Door>);

/// One lock for everything, held for well under a microsecond and never across an await. Three locks in a row would
/// cost three times as much on every call, and could not hand a freed slot to the right one of several lines.
struct Door {
    limits: Limits,
    inside: Mutex<Inside>,
    clock: Clock,
    opened: Tick,
    /// Its own lock, held before and never with the other: only clients whose manifests limit how often they call take it.
    rates: Mutex<Rates>,
}

struct Inside {
    room: Room,
    /// One for each caller that waits.
    bells: FxHashMap<Ticket, oneshot::Sender<()>>,
}

/// How full it is at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occupancy {
    /// Calls under way.
    pub in_flight: usize,
    /// Calls waiting.
    pub waiting: usize,
}

impl Admissions {
    /// An empty room.
    #[must_use]
    pub fn new(limits: Limits, clock: Clock) -> Self {
        let inside = Inside { room: Room::new(limits), bells: FxHashMap::default() };
        let opened = clock.tick();
        Self(Arc::new(Door { limits, inside: Mutex::new(inside), clock, opened, rates: Mutex::default() }))
    }

    /// Waits for room for one call on the terms of `permit`. Dropping the future gives the place up.
    ///
    /// # Errors
    /// [`Code::ClientBusy`], [`Code::GrantBusy`] or [`Code::GatewayBusy`], after the limit that stood in the way: at
    /// once when the line is full or the manifest's `requests_per_second` or `per_day` is used up, else after
    /// [`Limits::wait`].
    pub async fn admit(&self, permit: &Permit) -> Result<Admission, Refusal> {
        let line = Line { client: who(permit), grant: permit.grant().clone() };
        let terms = permit.terms();
        let limits = terms.limits();
        let mut manner = Manner { priority: terms.priority(), ..Manner::USUAL };
        if !limits.is_none() {
            self.0.count(&line.client, limits)?;
            let concurrent = limits.concurrent.and_then(|most| usize::try_from(most).ok());
            manner.concurrent = concurrent.unwrap_or(manner.concurrent).max(1);
        }
        self.enter(line, manner).await
    }

    /// How full it is, for metrics.
    #[must_use]
    pub fn occupancy(&self) -> Occupancy {
        let inside = self.0.lock();
        Occupancy { in_flight: inside.room.in_flight(), waiting: inside.room.waiting() }
    }

    async fn enter(&self, line: Line, manner: Manner) -> Result<Admission, Refusal> {
        let (place, bell) = {
            let mut inside = self.0.lock();
            match inside.room.enter(&line, manner) {
                Entrance::Go => return Ok(Admission { door: Arc::clone(&self.0), line }),
                Entrance::Full(code) => return Err(busy(code)),
                Entrance::Wait(ticket) => {
                    let (ring, bell) = oneshot::channel();
                    inside.bells.insert(ticket, ring);
                    (Place { door: Arc::clone(&self.0), line: Some(line), ticket }, bell)
                }
            }
        };
        match tokio::time::timeout(self.0.limits.wait, bell).await {
            Ok(Ok(())) => place.take(),
            // The bell was dropped unrung: nobody does that, but if somebody did, the place decides.
            Ok(Err(_)) | Err(_) => place.give_up(),
        }
    }
}

/// Whose limit counts. People share the one client that is built in: each of them has a client's room for themselves, or one
/// script in a hurry would keep everybody else out.
fn who(permit: &Permit) -> ClientId {
    let client = permit.client();
    if permit.is_as_user() && client.is_built_in() {
        return permit.grant().as_str().parse().unwrap_or_else(|_| client.clone());
    }
    client.clone()
}

impl fmt::Debug for Admissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "admissions under {:?}: {:?}", self.0.limits, self.occupancy())
    }
}

impl Door {
    /// A panic while the lock was held is impossible by the lints; should one happen, counting on beats refusing
    /// everyone for ever.
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one call against what the manifest says about how often.
    fn count(&self, client: &ClientId, limits: &policy::Limits) -> Result<(), Refusal> {
        if limits.requests_per_second.is_none() && limits.per_day.is_none() {
            return Ok(());
        }
        let tick = self.clock.tick().since(self.opened);
        let now = Now { tick, seconds: self.clock.now().as_second() };
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = rates.take(client, limits, now);
        drop(rates);
        taken.map_err(|UsedUp { limit, wait }| {
            let detail = format!("{client} has used up the `{limit}` of its manifest.");
            Refusal::new(Code::ClientBusy, detail).retry_after(wait.max(TRY_AGAIN))
        })
    }

    fn leave(&self, line: &Line) {
        let bells = self.lock().leave(line);
        for bell in bells {
            // A caller who is just giving up no longer listens; its `Place` sees that it was admitted, and passes on.
            let _gone = bell.send(());
        }
    }
}

impl Inside {
    fn leave(&mut self, line: &Line) -> Vec<oneshot::Sender<()>> {
        let admitted = self.room.leave(line);
        admitted.iter().filter_map(|ticket| self.bells.remove(ticket)).collect()
    }

    /// Takes the ticket out of its line, or says that it was admitted (`false`).
    fn withdraw(&mut self, line: &Line, ticket: Ticket) -> bool {
        self.bells.remove(&ticket);
        self.room.withdraw(line, ticket)
    }
}

/// A place in a line. The room alone knows whether it has been admitted: a bell can ring for someone who is already
/// leaving.
struct Place {
    door: Arc<Door>,
    /// `None` once the place has been used up.
    line: Option<Line>,
    ticket: Ticket,
}

impl Place {
    /// The bell rang.
    fn take(mut self) -> Result<Admission, Refusal> {
        let line = self.line.take().ok_or(Code::Internal)?;
        Ok(Admission { door: Arc::clone(&self.door), line })
    }

    /// Waited long enough; but who was admitted at this very moment goes.
    fn give_up(mut self) -> Result<Admission, Refusal> {
        let line = self.line.take().ok_or(Code::Internal)?;
        let mut inside = self.door.lock();
        if inside.withdraw(&line, self.ticket) {
            let why = inside.room.obstacle(&line).unwrap_or(Code::ClientBusy);
            drop(inside);
            return Err(busy(why));
        }
        drop(inside);
        Ok(Admission { door: Arc::clone(&self.door), line })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(line) = self.line.take() else { return };
        if !self.door.lock().withdraw(&line, self.ticket) {
            self.door.leave(&line);
        }
    }
}

fn busy(code: Code) -> Refusal {
    Refusal::from(code).retry_after(TRY_AGAIN)
}

/// The proof that there is room for one call: the slots are held until it is dropped.
///
/// It cannot be made outside this crate, and not cloned:
/// ```compile_fail
/// fn twice(admission: traffic::Admission) { let _ = admission.clone(); }
/// ```
#[must_use = "dropping an admission gives the slots back"]
pub struct Admission {
    door: Arc<Door>,
    line: Line,
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "admission of {:?} with {:?}", self.line.client, self.line.grant)
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.door.leave(&self.line);
    }
}

#[cfg(test)]
mod tests;
