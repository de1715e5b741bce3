//! What the audit promises, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

#[path = "audit/anchors.rs"]
mod anchors;
#[path = "audit/failing.rs"]
mod failing;
#[path = "audit/killing.rs"]
mod killing;
#[path = "audit/recording.rs"]
mod recording;
#[path = "audit/searching.rs"]
mod searching;
#[path = "audit/stopping.rs"]
mod stopping;
#[path = "audit/strangers.rs"]
mod strangers;
#[path = "audit/verifying.rs"]
mod verifying;

use std::time::Duration;

use audit::query::{self, Found};
use audit::{Ended, Kind, Recorder, Settings, Writer};
use clock::{Clock, Hands};
use jiff::Timestamp;
use store::Store;

/// An audit with a clock of its own.
struct Desk {
    store: Store,
    recorder: Recorder,
    writer: Writer,
    clock: Clock,
    hands: Hands,
}

fn soon() -> Settings {
    Settings { linger: Duration::from_millis(1), patience: Duration::from_secs(20), ..Settings::default() }
}

impl Desk {
    async fn over(store: Store, settings: Settings) -> Self {
        let (clock, hands) = Clock::manual(Timestamp::from_second(1_800_000_000).unwrap());
        Self::with_clock(store, settings, clock, hands).await
    }

    async fn with_clock(store: Store, settings: Settings, clock: Clock, hands: Hands) -> Self {
        let (recorder, writer) = Recorder::start(store.clone(), clock.clone(), settings).await.unwrap();
        Self { store, recorder, writer, clock, hands }
    }

    async fn new() -> Self {
        Self::over(Store::in_memory().await.unwrap(), soon()).await
    }

    /// One read, opened and closed.
    async fn read(&self, issue: &str) {
        let mut open = self.recorder.open(self.clock.request_id(), self.clock.now()).await.unwrap();
        open.record_mut().issue = Some(issue.to_owned().into());
        let _ = open.close(Ended::Complete);
    }

    /// Stops, and hands back the store.
    async fn stop(self) -> Store {
        self.recorder.stop().await;
        self.writer.finished().await.unwrap();
        self.store
    }
}

async fn all(store: &Store) -> Vec<Found> {
    query::tail(store, 0, query::MOST).await.unwrap()
}

async fn kinds(store: &Store) -> Vec<Kind> {
    all(store).await.into_iter().map(|found| found.record.kind).collect()
}
