//! Changes of grants as events: pushed to a webhook and to a command.
//!
//! An event is made of a record that is on disk, so nothing is pushed that cannot be looked up. Each is delivered at least once
//! as long as the gateway runs: with growing pauses, a bounded number of times, from a bounded queue. Whoever
//! receives one twice knows it by its id, which is the record's. No event holds a secret, because no record does.

use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use egress::Egress;
use jiff::Timestamp;
use seal::WebhookKey;
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use super::command::Command;
use super::webhook;
use crate::metrics::{Delivery, Metrics};
use crate::record::{GrantAbout, GrantChange, Record};

/// How many events wait at most for each receiver.
const WAITING: usize = 1_024;

/// How often one is tried, and the pauses between: the first and the longest. Together a quarter of an hour.
const TRIES: u32 = 10;
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));

/// How many are under way at once: those of a webhook keep their order.
const AT_ONCE: (usize, usize) = (1, 4);

/// How long deliveries may still take once the audit has ended.
const LAST: Duration = Duration::from_secs(5);

/// Where events go.
#[derive(Clone, Debug, Default)]
pub struct EventSettings {
    /// A receiver of HTTP requests.
    pub webhook: Option<Webhook>,
    /// A program and its arguments; empty: none. It gets each event as JSON on its standard input.
    pub command: Vec<String>,
    /// Every change, not only those a person should hear of.
    pub all: bool,
}

/// A receiver of HTTP requests.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its address. Operators wrote it, so it may be one of their own network.
    pub url: http::Uri,
    /// What requests are signed with.
    pub key: Arc<WebhookKey>,
    /// The way there.
    pub egress: Egress,
}

/// One event, ready to be delivered.
#[derive(Debug)]
pub(super) struct Event {
    /// The record's.
    pub(super) id: String,
    /// `grant.state`, `grant.scopes`, `grant.site` or `grant.ends`.
    pub(super) kind: &'static str,
    pub(super) body: Vec<u8>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    timestamp: Timestamp,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    grant: Option<&'a types::GrantName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a types::SiteName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a crate::Text>,
    from: Option<&'a crate::Text>,
    to: &'a crate::Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a crate::Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<&'a crate::Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'a crate::Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reconnect_at: Option<&'a crate::Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Timestamp>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    scopes: &'a [crate::Text],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    clients: &'a [types::ClientId],
}

const fn kind(about: GrantAbout) -> &'static str {
    match about {
        GrantAbout::State => "grant.state",
        GrantAbout::Scopes => "grant.scopes",
        GrantAbout::Site => "grant.site",
        GrantAbout::Ends => "grant.ends",
    }
}

impl Event {
    pub(super) fn of(record: &Record, change: &GrantChange) -> Option<Self> {
        let kind = kind(change.about);
        let body = Body {
            r#type: kind,
            timestamp: record.at,
            data: Data {
                grant: record.grant.as_ref(),
                site: record.site.as_ref(),
                account: record.user.as_ref(),
                from: change.from.as_ref(),
                to: &change.to,
                cause: change.cause.as_ref(),
                words: change.words.as_ref(),
                advice: change.advice.as_ref(),
                reconnect_at: change.reconnect_at.as_ref(),
                when: change.when,
                scopes: &record.scopes,
                clients: &change.clients,
            },
        };
        Some(Self { id: record.id.to_string(), kind, body: serde_json::to_vec(&body).ok()? })
    }
}

/// One way to deliver.
pub(super) enum Receiver {
    Webhook(webhook::Sender),
    Command(Command),
}

impl Receiver {
    async fn deliver(&self, event: &Event) -> Result<(), String> {
        match self {
            Self::Webhook(webhook) => webhook.deliver(event).await,
            Self::Command(command) => command.deliver(event).await,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Command(_) => "command",
        }
    }
}

/// Every receiver.
#[derive(Debug)]
pub(crate) struct Events {
    all: bool,
    queues: Vec<Queue>,
    metrics: Metrics,
}

#[derive(Debug)]
struct Queue {
    name: &'static str,
    to: mpsc::Sender<Arc<Event>>,
    task: JoinHandle<()>,
}

impl Events {
    pub(super) fn start(settings: EventSettings, clock: &Clock, metrics: &Metrics) -> Self {
        let EventSettings { webhook, command, all } = settings;
        let mut queues = Vec::new();
        if let Some(webhook) = webhook {
            let receiver = Receiver::Webhook(webhook::Sender { webhook, clock: clock.clone() });
            queues.push(Queue::start(receiver, AT_ONCE.0, metrics));
        }
        if let Some(command) = Command::of(command) {
            queues.push(Queue::start(Receiver::Command(command), AT_ONCE.1, metrics));
        }
        Self { all, queues, metrics: metrics.clone() }
    }

    /// Queues what is to be pushed of a record. Never waits.
    pub(super) fn record(&self, record: &Record) {
        let Some(change) = record.grant_change.as_deref().filter(|_| !self.queues.is_empty()) else { return };
        if change.heard || !(self.all || change.loud) {
            return;
        }
        let Some(event) = Event::of(record, change).map(Arc::new) else { return };
        for queue in &self.queues {
            if queue.to.try_send(Arc::clone(&event)).is_err() {
                self.metrics.event(queue.name, Delivery::Dropped);
                tracing::error!(
                    to = queue.name,
                    id = event.id,
                    kind = event.kind,
                    "too many events wait; this one is not delivered"
                );
            }
        }
    }

    /// Gives what waits a last chance.
    pub(super) async fn finish(self) {
        for Queue { name, to, mut task } in self.queues {
            drop(to);
            if tokio::time::timeout(LAST, &mut task).await.is_err() {
                task.abort();
                tracing::error!(
                    to = name,
                    "events were not delivered before the gateway stopped; their records are in the audit"
                );
            }
        }
    }
}

impl Queue {
    fn start(receiver: Receiver, at_once: usize, metrics: &Metrics) -> Self {
        let (to, queue) = mpsc::channel(WAITING);
        let (name, metrics) = (receiver.name(), metrics.clone());
        let task = tokio::spawn(run(Arc::new(receiver), at_once, queue, metrics));
        Self { name, to, task }
    }
}

/// Takes one event after the other; the set of those under way goes with the task.
async fn run(
    receiver: Arc<Receiver>,
    at_once: usize,
    mut queue: mpsc::Receiver<Arc<Event>>,
    metrics: Metrics,
) {
    let (room, mut under_way) = (Arc::new(Semaphore::new(at_once)), JoinSet::new());
    while let Some(event) = queue.recv().await {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        while under_way.try_join_next().is_some() {}
        let (receiver, metrics) = (Arc::clone(&receiver), metrics.clone());
        under_way.spawn(async move {
            deliver(&receiver, &event, &metrics).await;
            drop(place);
        });
    }
    while under_way.join_next().await.is_some() {}
}

async fn deliver(receiver: &Receiver, event: &Event, metrics: &Metrics) {
    let (name, mut pause) = (receiver.name(), PAUSES.0);
    for left in (0..TRIES).rev() {
        let Err(why) = receiver.deliver(event).await else {
            metrics.event(name, Delivery::Delivered);
            return;
        };
        if left == 0 {
            metrics.event(name, Delivery::GivenUp);
            tracing::error!(
                to = name,
                id = event.id,
                kind = event.kind,
                why,
                "an event could not be delivered"
            );
            return;
        }
        metrics.event(name, Delivery::Failed);
        tracing::warn!(to = name, id = event.id, kind = event.kind, why, again_in = ?pause, "an event was not delivered; it is tried again");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

#[cfg(test)]
mod tests;
