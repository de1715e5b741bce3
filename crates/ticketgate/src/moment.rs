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

/// `30m`, `24h`, `7d`, in whole seconds.
pub(crate) fn seconds(text: &str) -> Result<u64, Problem> {
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or_default();
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 0,
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|_| unit > 0);
    seconds.ok_or_else(|| {
        Problem::new(Exit::Usage, format!("{text:?} is not a duration."))
            .advise("Write a whole number and a unit: 90s, 30m, 24h, 7d.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        assert_eq!(seconds("7d").unwrap(), 604_800);
        assert_eq!(seconds("0s").unwrap(), 0);
        for odd in ["", "7", "d", "-1h", "1 h", "1w", "99999999999999999999d", "ü"] {
            assert!(seconds(odd).is_err(), "{odd}");
        }
    }
}
