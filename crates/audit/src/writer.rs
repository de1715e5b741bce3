//! The one task that writes: takes what waits, chains it, commits it as one block, tells who waited, feeds the sinks.

mod batch;
mod settle;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chain::{Anchor, Head};
use store::{Store, StoreError};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::lines::{self, Line};
use crate::packed;
use crate::record::{Kind, Record};
use crate::recorder::{AuditError, Common, Entry, Incoming, NotDurable, SPAN};
use crate::sinks::Sinks;
use crate::sinks::anchors::EVERY;
use batch::Batch;

/// Records in one block at most, so that neither memory nor the time of one commit grows with the queue.
const BATCH: usize = 1024;
/// Between attempts at a store that fails: the first pause, doubled up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(1);
/// Attempts left once the gateway is stopping; then what could not be written goes to the log.
const LAST_ATTEMPTS: u32 = 5;

/// The running task.
#[derive(Debug)]
pub struct Writer(JoinHandle<Result<Head, AuditError>>);

impl Writer {
    /// Waits until the task has ended, after [`crate::Recorder::stop`], and says where the log ended: the last anchor.
    ///
    /// # Errors
    /// [`AuditError::NotWritten`] when the store failed to the end.
    pub async fn finished(self) -> Result<Anchor, AuditError> {
        self.0.await.map_err(|_| AuditError::WriterGone)?.map(Anchor::from)
    }
}

/// Reads where the log ends, makes the `start` record durable, and leaves the task to do the rest.
pub(crate) async fn start(mut task: Task, ending: watch::Sender<bool>) -> Result<Writer, AuditError> {
    task.goes_on_behind(end_of_log(&task.store).await?);
    task.sinks.resume(&task.store, task.head).await;
    task.note(Kind::Start);
    task.attempt().await?;
    task.sinks.anchor(task.head, task.common.clock.now()).await;
    let running = async move {
        let result = task.run().await;
        ending.send_replace(true);
        result
    };
    Ok(Writer(tokio::spawn(running)))
}

async fn end_of_log(store: &Store) -> Result<Head, AuditError> {
    let Some(block) = store.audit().last_block().await? else { return Ok(Head::GENESIS) };
    let lines = packed::unpack(&block.records).ok_or(AuditError::Broken)?;
    let last = lines::split(&lines).next_back().and_then(Line::parse).ok_or(AuditError::Broken)?;
    let head = Head { seq: last.seq, hash: last.hash };
    if last.seq == block.last_seq && last.hash == block.head { Ok(head) } else { Err(AuditError::Broken) }
}

/// The task's state.
pub(crate) struct Task {
    store: Store,
    common: Arc<Common>,
    incoming: Incoming,
    sinks: Sinks,
    linger: Duration,
    /// The end of what is known to be on disk.
    head: Head,
    /// Taken from the queue, not yet known to be on disk.
    batch: Batch,
    /// A block of which is not known whether it is on disk.
    doubt: Option<Doubt>,
}

/// A commit failed in a way that does not tell, and the store could not be asked either.
struct Doubt {
    /// Where the log ends if the block is there.
    head: Head,
    /// How many entries at the front of the batch are in it.
    entries: usize,
}

impl Task {
    pub(crate) fn new(
        store: Store,
        common: Arc<Common>,
        incoming: Incoming,
        sinks: Sinks,
        linger: Duration,
    ) -> Self {
        let batch = Batch::behind(Head::GENESIS);
        Self { store, common, incoming, sinks, linger, head: Head::GENESIS, batch, doubt: None }
    }

    /// Where the log on disk ends before the first batch.
    fn goes_on_behind(&mut self, head: Head) {
        self.head = head;
        self.batch = Batch::behind(head);
    }

    async fn run(mut self) -> Result<Head, AuditError> {
        while self.next_batch().await {
            self.commit().await?;
        }
        self.sum_up(true);
        self.note(Kind::Stop);
        self.commit().await?;
        self.sinks.anchor(self.head, self.common.clock.now()).await;
        self.sinks.finish().await;
        Ok(self.head)
    }

    /// Puts a record of the audit's own into the batch.
    fn note(&mut self, kind: Kind) {
        let record = Record::new(kind, self.common.clock.request_id(), self.common.clock.now());
        self.batch.push(Entry { record: Box::new(record), waiting: None });
    }

    /// Puts the summaries of what was only counted into the batch, when they are due or `now`.
    fn sum_up(&mut self, now: bool) {
        let summaries = self.common.strangers.summaries(&self.common.clock, now);
        for record in summaries {
            self.batch.push(Entry { record: Box::new(record), waiting: None });
        }
    }

