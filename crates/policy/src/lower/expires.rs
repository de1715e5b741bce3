//! When a manifest begins and ends.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use toml::value::{Datetime, Offset};

use crate::diagnostic::{DiagnosticCode, Findings, Note};
use crate::source::At;
use crate::typed::Given;

/// The first instant at which the manifest no longer allows anything. Outer `None`: the value is wrong.
///
/// A plain date is the last day on which the manifest works, as a person would say it, and days are UTC days: the
/// gateway and its clients need not share a time zone. A date with a time is an instant and must say its offset.
pub(super) fn expires(
    typed: &Given<At<Datetime>>,
    findings: &mut Findings<'_, '_>,
) -> Option<Option<Timestamp>> {
    date(typed, Edge::Expires, findings)
}

/// The first instant at which the manifest allows anything: a plain date is the first day.
pub(super) fn starts(
    typed: &Given<At<Datetime>>,
    findings: &mut Findings<'_, '_>,
) -> Option<Option<Timestamp>> {
    date(typed, Edge::Starts, findings)
}

/// Which end of a manifest's life.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Starts,
    Expires,
}

impl Edge {
    const fn key(self) -> &'static str {
        match self {
            Self::Starts => "starts",
            Self::Expires => "expires",
        }
    }
}

fn date(
    typed: &Given<At<Datetime>>,
    edge: Edge,
    findings: &mut Findings<'_, '_>,
) -> Option<Option<Timestamp>> {
    let Some(At { value, span }) = typed.value() else {
        return typed.is_absent().then_some(None);
    };
    match instant(value, edge) {
        Ok(instant) => Some(Some(instant)),
        Err(problem) => {
            findings.add(DiagnosticCode::BadValue, span, || {
                let note = Note::new(format!("{:?} {}", edge.key(), problem.message()));
                match problem {
                    Problem::NoOffset => note.did_you_mean(Some(&format!("{value}Z")), str::to_owned),
                    Problem::NoDate | Problem::OutOfRange => note.suggest("write a date such as 2027-06-30"),
                }
            });
            None
        }
    }
}

#[derive(Clone, Copy)]
enum Problem {
    NoDate,
    NoOffset,
    OutOfRange,
}

impl Problem {
    const fn message(self) -> &'static str {
        match self {
            Self::NoDate => "is a time of day without a date",
            Self::NoOffset => "has a time of day but does not say in which offset from UTC",
            Self::OutOfRange => "is no date of the calendar that can be compared with",
        }
    }
}

fn instant(value: &Datetime, edge: Edge) -> Result<Timestamp, Problem> {
    let date = value.date.ok_or(Problem::NoDate)?;
    let out = |_| Problem::OutOfRange;
    let (year, month, day) = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
    let date = Date::new(
        year.map_err(|_| Problem::OutOfRange)?,
        month.map_err(|_| Problem::OutOfRange)?,
        day.map_err(|_| Problem::OutOfRange)?,
    )
    .map_err(out)?;
    let Some(time) = value.time else {
        let first = if edge == Edge::Starts { date } else { date.tomorrow().map_err(out)? };
        return utc(first.to_datetime(Time::midnight()));
    };
    let offset = match value.offset.ok_or(Problem::NoOffset)? {
        Offset::Z => 0,
        Offset::Custom { minutes } => minutes,
    };
    let small = |number: u8| i8::try_from(number).map_err(|_| Problem::OutOfRange);
    let nanosecond = i32::try_from(time.nanosecond.unwrap_or(0)).map_err(|_| Problem::OutOfRange)?;
    let time =
        Time::new(small(time.hour)?, small(time.minute)?, small(time.second.unwrap_or(0))?, nanosecond)
            .map_err(out)?;
    let local = utc(date.to_datetime(time))?;
    local.checked_sub(SignedDuration::from_mins(i64::from(offset))).map_err(out)
}

fn utc(datetime: DateTime) -> Result<Timestamp, Problem> {
    TimeZone::UTC.to_timestamp(datetime).map_err(|_| Problem::OutOfRange)
}
