use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_began() {
    // Friday only, from ten in the evening to six.
    let hours = Hours::new(0b001_0000, 22 * 60, 6 * 60, "Europe/Berlin").unwrap();
    for (when, open) in [
        ("2026-11-27T21:59:59+01:00", false),
        ("2026-11-27T22:00:00+01:00", true),
        ("2026-11-28T05:59:59+01:00", true),
        ("2026-11-28T06:00:00+01:00", false),
        ("2026-11-28T23:00:00+01:00", false),
        ("2026-11-27T05:00:00+01:00", false),
    ] {
        assert_eq!(hours.hold(at(when)), open, "{when}");
    }
}

#[test]
fn summer_time_is_the_zones_own() {
    let hours = Hours::new(Hours::EVERY_DAY, 8 * 60, 18 * 60, "Europe/Berlin").unwrap();
    // Eight in the morning: seven in UTC in winter, six in summer.
    for (when, open) in [
        ("2026-01-15T06:59:59Z", false),
        ("2026-01-15T07:00:00Z", true),
        ("2026-07-15T05:59:59Z", false),
        ("2026-07-15T06:00:00Z", true),
        ("2026-07-15T15:59:59Z", true),
        ("2026-07-15T16:00:00Z", false),
        // The hour that is there twice, and the one that is not.
        ("2026-10-25T00:30:00Z", false),
        ("2026-03-29T01:30:00Z", false),
    ] {
        assert_eq!(hours.hold(at(when)), open, "{when}");
    }
}

#[test]
fn from_and_to_at_the_same_minute_are_a_whole_day_from_there() {
    let hours = Hours::new(0b000_0001, 9 * 60, 9 * 60, "UTC").unwrap();
    assert!(hours.hold(at("2026-11-23T09:00:00Z")) && hours.hold(at("2026-11-24T08:59:59Z")));
    assert!(!hours.hold(at("2026-11-23T08:59:59Z")) && !hours.hold(at("2026-11-24T09:00:00Z")));
}

#[test]
fn there_are_no_such_hours() {
    for (from, to, zone) in [
        (1440, 0, "UTC"),
        (0, 1441, "UTC"),
        (0, 60, ""),
        (0, 60, "../x"),
        (0, 60, "Mars/Phobos"),
        (0, 60, "etc/unknown"),
    ] {
        assert!(Hours::new(1, from, to, zone).is_err(), "{from} {to} {zone}");
    }
}
