//! Records as a person reads them: one line each.

use audit::{About, Kind, Record};
use control::audit_log::Found;

use crate::output::Output;
use crate::problem::Problem;

pub(super) fn records(found: &[Found], output: Output) -> Result<(), Problem> {
    found.iter().try_for_each(|found| output.each(found, line))
}

fn line(found: &Found) -> String {
    let record = &found.record;
    let head = format!("{:>6}  {:.0}", found.seq, record.at);
    match (&record.kind, &record.change) {
        (Kind::Change, Some(change)) => {
            format!("{head}  operator {} changed: {} {}", change.operator, change.action, change.target)
        }
        (Kind::Token, _) => format!("{head}  {}", token(record)),
        (Kind::Consent, _) => format!("{head}  {}", consent(record)),
        (Kind::Summary, _) => format!("{head}  {}", summary(record)),
        (Kind::Notice, _) => format!("{head}  {}", notice(record)),
        (Kind::Grant, _) => format!("{head}  {}", grant(record)),
        (Kind::Start, _) => format!("{head}  the gateway started"),
        (Kind::Stop, _) => format!("{head}  the gateway stopped"),
        (kind, _) => format!("{head}  {}", call(*kind, record)),
    }
}

fn text(text: &Option<audit::Text>) -> String {
    text.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn token(record: &Record) -> String {
    let client = record.client.as_ref().map_or("(nobody)", |client| client.as_str());
    match &record.issued {
        Some(issued) => format!("{client}  got the token {issued} for {}", text(&record.credential)),
        None => format!("{client}  got no token: {}", text(&record.refusal)),
    }
}

fn consent(record: &Record) -> String {
    let client = record.client.as_ref().map_or("(no client)", |client| client.as_str());
    format!("user {}  {} {client}", text(&record.user), text(&record.operation))
}

fn summary(record: &Record) -> String {
    let (calls, what, until) = match &record.summary {
        Some(summary) if summary.of == Kind::Token => (summary.calls, "requests for tokens", summary.until),
        Some(summary) => (summary.calls, "calls", summary.until),
        None => (0, "calls", record.at),
    };
    let ended = match &record.refusal {
        Some(refusal) => format!("refused ({refusal})"),
        None => "given up".to_owned(),
    };
    let peer = record.peer.map_or_else(|| "various addresses".to_owned(), |peer| peer.to_string());
    format!("(nobody)  {calls} more {what} {ended} before authentication, from {peer}, until {until:.0}")
}

fn notice(record: &Record) -> String {
    let client = record.client.as_ref().map_or("(no client)", |client| client.as_str());
    let Some(notice) = &record.notice else { return format!("{client}  (nothing is said about it)") };
    let (secret, when) = (text(&notice.secret), notice.when);
    let what = match notice.about {
        About::ClientEnds => format!("ends at {when:.0}"),
        About::ClientEnded => format!("has ended at {when:.0}"),
        About::SecretEnds => format!("its secret {secret} ends at {when:.0}"),
        About::SecretEnded => format!("its secret {secret} has ended at {when:.0}"),
        About::RotationDue => format!("its secret {secret} was to be replaced by {when:.0}"),
        About::ApprovalEnded => {
            format!("the ticket that approved what it may approves it no more since {when:.0}")
        }
    };
    format!("{client}  {what}; ask {} <{}>", notice.owner, notice.contact)
}

fn grant(record: &Record) -> String {
    let name = record.grant.as_ref().map_or("(no grant)", |grant| grant.as_str());
    let Some(change) = &record.grant_change else {
        return format!("grant {name}  (nothing is said about it)");
    };
    let mut said = format!("grant {name}  {}: ", change.about.as_str());
    if let Some(from) = &change.from {
        said.push_str(&format!("{from} -> "));
    }
    said.push_str(change.to.as_str());
    if let Some(site) = &record.site {
        said.push_str(&format!(" at {site}"));
    }
    if let Some(cause) = &change.cause {
        said.push_str(&format!(" ({cause})"));
    }
    for words in [&change.words, &change.advice].into_iter().flatten() {
        said.push_str(&format!("; {words}"));
    }
    said
}

fn call(kind: Kind, record: &Record) -> String {
    let client = record.client.as_ref().map_or("(nobody)", |client| client.as_str());
    let request = format!("{client}  {} {}", text(&record.method), text(&record.path));
    if kind == Kind::Intent {
        return format!("{request}  -> about to be sent  [{}]", text(&record.operation));
    }
    let status = record.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let why = match (&record.refusal, &record.would_refuse, &record.rule) {
        (Some(refusal), _, _) => refusal.to_string(),
        (None, Some(would), _) => format!("observed: would be refused ({})", would.code),
        (None, None, Some(rule)) => format!("by {rule}"),
        (None, None, None) => String::new(),
    };
    format!("{request}  -> {status}  {why}  [{}]", text(&record.operation))
}
