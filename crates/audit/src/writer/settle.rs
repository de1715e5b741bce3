//! One attempt at a commit, and finding out afterwards what became of it.

use std::sync::atomic::Ordering;

use chain::Head;
use store::StoreError;

use super::{Doubt, Task};

impl Task {
    /// Writes the batch as one block. After an error the batch is as it was, except that entries found to be on disk
    /// are no longer in it.
    ///
    /// A commit that answers with an error may still have happened (the disk failed after the write, the connection
    /// before the answer). Writing it again would give two records of one thing under two numbers, so the store is asked
    /// where it ends before anything else is tried.
    pub(super) async fn attempt(&mut self) -> Result<(), StoreError> {
        if let Some(doubt) = &self.doubt {
            let (head, entries) = (doubt.head, doubt.entries);
            let there = self.ends_with(head).await?;
            self.doubt = None;
            if there {
                self.written(head, entries).await;
            }
        }
        if self.batch.is_empty() {
            return Ok(());
        }
        let before = self.common.clock.tick();
        let (block, head) = (self.batch.block(self.head), self.batch.end());
        if let Err(cause) = self.store.audit().append_block(&block).await {
            match self.ends_with(head).await {
                Ok(true) => {}
                Ok(false) => return Err(cause),
                Err(_) => {
                    self.doubt = Some(Doubt { head, entries: self.batch.len() });
                    return Err(cause);
                }
            }
        }
        self.common.metrics.audit_committed(self.batch.len(), self.common.clock.tick().since(before));
        self.written(head, self.batch.len()).await;
        Ok(())
    }

    async fn ends_with(&self, head: Head) -> Result<bool, StoreError> {
        let last = self.store.audit().last_block().await?;
        Ok(last.is_some_and(|block| block.last_seq == head.seq && block.head == head.hash))
    }

    /// The first `entries` of the batch are on disk: tells who waited, and the sinks.
    async fn written(&mut self, head: Head, entries: usize) {
        self.head = head;
        if !self.common.writing.swap(true, Ordering::Relaxed) {
            tracing::info!("the audit is being written again");
        }
        let now = self.common.clock.now();
        self.batch.written(entries, head, |shadow| self.sinks.record(shadow));
        self.sinks.committed(head, now).await;
    }
}

#[cfg(test)]
mod tests;
