use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

/// Notices that a stream stands still.
///
/// One timer per period instead of one per chunk: when it rings and something has moved since it was set, it is set
/// again. So the ring comes after one to two periods without movement, and a stream that never waits sets no timer.
#[derive(Debug)]
pub(crate) struct Idle {
    period: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    moved: bool,
}

impl Idle {
    pub(crate) const fn new(period: Duration) -> Self {
        Self { period, timer: None, moved: false }
    }

    /// How long it may stand still.
    pub(crate) const fn period(&self) -> Duration {
        self.period
    }

    /// Something has moved.
    pub(crate) const fn moved(&mut self) {
        self.moved = true;
    }

    /// To be asked whenever the stream has nothing to give; ready when it has stood still for too long.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.period)));
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.timer = None;
            if !std::mem::take(&mut self.moved) {
                return Poll::Ready(());
            }
        }
    }
}
