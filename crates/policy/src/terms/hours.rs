//! When calls are permitted.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// What `[hours]` says. The zone's rules are those of the time zone database in the program: nothing is read from the
/// machine, so the same manifest means the same everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Bit 0 is Monday.
    days: u8,
    /// Minutes after midnight, less than [`DAY`].
    from: u16,
    /// The same, at most [`DAY`]; not after `from`: of the next day.
    to: u16,
    zone: TimeZone,
    name: Box<str>,
}

/// There are no such hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotHours;

impl Hours {
    pub(crate) const EVERY_DAY: u8 = 0b111_1111;

    /// Hours on `days` (bit 0 is Monday) from one minute after midnight to another in a zone of the database.
    ///
    /// # Errors
    /// When there is no such minute or zone.
    pub(crate) fn new(days: u8, from: u16, to: u16, zone: &str) -> Result<Self, NotHours> {
        let minutes = from < DAY && to <= DAY;
        if !minutes || days & !Self::EVERY_DAY != 0 {
            return Err(NotHours);
        }
        // The database's word for a zone nobody knows; it would be taken for UTC.
        if zone.eq_ignore_ascii_case("Etc/Unknown") {
            return Err(NotHours);
        }
        let found =
            if zone == "UTC" { Ok(TimeZone::UTC) } else { jiff::tz::TimeZoneDatabase::bundled().get(zone) };
        Ok(Self { days, from, to, zone: found.map_err(|_| NotHours)?, name: zone.into() })
    }

    /// Whether calls are permitted at an instant.
    #[must_use]
    pub fn hold(&self, now: Timestamp) -> bool {
        let local = self.zone.to_datetime(now);
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        self.at(local.weekday(), minute)
    }

    fn at(&self, today: Weekday, minute: u16) -> bool {
        if self.from < self.to {
            return self.on(today) && (self.from..self.to).contains(&minute);
        }
        // Over midnight: the evening of a day that is meant, or the morning after one.
        (self.on(today) && minute >= self.from) || (self.on(today.previous()) && minute < self.to)
    }

    /// The minutes of a week on the zone's clock, from Monday's midnight on, and whether they hold at each.
    pub(crate) fn week(&self) -> Vec<bool> {
        let days = std::iter::successors(Some(Weekday::Monday), |day| Some(day.next())).take(7);
        days.flat_map(|day| (0..DAY).map(move |minute| self.at(day, minute))).collect()
    }

    /// Whose clock it is.
    pub(crate) fn zone(&self) -> &str {
        &self.name
    }

    /// Whether there is any minute at which they hold.
    #[must_use]
    pub const fn ever(&self) -> bool {
        self.days != 0
    }

    fn on(&self, day: Weekday) -> bool {
        self.days >> day.to_monday_zero_offset() & 1 == 1
    }
}

/// `mon, tue 08:00 to 18:00, Europe/Berlin`.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, from, to, name, .. } = self;
        if *days == Self::EVERY_DAY {
            f.write_str("every day")?;
        } else {
            let names = (0..).zip(crate::typed::DAYS).filter(|(bit, _)| days >> bit & 1 == 1);
            f.write_str(&names.map(|(_, name)| *name).collect::<Vec<_>>().join(", "))?;
        }
        write!(f, " {:02}:{:02} to {:02}:{:02}, {name}", from / 60, from % 60, to / 60, to % 60)
    }
}

#[cfg(test)]
mod tests;
