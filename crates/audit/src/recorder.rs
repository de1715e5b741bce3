//! Opening, closing and making durable: the side of the audit that requests see.

mod open_record;
mod strangers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use clock::Clock;
use jiff::Timestamp;
use store::{Store, StoreError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use types::{ClientId, Code, Refusal, RequestId};

use crate::metrics::Metrics;
use crate::record::{Change, GrantChange, Kind, Notice, Record};
use crate::sinks::Sinks;
use crate::sinks::events::EventSettings;
use crate::writer::{self, Writer};

pub use open_record::{OpenRecord, Receipt};
pub(crate) use strangers::SPAN;
use strangers::{Fate, Strangers};

/// How the audit behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many records may be open or waiting at once; each open request holds one place, so this is also a bound on
    /// requests under way.
    pub queue_capacity: usize,
    /// Where anchors are appended; `None` for the log only.
    pub anchor_file: Option<PathBuf>,
    /// How long the record of a read may wait for company before it is committed. Zero commits at once.
    pub linger: Duration,
    /// How long opening a record or making one durable may wait before the request is refused.
    pub patience: Duration,
    /// Where changes of grants are pushed.
    pub events: EventSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queue_capacity: 16_384,
            anchor_file: None,
            linger: Duration::from_millis(50),
            patience: Duration::from_secs(5),
            events: EventSettings::default(),
        }
    }
}

/// The audit cannot start, or could not write everything before it stopped.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The store failed.
    #[error("the audit cannot be written: {0}")]
    Store(#[from] StoreError),
    /// The end of the log in the store is not what this program writes.
    #[error(
        "the end of the audit in the store does not fit together; run ticketgate audit verify on a copy of it"
    )]
    Broken,
    /// The store failed until patience ended. The records went to the error log instead.
    #[error("{lost} records could not be written before the audit stopped; they are in the log: {cause}")]
    NotWritten {
        /// How many.
        lost: usize,
        /// Why, the last time.
        cause: StoreError,
    },
    /// The task that writes is gone: a defect.
    #[error("the audit's writer ended without a word")]
    WriterGone,
}

/// Opens records. Cheap to clone; clones write to the same log.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Shared>);

/// The requests' side: ways into the writer. When the last one is dropped, the writer ends by itself.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Endings. Every open record holds a place in it.
    queue: mpsc::Sender<Box<Record>>,
    /// What someone waits for. Needs no places of its own: whoever sends here holds one of the queue's meanwhile, so as
    /// many fit here as there. Taking a second place instead could leave all of them waiting for each other.
    urgent: mpsc::Sender<Entry>,
    patience: Duration,
    /// Turns true when the writer has ended.
    ended: watch::Receiver<bool>,
    pub(crate) common: Arc<Common>,
}

/// What requests and writer both look at.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    /// Told when to stop.
    pub(crate) stop: Notify,
    /// Requests of which only a few get a record each.
    pub(crate) strangers: Strangers,
    /// Told when there is something to sum up.
    pub(crate) counting: Notify,
    /// Told with every [`HANDFUL`] records that were handed over.
    pub(crate) handful: Notify,
    handed_over: AtomicU32,
    stopping: AtomicBool,
    /// Whether the last commit succeeded.
    pub(crate) writing: AtomicBool,
}

/// A record on its way to the disk.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) record: Box<Record>,
    /// Who waits for it to be durable, if anyone.
    pub(crate) waiting: Option<oneshot::Sender<Durable>>,
}

/// The writer's ends.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) queue: mpsc::Receiver<Box<Record>>,
    pub(crate) urgent: mpsc::Receiver<Entry>,
}

/// Whether it is on disk.
pub(crate) type Durable = Result<(), NotDurable>;

/// It is not, and the record was thrown away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotDurable;

