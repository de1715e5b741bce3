use audit::metrics::Metrics;
use audit::{Decision, Ended, Micros, OpenRecord, Receipt, Record, Text, WouldRefuse};
use catalogue::{Call, Kind, Place};
use clock::{Clock, Tick};
use http::response::Parts;
use http::{HeaderName, StatusCode};
use jiff::Timestamp;
use oauth::{Caller, TurnedAway};
use policy::Permit;
use types::{Code, Refusal, RequestId, Site};

use crate::arrive::{Arrival, Astray};
use crate::made::Look;
use crate::names::Names;
use crate::upload::Counted;
use crate::{Gateway, Peer, headers};

/// Under which names Atlassian's answers carry its own trace id.
const TRACES: [HeaderName; 2] =
    [HeaderName::from_static("atl-traceid"), HeaderName::from_static("x-arequestid")];

/// Keeps the record of one request: opened before anything is known, closed once, however it ends.
///
/// Dropped without being closed, it says that the client left, which is what dropping a read's future means. While a
/// change runs on a task of its own nobody's leaving can drop it; then it says that the gateway abandoned it.
pub(crate) struct Ledger {
    id: RequestId,
    open: Option<OpenRecord>,
    clock: Clock,
    began: Tick,
    last: Tick,
    counted: Option<Counted>,
    look: Option<Box<Look>>,
    unattended: bool,
    metrics: Metrics,
}

impl Ledger {
    /// Opens the record, which takes its place in the audit's queue: from here on nothing is lost.
    pub(crate) async fn open(
        gateway: &Gateway,
        id: RequestId,
        now: Timestamp,
        peer: &Peer,
    ) -> Result<Self, Refusal> {
        let clock = gateway.0.clock.clone();
        let began = clock.tick();
        let mut open = gateway.0.recorder.open(id, now).await?;
        open.record_mut().peer = Some(peer.whence.address());
        let metrics = gateway.0.recorder.metrics().clone();
        metrics.request_began();
        Ok(Self {
            id,
            open: Some(open),
            clock,
            began,
            last: began,
            counted: None,
            look: None,
            unattended: false,
            metrics,
        })
    }

    /// The request it is about.
    pub(crate) const fn id(&self) -> RequestId {
        self.id
    }

    /// Notes something. After closing there is nothing to note it in, and nobody does.
    fn note(&mut self, note: impl FnOnce(&mut Record)) {
        if let Some(open) = &mut self.open {
            note(open.record_mut());
        }
    }

    /// Notes that a stage has ended, and what it found out.
    fn stage(&mut self, field: fn(&mut Micros) -> &mut u32, note: impl FnOnce(&mut Record)) {
        let now = self.clock.tick();
        let took = Micros::of(now.since(self.last));
        self.last = now;
        self.note(|record| {
            *field(&mut record.micros) = took;
            note(record);
        });
    }

    pub(crate) fn arrived(&mut self, arrival: &Arrival) {
        self.stage(
            |micros| &mut micros.arrive,
            |record| {
                record.method = Some(method_text(&arrival.method));
                record.path = Some(Text::untrusted(arrival.path.as_str()));
            },
        );
    }

    /// Notes what was asked, as it was written, and gives back what the client hears.
    pub(crate) fn astray(&mut self, astray: Astray) -> Refusal {
        let Astray { method, uri, refusal } = astray;
        self.note(|record| {
            record.method = Some(method_text(&method));
            record.path = Some(Text::untrusted(uri.path()));
        });
        refusal
    }

    pub(crate) fn authenticated(&mut self, caller: &Caller) {
        self.stage(
            |micros| &mut micros.authenticate,
            |record| {
                record.client = Some(caller.client().clone());
                record.credential = Some(Text::untrusted(caller.credential()));
                record.user = caller.account().map(Text::untrusted);
            },
        );
    }

    /// Notes who was turned away, where that is certain, and gives back what they hear.
    pub(crate) fn turned_away(&mut self, away: TurnedAway) -> Refusal {
        self.stage(
            |micros| &mut micros.authenticate,
            |record| {
                record.client = away.client().cloned();
                record.credential = away.credential().map(Text::untrusted);
            },
        );
        away.refusal()
    }

    pub(crate) fn recognised(&mut self, site: &Site, call: &Call) {
        self.stage(
            |micros| &mut micros.recognise,
            |record| {
                let operation = call.operation();
                record.site = Some(site.name.clone());
                record.product = Some(operation.product());
                record.operation = Some(Text::from(operation.shared_label()));
                record.effect = Some(operation.effect());
                for naming in operation.names().iter().filter(|naming| naming.place == Place::Path) {
                    let field = match naming.kind {
                        Kind::Issue => &mut record.issue,
                        Kind::Project => &mut record.project,
                        Kind::Space => &mut record.space,
                        _ => continue,
                    };
                    *field = call.parameter(&naming.parameter).map(|value| Text::untrusted(&value));
                }
            },
        );
    }

