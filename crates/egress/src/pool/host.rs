use std::collections::VecDeque;

use tokio::sync::oneshot;

use super::reaper::ROUNDS;
use crate::connection::{Connection, One, Two};

/// The connections to one destination.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// Unused ones, with the round in which they were last used; the last one used is at the end, so that those too many
    /// grow old.
    idle: Vec<(One, u32)>,
    /// One that all requests share, with the round in which one last took it.
    shared: Option<(Two, u32)>,
    /// Requests that take what comes free.
    waiting: VecDeque<oneshot::Sender<Connection>>,
}

impl Host {
    /// One that is open, as far as is known.
    pub(super) fn take(&mut self, round: u32) -> Option<Connection> {
        if let Some((shared, used)) = &mut self.shared {
            if !shared.is_closed() {
                *used = round;
                return Some(Connection::Two(shared.clone()));
            }
            self.shared = None;
        }
        while let Some((connection, _)) = self.idle.pop() {
            if connection.is_ready() {
                return Some(Connection::One(connection));
            }
        }
        None
    }

    /// Gives it to who waits, or keeps it; ends it when there are `most` already.
    pub(super) fn keep(&mut self, connection: One, round: u32, most: usize) {
        let mut connection = Connection::One(connection);
        while let Some(waiting) = self.waiting.pop_front() {
            match waiting.send(connection) {
                Ok(()) => return,
                // It got its own meanwhile, or gave up.
                Err(back) => connection = back,
            }
        }
        if let Connection::One(connection) = connection
            && self.idle.len() < most
        {
            self.idle.push((connection, round));
        }
    }

    /// From now on shared by everybody, and by who waits; gives the one that is, which may be an earlier one.
    pub(super) fn share(&mut self, new: Two, round: u32) -> Two {
        let shared = match self.shared.take() {
            Some((earlier, _)) if !earlier.is_closed() => earlier,
            _ => new,
        };
        for waiting in self.waiting.drain(..) {
            // Who no longer waits needs none.
            let _ = waiting.send(Connection::Two(shared.clone()));
        }
        self.shared = Some((shared.clone(), round));
        shared
    }

    pub(super) fn wait(&mut self, sender: oneshot::Sender<Connection>) {
        // Where nothing is ever given back, nobody else would clear these away.
        while self.waiting.front().is_some_and(oneshot::Sender::is_closed) {
            self.waiting.pop_front();
        }
        self.waiting.push_back(sender);
    }

    /// Ends what is closed or has been unused for too long. Requests under way on a shared connection are not touched:
    /// it ends when they have.
    pub(super) fn reap(&mut self, round: u32) {
        let fresh = |used: &u32| round.wrapping_sub(*used) < ROUNDS;
        self.idle.retain(|(connection, used)| fresh(used) && connection.is_ready());
        self.shared = self.shared.take().filter(|(shared, used)| fresh(used) && !shared.is_closed());
        self.waiting.retain(|waiting| !waiting.is_closed());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.idle.is_empty() && self.shared.is_none() && self.waiting.is_empty()
    }
}
