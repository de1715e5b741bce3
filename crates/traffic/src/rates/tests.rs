use proptest::prelude::*;

use super::*;

fn limits(rate: Option<u32>, burst: Option<u32>, per_day: Option<u64>) -> Limits {
    Limits { requests_per_second: rate, burst, per_day, ..Limits::default() }
}

fn at(millis: u64) -> Now {
    Now { tick: Duration::from_millis(millis), seconds: i64::try_from(millis / 1_000).unwrap() }
}

fn client() -> ClientId {
    "a".parse().unwrap()
}

#[test]
fn after_a_burst_calls_go_at_the_rate_and_a_refusal_says_when() {
    let mut rates = Rates::default();
    let limits = limits(Some(2), Some(3), None);
    for _ in 0..3 {
        assert_eq!(rates.take(&client(), &limits, at(0)), Ok(()));
    }
    let used_up = UsedUp { limit: "requests_per_second", wait: Duration::from_millis(500) };
    assert_eq!(rates.take(&client(), &limits, at(0)), Err(used_up));
    assert!(rates.take(&client(), &limits, at(499)).is_err());
    assert_eq!(rates.take(&client(), &limits, at(500)), Ok(()));
    assert!(rates.take(&client(), &limits, at(500)).is_err());
    assert_eq!(rates.take(&"b".parse().unwrap(), &limits, at(500)), Ok(()), "another client has its own");
}

#[test]
fn a_day_ends_at_midnight_utc_and_setting_the_calendar_back_starts_none() {
    let mut rates = Rates::default();
    let limits = limits(None, None, Some(2));
    let evening = Now { tick: Duration::ZERO, seconds: 10 * DAY - 60 };
    assert_eq!(rates.take(&client(), &limits, evening), Ok(()));
    assert_eq!(rates.take(&client(), &limits, evening), Ok(()));
    let used_up = UsedUp { limit: "per_day", wait: Duration::from_secs(60) };
    assert_eq!(rates.take(&client(), &limits, evening), Err(used_up));
    let set_back = Now { tick: Duration::from_secs(1), seconds: 8 * DAY };
    assert!(rates.take(&client(), &limits, set_back).is_err());
    let next = Now { tick: Duration::from_secs(60), seconds: 10 * DAY };
    assert_eq!(rates.take(&client(), &limits, next), Ok(()));
    assert_eq!(rates.take(&client(), &limits, set_back), Ok(()), "the second of the day there is");
    assert!(rates.take(&client(), &limits, evening).is_err());
}

#[test]
fn who_used_nothing_today_is_forgotten() {
    let mut rates = Rates::default();
    let limits = limits(Some(1), None, Some(5));
    for number in 0..100 {
        assert!(rates.take(&format!("c{number}").parse().unwrap(), &limits, at(0)).is_ok());
    }
    assert!(rates.take(&client(), &limits, at(86_400_000)).is_ok());
    assert_eq!(rates.clients.len(), 1);
}

proptest! {
    #[test]
    fn never_more_than_the_burst_and_the_rate_in_any_stretch(
        rate in 1..20_u32, burst in prop::option::of(1..20_u32), steps in prop::collection::vec(0..400_u64, 1..200),
    ) {
        let mut rates = Rates::default();
        let limits = limits(Some(rate), burst, None);
        let (mut now, mut went) = (0, Vec::new());
        for step in steps {
            now += step;
            match rates.take(&client(), &limits, at(now)) {
                Ok(()) => went.push(now),
                Err(UsedUp { wait, .. }) => {
                    let mut later = Rates { clients: rates.clients.clone(), day: rates.day };
                    let then = Now { tick: Duration::from_millis(now) + wait, seconds: 0 };
                    prop_assert!(later.take(&client(), &limits, then).is_ok(), "it says when");
                }
            }
        }
        for (first, from) in went.iter().enumerate() {
            for (last, to) in went.iter().enumerate().skip(first) {
                let most = u64::from(burst.unwrap_or(rate)) * 1_000 + (to - from) * u64::from(rate) + 1_000;
                prop_assert!(((last - first + 1) as u64) * 1_000 <= most);
            }
        }
    }
}
