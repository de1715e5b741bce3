use clock::Clock;

use super::*;

#[test]
fn one_answer_is_a_call_two_within_a_minute_are_a_state_and_a_success_ends_it() {
    let (clock, hands) = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
    let removed = Removed::default();
    let (grant, here, there) = ("rel".parse().unwrap(), "demo".parse().unwrap(), "other".parse().unwrap());
    assert!(!removed.note(&grant, &here, clock.tick()));
    hands.advance(Duration::from_secs(61));
    assert!(!removed.note(&grant, &here, clock.tick()), "too far apart");
    assert!(!removed.clear(&grant, &here), "nothing was told, so nothing is taken back");
    assert!(!removed.note(&grant, &here, clock.tick()));
    hands.advance(Duration::from_secs(60));
    assert!(removed.note(&grant, &here, clock.tick()));
    assert!(!removed.note(&grant, &here, clock.tick()), "told once");
    assert_eq!(removed.of(&grant), std::slice::from_ref(&here));
    assert!(!removed.clear(&grant, &there), "another site's success says nothing of this one");
    assert!(removed.clear(&grant, &here));
    assert!(removed.of(&grant).is_empty() && !removed.any.load(Ordering::Relaxed));
}
