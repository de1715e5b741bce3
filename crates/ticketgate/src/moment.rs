//! Times as people write them on the command line.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::problem::{Exit, Problem};

/// `2027-06-30T12:00:00Z`, or `2027-06-30`, which is its first moment in UTC.
pub(crate) fn parse(text: &str) -> Result<Timestamp, Problem> {
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let date: Date = text.parse().ok()?;
        date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    });
    moment.ok_or_else(|| {
        Problem::new(Exit::Usage, format!("{text:?} is not a time."))
            .advise("Write a date such as 2027-06-30, or a time such as 2027-06-30T12:00:00Z.")
    })
}
