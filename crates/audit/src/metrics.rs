//! The gateway's metrics: one registry, shared by whoever has something to count.
//!
//! **Cardinality.** Labels come from closed sets (effects, outcomes, refusal codes) or from what operators configured
//! (clients, grants, sites), never from requests. The largest family has clients × effects × outcomes members that occurred.

mod labels;
mod reference;
mod series;
mod tally;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use types::{ClientId, Code, GrantName, SiteName};

use crate::record::Record;
use labels::{
    CallLabels, ClientLabel, DeliveryLabels, EffectLabel, GrantLabels, Named, RefusalLabel, StateLabels,
    StatusLabels,
};
use series::{All, Key, Series};

pub(crate) use labels::Delivery;
pub use labels::Outcome;
pub use reference::{Kind, Line};
pub(crate) use tally::Tally;

/// Counters, gauges and histograms. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    reference: Vec<Line>,
    series: All,
    requests: Family<CallLabels, Counter>,
    duration: Family<EffectLabel, Histogram, fn() -> Histogram>,
    upstream: Family<EffectLabel, Histogram, fn() -> Histogram>,
    answers: Family<StatusLabels, Counter>,
    refusals: Family<RefusalLabel, Counter>,
    would_refuse: Family<RefusalLabel, Counter>,
    bytes_in: Counter,
    bytes_out: Counter,
    changes: Counter,
    in_flight: Gauge,
    connections: Gauge,
    client_expiry: Family<ClientLabel, Gauge>,
    connections_refused: Counter,
    grant_tokens: Family<GrantLabels, Counter>,
    grant_states: Family<StateLabels, Gauge>,
    grant_changes: Family<StateLabels, Counter>,
    grant_changes_lost: Counter,
    events: Family<DeliveryLabels, Counter>,
    audit_queue: Gauge,
    audit_waits: Counter,
    audit_records: Counter,
    audit_commits: Histogram,
    audit_failures: Counter,
}

/// What people's own grants are counted under.
const PEOPLE: &str = "people";

/// Half a millisecond to half a minute: the gateway's own share is below the first, a slow search near the last.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

impl Metrics {
    /// Everything at zero.
    #[must_use]
    pub fn new() -> Self {
        reference::build()
    }

    /// A request began; pair with [`Metrics::request_ended`].
    pub fn request_began(&self) {
        self.0.in_flight.inc();
    }

    /// A request ended.
    pub fn request_ended(&self) {
        self.0.in_flight.dec();
    }

    /// A client opened a connection; pair with [`Metrics::connection_closed`].
    pub fn connection_opened(&self) {
        self.0.connections.inc();
    }

    /// A client's connection closed.
    pub fn connection_closed(&self) {
        self.0.connections.dec();
    }

    /// When a client ends, if it does.
    pub fn client_expires(&self, client: &ClientId, at: Option<Timestamp>) {
        let label = ClientLabel { client: Named(client.clone()) };
        match at {
            Some(at) => drop(self.0.client_expiry.get_or_create(&label).set(at.as_second())),
            None => drop(self.0.client_expiry.remove(&label)),
        }
    }

    /// A connection was closed at once because its address had as many as it may.
    pub fn connection_refused(&self) {
        self.0.connections_refused.inc();
    }

    /// The gateway asked for a token with a grant: got one ([`Outcome::Ok`]), was told that the grant is not good
    /// ([`Outcome::UpstreamRefused`]), got no usable answer ([`Outcome::UpstreamFailed`]), or did not wait for it
    /// ([`Outcome::Broken`]).
    pub fn grant_token(&self, grant: &GrantName, outcome: Outcome) {
        self.0.grant_tokens.get_or_create(&GrantLabels { grant: Named(grant.clone()), outcome }).inc();
    }