    pub(crate) fn permitted(&mut self, permit: &Permit, names: &Names) {
        self.stage(
            |micros| &mut micros.decide,
            |record| {
                record.decision = Some(Decision::Permitted);
                record.rule = Some(Text::from(std::sync::Arc::clone(permit.rule())));
                record.elevation = permit.elevation().map(|name| Text::from(std::sync::Arc::clone(name)));
                record.grant = Some(permit.grant().clone());
                record.scopes = names.scopes(permit);
                record.would_refuse = permit.observed().map(|denial| {
                    let rule = denial.rule.clone().map(Text::from);
                    Box::new(WouldRefuse::new(denial.code, rule))
                });
            },
        );
    }

    /// Notes what would have been refused, were the client not observed.
    pub(crate) fn would_refuse(&mut self, would: WouldRefuse) {
        self.note(|record| record.would_refuse = Some(Box::new(would)));
    }

    pub(crate) fn denied(&mut self, rule: Option<std::sync::Arc<str>>) {
        self.stage(
            |micros| &mut micros.decide,
            |record| {
                record.decision = Some(Decision::Refused);
                record.rule = rule.map(Text::from);
            },
        );
    }

    pub(crate) fn admitted(&mut self) {
        self.stage(|micros| &mut micros.admit, |_| {});
    }

    pub(crate) fn acquired(&mut self) {
        self.stage(|micros| &mut micros.acquire, |_| {});
    }

    /// Makes durable what is about to be sent. Nothing may be sent when this fails.
    pub(crate) async fn intend(&mut self) -> Result<(), Refusal> {
        if let Some(open) = &mut self.open {
            open.intend().await?;
        }
        self.stage(|micros| &mut micros.intend, |_| {});
        Ok(())
    }

    /// From here on the body is counted, whoever reads it.
    pub(crate) fn watch(&mut self, counted: Counted) {
        self.counted = Some(counted);
    }

    /// What the answer will be looked at for, if it is one that says what was made.
    pub(crate) fn look_for(&mut self, look: Option<Box<Look>>) {
        self.look = look;
    }

    /// A piece of the answer is on its way to the client.
    pub(crate) fn passed(&mut self, piece: &[u8]) {
        if let Some(look) = &mut self.look {
            look.at(piece);
        }
    }

    pub(crate) fn forwarded(&mut self, parts: &Parts) {
        if self.look.is_some() && !(parts.status.is_success() && headers::is_json(&parts.headers)) {
            self.look = None;
        }
        let trace = TRACES.iter().find_map(|name| parts.headers.get(name));
        self.stage(
            |micros| &mut micros.forward,
            |record| {
                record.upstream_status = Some(parts.status.as_u16());
                // What is not there either way is refused by Atlassian itself.
                let gone = parts.status == StatusCode::NOT_FOUND;
                record.would_refuse.take_if(|would| gone && would.code == *Code::Hidden.entry().name);
                record.status = Some(parts.status.as_u16());
                record.trace = trace.and_then(|trace| trace.to_str().ok()).map(Text::untrusted);
            },
        );
    }

    /// Notes what the gateway answers by itself.
    pub(crate) fn answered(&mut self, operation: &'static str, status: u16) {
        self.note(|record| {
            record.operation = Some(Text::fixed(operation));
            record.status = Some(status);
        });
    }

    /// Whether the work goes on when the client leaves.
    pub(crate) const fn unattended(&mut self, unattended: bool) {
        self.unattended = unattended;
    }

    /// Closes with a refusal.
    pub(crate) fn refused(mut self, refusal: &Refusal) {
        self.note(|record| record.refused_with(refusal));
        self.closed(Ended::Refused, 0);
    }

    /// Closes. `out` is how much of the answer's body was passed on.
    pub(crate) fn closed(mut self, ended: Ended, out: u64) {
        let _written: Option<Receipt> = self.close(ended, out);
    }

    fn close(&mut self, ended: Ended, out: u64) -> Option<Receipt> {
        let mut open = self.open.take()?;
        self.metrics.request_ended();
        let now = self.clock.tick();
        let record = open.record_mut();
        if let Some(issue) = self.look.as_ref().and_then(|look| look.found()) {
            record.issue = Some(Text::untrusted(issue.as_str()));
            record.project = Some(Text::untrusted(issue.project()));
        }
        if record.upstream_status.is_some() {
            record.micros.respond = Micros::of(now.since(self.last));
        }
        record.micros.total = Micros::of(now.since(self.began));
        record.bytes_in = self.counted.as_ref().map_or(0, Counted::bytes);
        record.bytes_out = out;
        Some(open.close(ended))
    }

    /// The same as [`Ledger::closed`], from a `Drop`.
    pub(crate) fn close_left(&mut self, out: u64) {
        let ended =
            if self.unattended || std::thread::panicking() { Ended::Abandoned } else { Ended::ClientLeft };
        let _written = self.close(ended, out);
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.close_left(0);
    }
}

fn method_text(method: &http::Method) -> Text {
    match *method {
        http::Method::GET => Text::fixed("GET"),
        http::Method::HEAD => Text::fixed("HEAD"),
        http::Method::POST => Text::fixed("POST"),
        http::Method::PUT => Text::fixed("PUT"),
        http::Method::DELETE => Text::fixed("DELETE"),
        http::Method::PATCH => Text::fixed("PATCH"),
        _ => Text::untrusted(method.as_str()),
    }
}