impl Recorder {
    /// Goes on where the log in `store` ends: writes a `start` record and anchors it.
    ///
    /// # Errors
    /// When the store fails, or its last block does not fit together.
    pub async fn start(store: Store, clock: Clock, settings: Settings) -> Result<(Self, Writer), AuditError> {
        let (queue, incoming) = mpsc::channel(settings.queue_capacity.max(1));
        let (urgent, incoming_urgent) = mpsc::channel(settings.queue_capacity.max(1));
        let (ending, ended) = watch::channel(false);
        let metrics = Metrics::new();
        let sinks = Sinks::new(settings.anchor_file, metrics.clone(), (settings.events, &clock));
        let common = Arc::new(Common::new(clock, metrics));
        let incoming = Incoming { queue: incoming, urgent: incoming_urgent };
        let task = writer::Task::new(store, Arc::clone(&common), incoming, sinks, settings.linger);
        let writer = writer::start(task, ending).await?;
        Ok((Self(Arc::new(Shared { queue, urgent, patience: settings.patience, ended, common })), writer))
    }

    /// Opens the record of a request, taking its place in the queue.
    ///
    /// # Errors
    /// [`Code::RecordUnavailable`] when no place came free within [`Settings::patience`], [`Code::ShuttingDown`] once
    /// [`Recorder::stop`] was called.
    pub async fn open(&self, id: RequestId, at: Timestamp) -> Result<OpenRecord, Refusal> {
        let place = self.0.place().await?;
        Ok(OpenRecord::new(Record::new(Kind::Call, id, at), place, Arc::clone(&self.0)))
    }

    /// Opens the record of a request for an access token, taking its place in the queue.
    ///
    /// # Errors
    /// As [`Recorder::open`].
    pub async fn open_token(&self) -> Result<OpenRecord, Refusal> {
        let clock = &self.0.common.clock;
        let record = Record::new(Kind::Token, clock.request_id(), clock.now());
        let place = self.0.place().await?;
        Ok(OpenRecord::new(record, place, Arc::clone(&self.0)))
    }

    /// Records something an operator changes. Durable when it answers, so call it before the change takes effect.
    ///
    /// # Errors
    /// As [`Recorder::open`]; also [`Code::RecordUnavailable`] when the store cannot write.
    pub async fn change(&self, change: Change) -> Result<Receipt, Refusal> {
        let clock = &self.0.common.clock;
        let mut record = Record::new(Kind::Change, clock.request_id(), clock.now());
        record.change = Some(Box::new(change));
        self.at_once(record).await
    }

    /// Records what a user decided about a client; `note` says who, which and what. Durable when it answers, so call it
    /// before the decision takes effect.
    ///
    /// # Errors
    /// As [`Recorder::change`].
    pub async fn consent(&self, note: impl FnOnce(&mut Record)) -> Result<Receipt, Refusal> {
        let clock = &self.0.common.clock;
        let mut record = Record::new(Kind::Consent, clock.request_id(), clock.now());
        note(&mut record);
        self.at_once(record).await
    }

    /// Records that something about `client` has come near, is due, or has ended. Durable when it answers.
    ///
    /// # Errors
    /// As [`Recorder::change`].
    pub async fn notice(&self, client: &ClientId, notice: Notice) -> Result<Receipt, Refusal> {
        let clock = &self.0.common.clock;
        let mut record = Record::new(Kind::Notice, clock.request_id(), clock.now());
        record.client = Some(client.clone());
        record.notice = Some(Box::new(notice));
        self.at_once(record).await
    }

    /// Hands over the record of a grant that changed, without waiting for room or for the disk: whoever refreshes a grant must
    /// not stand still because a record cannot be written. Those handed over one after the other are written in that order.
    ///
    /// `note` adds what the record says besides. `false` when there was no room, or the audit has stopped: then it is
    /// counted and said in the log, and lost.
    pub fn grant_changed(&self, change: GrantChange, note: impl FnOnce(&mut Record)) -> bool {
        let common = &self.0.common;
        let mut record = Box::new(Record::new(Kind::Grant, common.clock.request_id(), common.clock.now()));
        record.grant_change = Some(Box::new(change));
        note(&mut record);
        let place = if common.is_stopping() { None } else { self.0.queue.try_reserve().ok() };
        if let Some(place) = place {
            place.send(record);
            common.handed_over();
            return true;
        }
        common.metrics.grant_change_lost();
        let mut line = Vec::new();
        record.write_json(&mut line);
        tracing::error!(line = %String::from_utf8_lossy(&line), "the audit has no room for the record of a grant's change; it is lost");
        false
    }

    async fn at_once(&self, record: Record) -> Result<Receipt, Refusal> {
        let id = record.id;
        let place = self.0.place().await?;
        let done = self.0.durable(Box::new(record)).await;
        drop(place);
        done.map(|()| Receipt::new(id))
    }