    /// A grant is in one of these `states`: a line for each, with one of them at 1.
    pub fn grant_state(&self, grant: &GrantName, states: &[&'static str], is: &'static str) {
        for state in states {
            let labels = StateLabels { grant: Arc::from(grant.as_str()), state };
            self.0.grant_states.get_or_create(&labels).set(i64::from(*state == is));
        }
    }

    /// A grant is gone, and so are its lines.
    pub fn grant_gone(&self, grant: &GrantName, states: &[&'static str]) {
        for state in states {
            self.0.grant_states.remove(&StateLabels { grant: Arc::from(grant.as_str()), state });
        }
    }

    /// A person's own grant has moved. People have no lines of their own, there may be thousands: those in one state are counted
    /// together under `grant="people"`.
    pub fn persons_grant_state(&self, from: Option<&'static str>, to: Option<&'static str>) {
        let gauge = |state| StateLabels { grant: Arc::from(PEOPLE), state };
        if let Some(from) = from {
            self.0.grant_states.get_or_create(&gauge(from)).dec();
        }
        if let Some(to) = to {
            self.0.grant_states.get_or_create(&gauge(to)).inc();
        }
    }

    /// A grant, or that of some person, has changed its state to this one.
    pub fn grant_state_changed(&self, grant: Option<&GrantName>, to: &'static str) {
        let grant = Arc::from(grant.map_or(PEOPLE, GrantName::as_str));
        self.0.grant_changes.get_or_create(&StateLabels { grant, state: to }).inc();
    }

    pub(crate) fn grant_change_lost(&self) {
        self.0.grant_changes_lost.inc();
    }

    pub(crate) fn event(&self, to: &'static str, outcome: Delivery) {
        self.0.events.get_or_create(&DeliveryLabels { to, outcome }).inc();
    }

    /// A refusal given without a record: on a route that is not the data plane.
    pub fn refused(&self, code: Code) {
        self.0.refusals.get_or_create(&RefusalLabel { code: code.entry().name }).inc();
    }

    /// Counts a call from its record, as the audit does once it is durable.
    pub fn call(&self, record: &Record) {
        self.count(&Tally::of(record));
    }

    /// Counts a call.
    pub(crate) fn count(&self, tally: &Tally) {
        let inner = &self.0;
        let series = inner.series.of(&tally.key, || self.series(&tally.key));
        series.requests.inc();
        series.duration.observe(in_seconds(tally.total));
        if let Some((upstream, answers)) = &series.upstream {
            upstream.observe(in_seconds(tally.forward));
            if let Some(answers) = answers {
                answers.inc();
            }
        }
        if let Some(code) = tally.refusal {
            self.refused(code);
        }
        if let Some(code) = tally.would_refuse {
            inner.would_refuse.get_or_create(&RefusalLabel { code: code.entry().name }).inc();
        }
        inner.bytes_in.inc_by(tally.bytes_in);
        inner.bytes_out.inc_by(tally.bytes_out);
    }

    /// What calls like this one are counted by.
    fn series(&self, key: &Key) -> Series {
        let inner = &self.0;
        let effect = EffectLabel { effect: key.call.effect };
        let upstream = key.upstream.as_ref().map(|answer| {
            let labels = |site: &Named<SiteName>| StatusLabels { site: site.clone(), class: answer.class };
            let answers = answer.site.as_ref().map(|site| inner.answers.get_or_create_owned(&labels(site)));
            (inner.upstream.get_or_create_owned(&effect), answers)
        });
        Series {
            requests: inner.requests.get_or_create_owned(&key.call),
            duration: inner.duration.get_or_create_owned(&effect),
            upstream,
        }
    }

    pub(crate) fn change(&self) {
        self.0.changes.inc();
    }

    pub(crate) fn audit_queue(&self, taken: usize) {
        self.0.audit_queue.set(i64::try_from(taken).unwrap_or(i64::MAX));
    }

    pub(crate) fn audit_waited(&self) {
        self.0.audit_waits.inc();
    }

    pub(crate) fn audit_committed(&self, records: usize, took: Duration) {
        self.0.audit_records.inc_by(records as u64);
        self.0.audit_commits.observe(took.as_secs_f64());
    }

    pub(crate) fn audit_failed(&self) {
        self.0.audit_failures.inc();
    }

    /// The answer to `/metrics`, in the OpenMetrics text format
    /// (`application/openmetrics-text; version=1.0.0; charset=utf-8`).
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail; were an encoder to, what is there so far is still the truth.
        let _ = encode(&mut text, &self.0.registry);
        text
    }

    /// Every metric there is, for the reference page.
    #[must_use]
    pub fn reference(&self) -> &[Line] {
        &self.0.reference
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("metrics")
    }
}

fn in_seconds(micros: u32) -> f64 {
    f64::from(micros) / 1e6
}

#[cfg(test)]
mod tests;
