//! Times in queries: dates, spans before now, and functions.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A moment as it is written in a query; times are UTC.
pub(crate) fn moment(now: Timestamp, text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(span) = span(text) {
        return now.checked_add(span).ok();
    }
    let plain = text.replace('/', "-");
    if let Ok(date) = plain.parse::<Date>() {
        return at_midnight(date);
    }
    let plain = plain.replacen(' ', "T", 1);
    let plain = if plain.len() == "2026-01-01T10:00".len() { format!("{plain}:00") } else { plain };
    let datetime = plain.parse::<DateTime>().ok()?;
    datetime.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// `-7d`, `4h`, `-1w`, `30m`; without a unit, minutes.
fn span(text: &str) -> Option<SignedDuration> {
    let (number, unit) = match text.char_indices().last()? {
        (at, unit) if unit.is_ascii_alphabetic() => (text.get(..at)?, unit),
        _ => (text, 'm'),
    };
    let number: i64 = number.strip_prefix('+').unwrap_or(number).parse().ok()?;
    let seconds = match unit {
        'w' => 604_800,
        'd' => 86_400,
        'h' => 3600,
        'm' => 60,
        _ => return None,
    };
    Some(SignedDuration::from_secs(number.checked_mul(seconds)?))
}

fn at_midnight(date: Date) -> Option<Timestamp> {
    date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// `now()`, `startOfDay()`, `endOfWeek(-1w)` and the like; `None` for a function that gives no time.
pub(crate) fn function(now: Timestamp, name: &str, arguments: &[String]) -> Option<Timestamp> {
    if name == "now" {
        return Some(now);
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    let week_day = i32::from(today.weekday().to_sunday_zero_offset());
    let start = match name.strip_prefix("startof").or_else(|| name.strip_prefix("endof"))? {
        "day" => today,
        "week" => today.checked_sub(jiff::Span::new().days(week_day)).ok()?,
        "month" => today.first_of_month(),
        "year" => today.first_of_year(),
        _ => return None,
    };
    let end = match name.strip_prefix("endof") {
        None => start,
        Some("day") => start.tomorrow().ok()?,
        Some("week") => start.checked_add(jiff::Span::new().days(7)).ok()?,
        Some("month") => start.last_of_month().tomorrow().ok()?,
        Some(_) => start.last_of_year().tomorrow().ok()?,
    };
    let moment = at_midnight(end)?;
    let moment = if name.starts_with("endof") {
        moment.checked_sub(SignedDuration::from_millis(1)).ok()?
    } else {
        moment
    };
    match arguments.first() {
        None => Some(moment),
        Some(shift) => moment.checked_add(span(shift)?).ok(),
    }
}
