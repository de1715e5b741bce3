use std::sync::Arc;

use tokio::sync::mpsc::OwnedPermit;
use types::{Refusal, RequestId};

use super::Shared;
use crate::record::{Ended, Kind, Record};

/// The record of a request under way. Its place in the queue is taken, so however the request ends, it will be written (or, when
/// there are too many of which nobody proved to be the sender, be counted in a [`crate::Summary`]).
///
/// Dropped without [`OpenRecord::close`], by a panic or a cancelled task, it is written as it stands, with
/// [`Ended::Abandoned`].
#[derive(Debug)]
pub struct OpenRecord {
    /// In a box of its own from the start: it changes hands on every stage of a journey, and is large. There until it is
    /// handed over.
    record: Option<Box<Record>>,
    id: RequestId,
    place: Option<OwnedPermit<Box<Record>>>,
    shared: Arc<Shared>,
}

impl OpenRecord {
    pub(super) fn new(record: Record, place: OwnedPermit<Box<Record>>, shared: Arc<Shared>) -> Self {
        Self { id: record.id, record: Some(Box::new(record)), place: Some(place), shared }
    }

    /// What is known so far, to add what becomes known.
    pub fn record_mut(&mut self) -> &mut Record {
        self.record.get_or_insert_default()
    }

    /// Writes down what is about to be sent, and answers when that is on disk. Several may be written by one commit.
    ///
    /// When the caller of this goes away while waiting, the intent may be written all the same; the record of the
    /// call says that nothing was sent.
    ///
    /// # Errors
    /// [`types::Code::RecordUnavailable`] when it could not be made durable in time: nothing may be sent.
    pub async fn intend(&mut self) -> Result<(), Refusal> {
        let intent = Record { kind: Kind::Intent, ..self.record_mut().clone() };
        self.shared.durable(Box::new(intent)).await
    }

    /// Hands the record over. Cannot fail and does not wait.
    pub fn close(mut self, ended: Ended) -> Receipt {
        self.hand_over(ended);
        Receipt::new(self.id)
    }

    fn hand_over(&mut self, ended: Ended) {
        if let (Some(place), Some(mut record)) = (self.place.take(), self.record.take()) {
            record.ended = Some(ended);
            // Counted before the place is given back: the writer sums up for the last time when no place is taken.
            if self.shared.common.keeps(&record) {
                place.send(record);
                self.shared.common.handed_over();
            }
        }
    }
}

/// The one thing done on drop: without it, a panic would lose the record of what it interrupted.
impl Drop for OpenRecord {
    fn drop(&mut self) {
        self.hand_over(Ended::Abandoned);
    }
}

/// Proof that a record was handed over for good, or counted among those of strangers.
#[derive(Debug)]
#[must_use = "the receipt is what a response is given for"]
pub struct Receipt {
    id: RequestId,
}

impl Receipt {
    pub(super) const fn new(id: RequestId) -> Self {
        Self { id }
    }

    /// The request it is for.
    #[must_use]
    pub const fn id(&self) -> RequestId {
        self.id
    }
}
