use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// When `wait` will be over; `None`: never, because it is longer than the clock can count.
#[allow(clippy::disallowed_methods, reason = "it is the runtime that waits, by a clock that tests can steer")]
pub(crate) fn after(wait: Duration) -> Option<Instant> {
    Instant::now().checked_add(wait)
}

/// What the exchanges on one connection are waited for with.
///
/// Nearly every exchange ends long before its deadline, and setting a timer and taking it back costs more than passing a request
/// through the pool. So the timer stays where it stands from one exchange to the next, and is moved when it has rung too early.
#[derive(Debug, Default)]
pub(crate) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// What `future` comes to, or `None` at `deadline`, and neither earlier nor later; without one it may take for ever.
    pub(crate) async fn until<F: Future>(
        &mut self,
        deadline: Option<Instant>,
        future: F,
    ) -> Option<F::Output> {
        let mut future = pin!(future);
        let next = |context: &mut Context<'_>| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            deadline.map_or(Poll::Pending, |deadline| self.poll(deadline, context).map(|()| None))
        };
        std::future::poll_fn(next).await
    }

    fn poll(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let timer = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if timer.deadline() > deadline {
            timer.as_mut().reset(deadline);
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if timer.deadline() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests;
