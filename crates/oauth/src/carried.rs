//! Changes under way. Each runs on a task of its own, to its end: whoever asked for it may leave meanwhile.
//!
//! A change is recorded, kept, and told to what is in memory, in this order. If it ended in between because somebody hung
//! up, the record would say what never happened, or the store what memory does not know until the next start.

use tokio_util::task::TaskTracker;

use crate::Clients;

/// The changes under way, of which none is dropped halfway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried(TaskTracker);

/// A change stopped without an answer: a defect, of which the log has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the change stopped without an answer")]
pub struct Stopped;

impl Carried {
    async fn through<T>(&self, change: impl Future<Output = T> + Send + 'static) -> Result<T, Stopped>
    where
        T: Send + 'static,
    {
        self.0.spawn(change).await.map_err(|_panicked| Stopped)
    }

    async fn settled(&self) {
        self.0.close();
        self.0.wait().await;
    }
}

impl Clients {
    /// Makes a change whatever becomes of whoever waits for this: it runs to its end when this is dropped. Only once it is
    /// known who asks, so that strangers start no tasks.
    ///
    /// # Errors
    /// When it stopped without an answer.
    pub async fn carry_through<T>(
        &self,
        change: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stopped>
    where
        T: Send + 'static,
    {
        self.carried().through(change).await
    }

    /// Waits until no change is under way any more: at the end, before the audit stops. Bound it, should one hang.
    pub async fn settled(&self) {
        self.carried().settled().await;
    }
}

#[cfg(test)]
mod tests;
