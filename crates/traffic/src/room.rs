//! Who may go and who waits: the arithmetic of admission, without time, threads or waking.
//!
//! Pure, so that its promises are tested over arbitrary orders of events (`room/tests.rs`).
//!
//! INVARIANT (work conserving): after every method, the first of no line could go. That is why a newcomer who finds
//! room may take it without looking at the lines.
//!
//! INVARIANT (standing once): a line is in `lines` exactly while it stands in one place: parked at its client, which
//! has all it may have, or in a ring of its grant. A line that everyone has left stays there until its turn comes;
//! so there are never more places than pairs of client and grant.

use std::collections::VecDeque;

use policy::Priority;
use rustc_hash::FxHashMap;
use types::{ClientId, Code, GrantName};

use crate::Limits;

/// Names one caller that waits. Never used twice within one [`Room`].
pub(crate) type Ticket = u64;

/// The calls of one client with one grant: they go in the order they came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Line {
    pub(crate) client: ClientId,
    pub(crate) grant: GrantName,
}

/// What a client's manifest asks of the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    /// Calls of the client under way at a time; never more than [`Limits::client_in_flight`]. From 1.
    pub(crate) concurrent: usize,
    /// Who goes first where they wait for the same grant, or for the gateway.
    pub(crate) priority: Priority,
}

impl Manner {
    /// What a manifest asks that says nothing of the kind.
    pub(crate) const USUAL: Self = Self { concurrent: usize::MAX, priority: Priority::Normal };
}

/// What [`Room::enter`] decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// Go now. The slots are held until [`Room::leave`].
    Go,
    /// Wait until [`Room::leave`] names this ticket.
    Wait(Ticket),
    /// No; this limit is why.
    Full(Code),
}

#[derive(Debug)]
pub(crate) struct Room {
    limits: Limits,
    in_flight: usize,
    waiting: usize,
    next: Ticket,
    clients: FxHashMap<ClientId, OfClient>,
    grants: FxHashMap<GrantName, OfGrant>,
    lines: FxHashMap<Line, VecDeque<Ticket>>,
    /// Grants that have room and somebody in their rings: only the gateway's own limit holds them back. By the highest priority
    /// that waits for each.
    ready: Ranks<GrantName>,
}

/// One queue for each priority, by the priority's place in its order.
#[derive(Debug)]
struct Ranks<T>([VecDeque<T>; 3]);

impl<T> Default for Ranks<T> {
    fn default() -> Self {
        Self([const { VecDeque::new() }; 3])
    }
}

impl<T: PartialEq> Ranks<T> {
    const fn of(&mut self, priority: Priority) -> &mut VecDeque<T> {
        let [low, normal, high] = &mut self.0;
        match priority {
            Priority::Low => low,
            Priority::Normal => normal,
            Priority::High => high,
        }
    }

    /// The highest priority of which there is anyone.
    fn highest(&self) -> Option<Priority> {
        let [low, normal, high] = &self.0;
        let ranks = [(high, Priority::High), (normal, Priority::Normal), (low, Priority::Low)];
        ranks.into_iter().find(|(queue, _)| !queue.is_empty()).map(|(_, priority)| priority)
    }

    /// The first of the highest priority of which there is anyone.
    fn pop(&mut self) -> Option<T> {
        let highest = self.highest()?;
        self.of(highest).pop_front()
    }
}

#[derive(Debug)]
struct OfClient {
    /// What its manifest asks now.
    manner: Manner,
    /// Another number of calls under way that it asks, from the next [`Room::leave`] on: whoever is parked by the number that
    /// holds must be looked at again when it rises.
    next_concurrent: usize,
    in_flight: usize,
    waiting: usize,
    /// The grants of the lines that stand here because the client has all it may have.
    parked: Vec<GrantName>,
}

impl OfClient {
    const fn new(manner: Manner) -> Self {
        let next_concurrent = manner.concurrent;
        Self { manner, next_concurrent, in_flight: 0, waiting: 0, parked: Vec::new() }
    }

    /// Whether it has all under way that it may: what it asks, and no more than anybody gets.
    const fn is_full(&self, most: usize) -> bool {
        self.in_flight >= self.manner.concurrent || self.in_flight >= most
    }

