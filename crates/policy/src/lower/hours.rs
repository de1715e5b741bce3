//! The table `[hours]`.

use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::source::At;
use crate::terms;
use crate::typed::{DAYS, Given, Hours, Word};

const DAY: u16 = 24 * 60;

/// The hours; `None` when something is wrong, which is said.
pub(super) fn hours(typed: &At<Hours<'_>>, findings: &mut Findings<'_, '_>) -> Option<terms::Hours> {
    let Hours { days, from, to, zone } = &typed.value;
    let days = days.value().map_or(terms::Hours::EVERY_DAY, |days| {
        let bits = days.value.iter().filter_map(|day| DAYS.iter().position(|known| *known == day.value));
        bits.fold(0, |all, bit| all | 1 << bit)
    });
    let minute = |given: &Given<Word<'_>>, absent: u16, most: u16, findings: &mut Findings<'_, '_>| {
        let Some(word) = given.value() else { return given.is_absent().then_some(absent) };
        let minute = clock(&word.value).filter(|minute| *minute <= most);
        if minute.is_none() {
            findings.add(DiagnosticCode::BadValue, &word.span, || {
                Note::new(format!("{} is no time of day", quoted(&word.value)))
                    .suggest("write hours and minutes such as \"08:00\"")
            });
        }
        minute
    };
    let from = minute(from, 0, DAY - 1, findings);
    let to = minute(to, DAY, DAY, findings);
    let name = zone.value().map_or("UTC", |word| &*word.value);
    let (from, to) = (from?, to?);
    let hours = terms::Hours::new(days, from, to, name).ok();
    if let (None, Some(word)) = (&hours, zone.value()) {
        findings.add(DiagnosticCode::BadValue, &word.span, || {
            Note::new(format!("there is no time zone {}", quoted(&word.value)))
                .suggest("write a name of the IANA database such as \"Europe/Berlin\", or \"UTC\"")
        });
    }
    hours
}

/// `08:00` as minutes after midnight.
fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    let known = minute < 60 && hour <= 24;
    known.then_some(hour * 60 + minute)
}
