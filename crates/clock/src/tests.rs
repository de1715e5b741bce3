use std::collections::BTreeSet;

use super::*;

#[test]
fn a_manual_clock_moves_only_when_its_hands_do() {
    let (clock, hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let (calendar, tick) = (clock.now(), clock.tick());
    assert_eq!(clock.now(), calendar);
    hands.advance(Duration::from_secs(90));
    assert_eq!(clock.now().as_second(), 90);
    assert_eq!(clock.tick().since(tick), Duration::from_secs(90));
    assert_eq!(tick.since(clock.tick()), Duration::ZERO);
}

#[test]
fn request_ids_never_repeat_within_a_millisecond() {
    let (clock, _hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let ids: BTreeSet<_> = (0..100_000).map(|_| clock.request_id()).collect();
    assert_eq!(ids.len(), 100_000);
}

#[test]
fn request_ids_sort_by_time_and_are_version_seven() {
    let (clock, hands) = Clock::manual(Timestamp::UNIX_EPOCH);
    let first = clock.request_id();
    hands.advance(Duration::from_millis(2));
    let second = clock.request_id();
    assert!(first < second);
    assert_eq!(first.uuid().get_version_num(), 7);
}

#[test]
fn random_bytes_differ() {
    assert_ne!(random::bytes::<32>().unwrap(), random::bytes::<32>().unwrap());
}
