//! Whether a client takes its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// What the body of an answer and whoever keeps the time tell each other.
///
/// A body cannot keep the time by itself: while the client takes nothing, nobody asks the body for anything. Over
/// HTTP/1.1 one taker serves a whole connection, whose writes show whether the client takes; over HTTP/2 each stream has
/// one of its own, because a client may withhold window updates from one stream and take the others.
#[derive(Debug)]
pub(crate) struct Taker {
    /// A [`Standing`], written and read by the one task that polls the body: no order has to be kept.
    standing: AtomicU8,
    /// Written by one task and read by another, which is told by other means that there is something to read.
    given_up: AtomicBool,
    /// For a stream, that of its connection.
    connection: Option<Arc<Self>>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Standing {
    /// Ours: there is no answer yet, or its body was not asked for.
    Unanswered = 0,
    /// Ours: the body was asked and waits for Atlassian, and keeps that time itself.
    Asked = 1,
    /// The client's: nobody asks the body, which is how a client without room looks from here.
    Unasked = 2,
    /// The client's, who has just taken something.
    Taken = 3,
}

/// How a turn came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// There was nothing to take.
    Ours,
    /// The client took something.
    Took,
    /// There may be something, and the client took nothing.
    TookNothing,
}

impl Taker {
    /// For a connection.
    pub(crate) fn connection() -> Arc<Self> {
        Arc::new(Self::within(None))
    }

    /// For a stream of the connection this one is for.
    pub(crate) fn stream(self: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self::within(Some(Arc::clone(self))))
    }

    const fn within(connection: Option<Arc<Self>>) -> Self {
        let standing = AtomicU8::new(Standing::Unanswered as u8);
        Self { standing, given_up: AtomicBool::new(false), connection }
    }

    /// There is an answer for the client to take.
    pub(crate) fn offered(&self) {
        self.stand(Standing::Unasked);
    }

    /// The body was asked for more, and had some or had to wait.
    pub(crate) fn asked(&self, had_some: bool) {
        self.stand(if had_some { Standing::Taken } else { Standing::Asked });
    }

    /// A new turn begins: a client with room lets the body be asked in it.
    pub(crate) fn begin_turn(&self) {
        if self.standing() == Standing::Asked as u8 {
            self.stand(Standing::Unasked);
        }
    }

    /// What the client did with the turn that has ended.
    pub(crate) fn end_turn(&self) -> Turn {
        let standing = self.standing();
        if standing == Standing::Taken as u8 {
            self.stand(Standing::Unasked);
            return Turn::Took;
        }
        if standing == Standing::Unasked as u8 { Turn::TookNothing } else { Turn::Ours }
    }

    /// The client is not waited for any longer. To be said before its answers are dropped: their records then tell a
    /// client that left from one that was left.
    pub(crate) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    /// Whether that was said, of the stream or of its connection.
    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
            || self.connection.as_ref().is_some_and(|connection| connection.is_given_up())
    }

    fn standing(&self) -> u8 {
        self.standing.load(Ordering::Relaxed)
    }

    fn stand(&self, standing: Standing) {
        self.standing.store(standing as u8, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
