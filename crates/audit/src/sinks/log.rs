//! Records as log lines, for people who watch. The store is the record; this is its shadow.
//!
//! Reads and tokens that went well are `DEBUG`, everything else is `INFO`, all under the target `ticketgate::record`, so a filter can have
//! either. A line that no filter lets through costs one comparison.

use tracing::field::{DisplayValue, display};

use crate::record::{Ended, Kind, Record, Text};

const TARGET: &str = "ticketgate::record";

fn shown(text: Option<&Text>) -> Option<&str> {
    text.map(Text::as_str)
}

fn named<T: std::fmt::Display>(name: Option<&T>) -> Option<DisplayValue<&T>> {
    name.map(display)
}

macro_rules! line {
    ($level:ident, $record:ident) => {
        tracing::event!(
            target: TARGET,
            tracing::Level::$level,
            id = %$record.id,
            kind = ?$record.kind,
            client = named($record.client.as_ref()),
            peer = named($record.peer.as_ref()),
            calls = $record.summary.map(|summary| summary.calls),
            issued = shown($record.issued.as_ref()),
            site = named($record.site.as_ref()),
            operation = shown($record.operation.as_ref()),
            method = shown($record.method.as_ref()),
            path = shown($record.path.as_ref()),
            refusal = shown($record.refusal.as_ref()),
            rule = shown($record.rule.as_ref()),
            upstream_status = $record.upstream_status,
            status = $record.status,
            micros = $record.micros.total,
            trace = shown($record.trace.as_ref()),
            ended = $record.ended.map(Ended::as_str),
            operator = named($record.change.as_ref().map(|change| &change.operator)),
            action = $record.change.as_ref().map(|change| change.action.as_str()),
            grant = named($record.grant.as_ref()),
            from = $record.grant_change.as_ref().and_then(|change| shown(change.from.as_ref())),
            to = $record.grant_change.as_ref().map(|change| change.to.as_str()),
            cause = $record.grant_change.as_ref().and_then(|change| shown(change.cause.as_ref())),
            about = $record.notice.as_ref().map(|notice| notice.about.as_str()),
            target_of_change = $record.change.as_ref().map(|change| change.target.as_str()),
            "record"
        )
    };
}

/// Whether a filter lets it through.
pub(super) fn is_wanted(record: &Record) -> bool {
    if is_quiet(record) {
        tracing::enabled!(target: TARGET, tracing::Level::DEBUG)
    } else {
        tracing::enabled!(target: TARGET, tracing::Level::INFO)
    }
}

pub(super) fn record(record: &Record) {
    if is_quiet(record) {
        line!(DEBUG, record);
    } else {
        line!(INFO, record);
    }
}

fn is_quiet(record: &Record) -> bool {
    record.kind == Kind::Intent
        || record.grant_change.as_ref().is_some_and(|change| !change.loud)
        || matches!(record.kind, Kind::Call | Kind::Token)
            && record.ended == Some(Ended::Complete)
            && record.effect.is_none_or(|effect| !effect.changes_something())
}