    /// Waits for something to write, and for company unless it is urgent. `false` at the end: nothing is open, nothing
    /// waits, nothing can come.
    async fn next_batch(&mut self) -> bool {
        let mut stopping = self.common.is_stopping();
        if stopping {
            self.incoming.queue.close();
        }
        while self.batch.is_empty() {
            let unanchored = self.sinks.unanchored();
            let counted = self.common.strangers.any();
            tokio::select! {
                Some(entry) = self.incoming.urgent.recv() => self.batch.push(entry),
                record = self.incoming.queue.recv() => match record {
                    Some(record) => self.batch.push(Entry { record, waiting: None }),
                    // No place is taken any more, so nobody can be about to send.
                    None => {
                        self.top_up();
                        return !self.batch.is_empty();
                    }
                },
                () = self.common.stop.notified(), if !stopping => {
                    stopping = true;
                    // Gives no new places; those taken may still be used, and `recv` waits for them.
                    self.incoming.queue.close();
                },
                () = self.common.counting.notified(), if !counted => {}
                () = tokio::time::sleep(SPAN), if counted => self.sum_up(false),
                () = tokio::time::sleep(EVERY), if unanchored => {
                    self.sinks.anchor(self.head, self.common.clock.now()).await;
                }
            }
        }
        if !self.batch.is_urgent() && !stopping && !self.linger.is_zero() {
            self.linger().await;
        }
        self.top_up();
        true
    }

    /// Waits for company, until the batch is full. Nobody is woken meanwhile: endings of calls pile up without costing the
    /// caller a thing, and are written out a handful at a time.
    async fn linger(&mut self) {
        let mut over = std::pin::pin!(tokio::time::sleep(self.linger));
        while self.batch.len() < BATCH {
            tokio::select! {
                () = &mut over => return,
                Some(entry) = self.incoming.urgent.recv() => {
                    self.batch.push(entry);
                    return;
                }
                // The next round sees that too, and closes the queue.
                () = self.common.stop.notified() => return,
                () = self.common.handful.notified() => self.take_endings(),
            }
        }
    }

    /// Takes endings that wait, up to a batch.
    fn take_endings(&mut self) {
        while self.batch.len() < BATCH {
            match self.incoming.queue.try_recv() {
                Ok(record) => self.batch.push(Entry { record, waiting: None }),
                Err(_) => break,
            }
        }
    }

    /// Takes what waits, what someone waits for first, up to a batch.
    fn top_up(&mut self) {
        while self.batch.len() < BATCH {
            match self.incoming.urgent.try_recv() {
                // Whoever no longer waits has been refused: the intent is moot.
                Ok(entry) if entry.waiting.as_ref().is_some_and(oneshot::Sender::is_closed) => {}
                Ok(entry) => self.batch.push(entry),
                Err(_) => break,
            }
        }
        if self.batch.len() < BATCH {
            self.sum_up(false);
        }
        self.take_endings();
        let queue = &self.incoming.queue;
        self.common.metrics.audit_queue(queue.max_capacity().saturating_sub(queue.capacity()));
    }

    /// Tries until everything in the batch is on disk or refused. What someone waits for is refused at once; what has
    /// happened already is kept, and since the batch and the queue are bounded, requests then wait and are refused.
    async fn commit(&mut self) -> Result<(), AuditError> {
        let (mut pause, mut left) = (FIRST_PAUSE, LAST_ATTEMPTS);
        while !self.batch.is_empty() {
            let Err(cause) = self.attempt().await else { break };
            self.failed(&cause);
            if self.batch.is_empty() {
                break;
            }
            if self.common.is_stopping() {
                left -= 1;
                if left == 0 {
                    return Err(self.give_up(cause));
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LAST_PAUSE);
            // So that intents that came meanwhile hear yes or no soon.
            self.top_up();
        }
        Ok(())
    }

    fn failed(&mut self, cause: &StoreError) {
        if self.common.writing.swap(false, Ordering::Relaxed) {
            tracing::error!(%cause, "the audit cannot be written; changes are refused until it can");
        }
        self.common.metrics.audit_failed();
        let known = self.doubt.as_ref().map_or(0, |doubt| doubt.entries);
        let refused_in_doubt = self.batch.refuse(known, self.head);
        if let Some(doubt) = &mut self.doubt {
            doubt.entries -= refused_in_doubt;
        }
        // Those that came meanwhile would fail as well, and may find no room in a batch full of what is kept.
        while let Ok(Entry { waiting, .. }) = self.incoming.urgent.try_recv() {
            let _ = waiting.map(|waiting| waiting.send(Err(NotDurable)));
        }
    }

    /// The store has the last word: what it would not take goes to the error log, in the form it would have had.
    fn give_up(&mut self, cause: StoreError) -> AuditError {
        for line in lines::split(&self.batch.lines()) {
            tracing::error!(line = %String::from_utf8_lossy(line), "record not written");
        }
        AuditError::NotWritten { lost: self.batch.len(), cause }
    }
}
