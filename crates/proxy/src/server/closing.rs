//! The end of a listener, as its connections see it.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio::sync::Notify;

/// Whether the listener is closing. Connections look at one word with every poll, and are woken once.
#[derive(Clone, Debug, Default)]
pub(super) struct Closing(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    begun: AtomicBool,
    told: Notify,
}

/// A connection that can be asked to end once what is under way on it has.
pub(super) trait Endable: Future {
    /// Asks it.
    fn end(self: Pin<&mut Self>);
}

impl Closing {
    /// Begins it: every connection is asked to end, now or when it begins.
    pub(super) fn begin(&self) {
        self.0.begun.store(true, Ordering::Release);
        self.0.told.notify_waiters();
    }

    /// Waits until it has begun.
    pub(super) async fn begun(&self) {
        let mut told = pin!(self.0.told.notified());
        // Before the look at `begun`, so that one of the two sees a beginning in between.
        told.as_mut().enable();
        if !self.0.begun.load(Ordering::Acquire) {
            told.await;
        }
    }

    /// Runs a connection to its end, which it is asked for when the listener closes. To be polled by one task only, whose
    /// waker is kept from the first poll on.
    pub(super) async fn run<C: Endable>(&self, mut connection: Pin<Box<C>>) -> C::Output {
        let mut told = pin!(self.0.told.notified());
        let (mut listens, mut asked) = (false, false);
        std::future::poll_fn(|context| {
            if !listens {
                listens = true;
                // Before the look at `begun`, so that one of the two sees a beginning in between.
                let _not_yet: Poll<()> = told.as_mut().poll(context);
            }
            let poll = connection.as_mut().poll(context);
            // A call that has come by then is answered: asked before, hyper would hang up on it.
            if poll.is_pending() && !asked && self.0.begun.load(Ordering::Acquire) {
                asked = true;
                connection.as_mut().end();
                return connection.as_mut().poll(context);
            }
            poll
        })
        .await
    }
}

#[cfg(test)]
mod tests;