    /// The metrics everyone adds to.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.common.metrics
    }

    /// Whether the last commit succeeded. When not, changes are refused and reads will be as soon as the queue is full.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.0.common.writing.load(Ordering::Relaxed) && !*self.0.ended.borrow()
    }

    /// Refuses new records, waits for the open ones, writes them, a `stop` record and an anchor. Does not bound how
    /// long requests may stay open: drain them first.
    pub async fn stop(&self) {
        self.0.common.stopping.store(true, Ordering::SeqCst);
        self.0.common.stop.notify_one();
        let mut ended = self.0.ended.clone();
        // An error means the writer is gone, which is an end as well; `Writer::finished` says how it ended.
        let _ = ended.wait_for(|ended| *ended).await;
    }
}

impl Shared {
    async fn place(&self) -> Result<mpsc::OwnedPermit<Box<Record>>, Refusal> {
        if self.common.stopping.load(Ordering::Relaxed) {
            return Err(Code::ShuttingDown.into());
        }
        match self.queue.clone().try_reserve_owned() {
            Ok(place) => Ok(place),
            Err(TrySendError::Full(queue)) => {
                self.common.metrics.audit_waited();
                match tokio::time::timeout(self.patience, queue.reserve_owned()).await {
                    Ok(Ok(place)) => Ok(place),
                    Ok(Err(_)) => Err(self.gone()),
                    Err(_) => Err(unavailable("The queue of records is full.")),
                }
            }
            Err(TrySendError::Closed(_)) => Err(self.gone()),
        }
    }

    /// Sends a record that someone waits for, and waits. Whoever calls holds a place.
    async fn durable(&self, record: Box<Record>) -> Result<(), Refusal> {
        let (waiting, answer) = oneshot::channel();
        match self.urgent.try_send(Entry { record, waiting: Some(waiting) }) {
            Ok(()) => {}
            // Only when earlier ones gave up waiting and the writer has not come by since.
            Err(TrySendError::Full(_)) => return Err(unavailable("The store did not answer in time.")),
            Err(TrySendError::Closed(_)) => return Err(self.gone()),
        }
        match tokio::time::timeout(self.patience, answer).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(NotDurable))) => Err(unavailable("The store cannot write.")),
            Ok(Err(_)) => Err(self.gone()),
            Err(_) => Err(unavailable("The store did not answer in time.")),
        }
    }

    fn gone(&self) -> Refusal {
        if self.common.is_stopping() {
            Code::ShuttingDown.into()
        } else {
            unavailable("The audit's writer is gone; restart the gateway.")
        }
    }
}

impl Common {
    pub(crate) const fn new(clock: Clock, metrics: Metrics) -> Self {
        let (stopping, writing) = (AtomicBool::new(false), AtomicBool::new(true));
        let (stop, counting, handful) = (Notify::const_new(), Notify::const_new(), Notify::const_new());
        let handed_over = AtomicU32::new(0);
        Self {
            clock,
            metrics,
            stop,
            strangers: Strangers::new(),
            counting,
            handful,
            handed_over,
            stopping,
            writing,
        }
    }

    /// A record has gone into the queue. The writer is woken for one in many: it is to write them out while they are in
    /// the processor's cache, but waking it for each would cost more than that saves.
    fn handed_over(&self) {
        if self.handed_over.fetch_add(1, Ordering::Relaxed) % HANDFUL == HANDFUL - 1 {
            self.handful.notify_one();
        }
    }

    /// Whether a record that is done is to be written; when not, it was counted.
    fn keeps(&self, record: &Record) -> bool {
        if !Strangers::concerns(record) {
            return true;
        }
        let Fate::Counted { began } = self.strangers.admit(record, &self.clock) else { return true };
        // Its summary is one record: the metrics count the calls here.
        if record.kind == Kind::Call {
            self.metrics.call(record);
        }
        if began {
            self.counting.notify_one();
        }
        false
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// Records the writer takes at once while it waits for company.
const HANDFUL: u32 = 64;

/// After this a full queue or disk may have recovered.
const RETRY: Duration = Duration::from_secs(2);

fn unavailable(why: &'static str) -> Refusal {
    Refusal::new(Code::RecordUnavailable, why).retry_after(RETRY)
}
