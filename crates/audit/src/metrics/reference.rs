//! The one list of metrics: registering one here is what puts it on `/metrics` and on the reference page.

use std::sync::Arc;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use super::{Inner, Metrics, seconds};

/// What kind of metric a line describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations in seconds, by bucket.
    Histogram,
}

impl Kind {
    /// The word Prometheus uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }

    /// What the name of its series ends in, behind [`Line::name`].
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Counter => "_total",
            Self::Gauge => "",
            Self::Histogram => "_bucket",
        }
    }
}

/// One line of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name, without [`Kind::suffix`].
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

struct Builder {
    registry: Registry,
    reference: Vec<Line>,
}

impl Builder {
    fn add<M: Metric + Clone>(&mut self, line: Line, metric: M) -> M {
        // The library ends the help text with a full stop of its own.
        self.registry.register(line.name, line.help.trim_end_matches('.'), metric.clone());
        self.reference.push(line);
        metric
    }

    fn counter<M: Metric + Clone + Default>(
        &mut self,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> M {
        self.add(Line { name, kind: Kind::Counter, labels, help }, M::default())
    }

    fn gauge(&mut self, name: &'static str, help: &'static str) -> Gauge {
        self.add(Line { name, kind: Kind::Gauge, labels: &[], help }, Gauge::default())
    }

    fn gauges<M: Metric + Clone + Default>(
        &mut self,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> M {
        self.add(Line { name, kind: Kind::Gauge, labels, help }, M::default())
    }

    fn histogram<M: Metric + Clone>(
        &mut self,
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
        metric: M,
    ) -> M {
        self.add(Line { name, kind: Kind::Histogram, labels, help }, metric)
    }
}

type PerEffect = Family<super::EffectLabel, Histogram, fn() -> Histogram>;

pub(super) fn build() -> Metrics {
    let per_effect = || PerEffect::new_with_constructor(seconds);
    let mut b = Builder { registry: Registry::default(), reference: Vec::new() };
    let requests = b.counter(
        "ticketgate_requests",
        &["client", "effect", "outcome"],
        "Requests on the data plane that ended, by client, by what the operation does and by how they came out. client is empty when nobody proved themselves.",
    );
    let duration = b.histogram(
        "ticketgate_request_duration_seconds",
        &["effect"],
        "Time from a request's arrival to the last byte of its answer.",
        per_effect(),
    );
    let upstream = b.histogram(
        "ticketgate_upstream_duration_seconds",
        &["effect"],
        "Time from sending a request to Atlassian to the head of its answer.",
        per_effect(),
    );
    let answers: Family<_, Counter> = b.counter(
        "ticketgate_upstream_answers",
        &["site", "class"],
        "Atlassian's answers, by class of status.",
    );
    let (refusals, would_refuse) = of_refusals(&mut b);
    let bytes_in = b.counter("ticketgate_request_body_bytes", &[], "Bytes of request bodies passed on.");
    let bytes_out = b.counter("ticketgate_answer_body_bytes", &[], "Bytes of answers passed on.");
    let changes = b.counter("ticketgate_changes", &[], "Changes made by operators.");
    let in_flight = b.gauge("ticketgate_requests_in_flight", "Requests on the data plane under way.");
    let connections = b.gauge("ticketgate_connections", "Open connections of clients.");
    let client_expiry = b.gauges(
        "ticketgate_client_expiry_timestamp_seconds",
        &["client"],
        "When a client ends, as Unix time; looked up at the start and once a day. Clients without an end have no line.",
    );
    let connections_refused = b.counter(
        "ticketgate_connections_refused",
        &[],
        "Connections closed at once because their address had as many open as it may (limits.connections_per_address).",
    );
    let grant_tokens =
        b.counter("ticketgate_grant_tokens", &["grant", "outcome"], "Tokens asked for with a grant, by how that came out: upstream-refused means that the grant itself is not good.");
    let (grant_states, grant_changes, grant_changes_lost, events) = of_grants(&mut b);
    let (audit_queue, audit_waits, audit_records, audit_commits, audit_failures) = of_the_audit(&mut b);
    Metrics(Arc::new(Inner {
        registry: b.registry,
        reference: b.reference,
        series: super::All::default(),
        requests,
        duration,
        upstream,
        answers,
        refusals,
        would_refuse,
        bytes_in,
        bytes_out,
        changes,
        in_flight,
        connections,
        client_expiry,
        connections_refused,
        grant_tokens,
        grant_states,
        grant_changes,
        grant_changes_lost,
        events,
        audit_queue,
        audit_waits,
        audit_records,
        audit_commits,
        audit_failures,
    }))
}

/// Refusals that were given, and those that were not because the client is observed.
fn of_refusals(
    b: &mut Builder,
) -> (Family<super::RefusalLabel, Counter>, Family<super::RefusalLabel, Counter>) {
    let refusals = b.counter(
        "ticketgate_refusals",
        &["code"],
        "Refusals given, by their name in the table of refusals.",
    );
    let would_refuse = b.counter(
        "ticketgate_would_refuse",
        &["code"],
        "Calls of observed clients that were let through although their manifest would have refused them, by the name of that refusal.",
    );
    (refusals, would_refuse)
}

type OfGrants = (
    Family<super::StateLabels, Gauge>,
    Family<super::StateLabels, Counter>,
    Counter,
    Family<super::DeliveryLabels, Counter>,
);

/// The states of grants, and who hears of them.
fn of_grants(b: &mut Builder) -> OfGrants {
    let states = b.gauges(
        "ticketgate_grant_state",
        &["grant", "state"],
        "1 for the state a grant is in, 0 for the others. The grants of people who signed in are counted together, under the grant people.",
    );
    let changes = b.counter(
        "ticketgate_grant_state_changes",
        &["grant", "state"],
        "Changes of a grant's state, by the state it came to.",
    );
    let lost = b.counter(
        "ticketgate_grant_changes_lost",
        &[],
        "Records of changes of grants that found no room in the audit; they are in the log.",
    );
    let events = b.counter(
        "ticketgate_events",
        &["to", "outcome"],
        "Tries to deliver an event to the webhook or the command: delivered, failed (and tried again), given-up, or dropped because too many waited.",
    );
    (states, changes, lost, events)
}

/// What the audit says of itself.
fn of_the_audit(b: &mut Builder) -> (Gauge, Counter, Counter, Histogram, Counter) {
    let audit_queue = b.gauge("ticketgate_audit_queue_records", "Records open or waiting to be written.");
    let audit_waits = b.counter(
        "ticketgate_audit_waits",
        &[],
        "Requests that had to wait because the queue of records was full.",
    );
    let audit_records = b.counter("ticketgate_audit_records", &[], "Records made durable.");
    let audit_commits =
        b.histogram("ticketgate_audit_commit_seconds", &[], "Time one commit of records took.", seconds());
    let audit_failures = b.counter(
        "ticketgate_audit_failures",
        &[],
        "Commits of records that failed and were tried again. While this grows, changes are refused.",
    );
    (audit_queue, audit_waits, audit_records, audit_commits, audit_failures)
}