    /// Takes note of what it asks. A lower number holds at once, a higher one when nobody is parked by the one before.
    fn ask(&mut self, manner: Manner) {
        self.manner.priority = manner.priority;
        self.next_concurrent = manner.concurrent;
        if self.parked.is_empty() || manner.concurrent < self.manner.concurrent {
            self.manner.concurrent = manner.concurrent;
        }
    }
}

#[derive(Debug, Default)]
struct OfGrant {
    in_flight: usize,
    /// Clients taking turns, those of a higher priority before all others.
    rings: Ranks<ClientId>,
    /// Where the grant is in [`Room::ready`].
    ready: Option<Priority>,
}

impl Room {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            in_flight: 0,
            waiting: 0,
            next: 0,
            clients: FxHashMap::default(),
            grants: FxHashMap::default(),
            lines: FxHashMap::default(),
            ready: Ranks::default(),
        }
    }

    pub(crate) const fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub(crate) const fn waiting(&self) -> usize {
        self.waiting
    }

    pub(crate) fn enter(&mut self, line: &Line, manner: Manner) -> Entrance {
        if let Some(client) = self.clients.get_mut(&line.client) {
            client.ask(manner);
        }
        match self.obstacle(line) {
            None => {
                self.take_slots(line, manner);
                Entrance::Go
            }
            Some(why) if self.nobody_goes() || self.line_is_full(&line.client) => Entrance::Full(why),
            Some(_) => Entrance::Wait(self.queue(line, manner)),
        }
    }

    /// The limit that keeps the next call of `line` from going; the narrowest when there are several.
    pub(crate) fn obstacle(&self, line: &Line) -> Option<Code> {
        let most = self.limits.client_in_flight;
        let full = self.clients.get(&line.client).map_or(most == 0, |client| client.is_full(most));
        let grant = self.grants.get(&line.grant).map_or(0, |grant| grant.in_flight);
        if full {
            Some(Code::ClientBusy)
        } else if grant >= self.limits.grant_in_flight {
            Some(Code::GrantBusy)
        } else if self.in_flight >= self.limits.gateway_in_flight {
            Some(Code::GatewayBusy)
        } else {
            None
        }
    }

    /// A limit of 0: waiting would be in vain.
    const fn nobody_goes(&self) -> bool {
        let Limits { gateway_in_flight, client_in_flight, grant_in_flight, .. } = self.limits;
        gateway_in_flight == 0 || client_in_flight == 0 || grant_in_flight == 0
    }

    fn line_is_full(&self, client: &ClientId) -> bool {
        let waiting = self.clients.get(client).map_or(0, |client| client.waiting);
        waiting >= self.limits.waiting_per_client || self.waiting >= self.limits.waiting
    }

    fn take_slots(&mut self, line: &Line, manner: Manner) {
        self.in_flight += 1;
        match self.clients.get_mut(&line.client) {
            Some(client) => client.in_flight += 1,
            None => {
                let client = OfClient { in_flight: 1, ..OfClient::new(manner) };
                self.clients.insert(line.client.clone(), client);
            }
        }
        match self.grants.get_mut(&line.grant) {
            Some(grant) => grant.in_flight += 1,
            None => {
                let grant = OfGrant { in_flight: 1, ..OfGrant::default() };
                self.grants.insert(line.grant.clone(), grant);
            }
        }
    }

    fn queue(&mut self, line: &Line, manner: Manner) -> Ticket {
        let ticket = self.next;
        self.next += 1;
        self.waiting += 1;
        self.clients.entry(line.client.clone()).or_insert_with(|| OfClient::new(manner)).waiting += 1;
        if let Some(tickets) = self.lines.get_mut(line) {
            tickets.push_back(ticket);
        } else {
            self.lines.insert(line.clone(), VecDeque::from([ticket]));
            self.place(line.clone());
        }
        ticket
    }

    /// Gives a line its place: with its client while that has all it may have, else in a ring of its grant.
    fn place(&mut self, line: Line) {
        let Line { client, grant } = line;
        let most = self.limits.client_in_flight;
        let of_client = self.clients.entry(client.clone()).or_insert_with(|| OfClient::new(Manner::USUAL));
        if of_client.is_full(most) {
            of_client.parked.push(grant);
        } else {
            let priority = of_client.manner.priority;
            self.grants.entry(grant.clone()).or_default().rings.of(priority).push_back(client);
            self.consider(&grant);
        }
    }

    /// Puts a grant that has room and somebody in a ring among the ready, or forgets it when nothing is left of it.
    fn consider(&mut self, name: &GrantName) {
        let Some(grant) = self.grants.get_mut(name) else { return };
        let Some(highest) = grant.rings.highest() else {
            if grant.in_flight == 0 && grant.ready.is_none() {
                self.grants.remove(name);
            }
            return;
        };
        if grant.in_flight >= self.limits.grant_in_flight || grant.ready.is_some_and(|at| at >= highest) {
            return;
        }
        // It stands in one place only: further ahead, now that somebody of a higher priority waits.
        if let Some(before) = grant.ready.replace(highest) {
            self.ready.of(before).retain(|ready| ready != name);
        }
        self.ready.of(highest).push_back(name.clone());
    }

    fn forget_if_idle(&mut self, name: &ClientId) {
        let idle =
            |client: &OfClient| client.in_flight == 0 && client.waiting == 0 && client.parked.is_empty();
        if self.clients.get(name).is_some_and(idle) {
            self.clients.remove(name);
        }
    }

    /// Gives the slots of one admitted call of `line` back; the result are those who may go now, their slots taken.
    pub(crate) fn leave(&mut self, line: &Line) -> Vec<Ticket> {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(grant) = self.grants.get_mut(&line.grant) {
            grant.in_flight = grant.in_flight.saturating_sub(1);
        }
        let parked = match self.clients.get_mut(&line.client) {
            Some(client) => {
                client.in_flight = client.in_flight.saturating_sub(1);
                client.manner.concurrent = client.next_concurrent;
                std::mem::take(&mut client.parked)
            }
            None => Vec::new(),
        };
        for grant in parked {
            self.place(Line { client: line.client.clone(), grant });
        }
        self.consider(&line.grant);
        let admitted = self.hand_out();
        self.forget_if_idle(&line.client);
        admitted
    }

    /// Hands out what is free, grant by grant and client by client in turn.
    fn hand_out(&mut self) -> Vec<Ticket> {
        let mut admitted = Vec::new();
        while self.in_flight < self.limits.gateway_in_flight {
            let Some(name) = self.ready.pop() else { break };
            let next = self.grants.get_mut(&name).and_then(|grant| {
                grant.ready = None;
                let room = grant.in_flight < self.limits.grant_in_flight;
                room.then(|| grant.rings.pop()).flatten()
            });
            if let Some(client) = next {
                admitted.extend(self.turn_of(Line { client, grant: name.clone() }));
            }
            self.consider(&name);
        }
        admitted
    }

    /// It is this line's turn, and grant and gateway have room: its first goes, unless the client has all it may have
    /// (then the line parks) or everyone has left the line (then it is forgotten).
    fn turn_of(&mut self, line: Line) -> Option<Ticket> {
        let tickets = self.lines.get_mut(&line)?;
        if tickets.is_empty() {
            self.lines.remove(&line);
            return None;
        }
        let most = self.limits.client_in_flight;
        if self.clients.get(&line.client).is_some_and(|client| client.is_full(most)) {
            self.place(line);
            return None;
        }
        let ticket = tickets.pop_front()?;
        let others = !tickets.is_empty();
        self.stop_waiting(&line.client);
        // It waited, so it is known.
        self.take_slots(&line, Manner::USUAL);
        if others {
            self.place(line);
        } else {
            self.lines.remove(&line);
        }
        Some(ticket)
    }

    fn stop_waiting(&mut self, client: &ClientId) {
        self.waiting = self.waiting.saturating_sub(1);
        if let Some(client) = self.clients.get_mut(client) {
            client.waiting = client.waiting.saturating_sub(1);
        }
    }

    /// Takes a ticket out of its line. `false` when it is not there, which means that it was admitted.
    pub(crate) fn withdraw(&mut self, line: &Line, ticket: Ticket) -> bool {
        let Some(tickets) = self.lines.get_mut(line) else { return false };
        let Some(position) = tickets.iter().position(|waiting| *waiting == ticket) else { return false };
        tickets.remove(position);
        self.stop_waiting(&line.client);
        self.forget_if_idle(&line.client);
        true
    }

    /// How many clients, grants and lines are remembered.
    #[cfg(test)]
    fn remembered(&self) -> (usize, usize, usize) {
        (self.clients.len(), self.grants.len(), self.lines.len())
    }
}

#[cfg(test)]
mod tests;
