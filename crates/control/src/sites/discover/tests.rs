use super::*;

#[test]
fn a_date_header_is_compared_with_the_clock() {
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    assert_eq!(ahead("Sun, 22 Nov 2026 10:00:45 GMT", now), Some(45));
    assert_eq!(ahead("Sun, 22 Nov 2026 09:59:00 GMT", now), Some(-60));
    assert_eq!(ahead("yesterday", now), None);
}
