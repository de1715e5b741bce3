//! The streams of an HTTP/2 connection, each on a task of its own.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use hyper::rt::Executor;

use crate::idle::Idle;
use crate::taker::{Taker, Turn};

tokio::task_local! {
    /// The one of the stream whose task this is.
    static TAKER: Arc<Taker>;
}

/// The taker of the stream whose task is running; `None` over HTTP/1.1, where a connection is one task.
pub(super) fn taker() -> Option<Arc<Taker>> {
    TAKER.try_with(Arc::clone).ok()
}

/// Runs the streams of one connection.
///
/// hyper waits without end for a client that withholds window updates, and asks a body for nothing meanwhile; the only
/// way to end such a stream is to drop it. Then h2 resets it, and everything its answer holds is given back.
#[derive(Clone)]
pub(super) struct Streams {
    connection: Arc<Taker>,
    idle: Duration,
}

impl Streams {
    /// Ends a stream whose client takes nothing for one to two times `idle`. What counts is the next piece of the answer,
    /// which may be some hundred KiB: a client slower than one piece in that time is ended, too.
    pub(super) const fn new(connection: Arc<Taker>, idle: Duration) -> Self {
        Self { connection, idle }
    }
}

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let taker = self.connection.stream();
        let idle = self.idle;
        // The task ends by itself with the stream or its connection.
        let _detached = tokio::spawn(TAKER.scope(Arc::clone(&taker), watch(stream, taker, idle)));
    }
}

/// Polls a stream until it ends or its client has taken nothing for too long.
///
/// The timer is made when a client is first waited for: a stream whose client has room for the whole answer has none.
async fn watch(stream: impl Future<Output = ()>, taker: Arc<Taker>, idle: Duration) {
    let mut stream = pin!(stream);
    let mut idle = Idle::new(idle);
    poll_fn(|context| {
        taker.begin_turn();
        if stream.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        match taker.end_turn() {
            Turn::Ours => {
                // Time that passed now is not the client's.
                idle.moved();
                return Poll::Pending;
            }
            Turn::Took => idle.moved(),
            Turn::TookNothing => {}
        }
        ready!(idle.poll(context));
        taker.give_up();
        Poll::Ready(())
    })
    .await;
}
