use std::collections::BTreeSet;

use super::*;

#[test]
fn every_code_has_one_line_and_one_name() {
    let codes: BTreeSet<_> = REFUSALS.iter().map(|entry| entry.code).collect();
    let names: BTreeSet<_> = REFUSALS.iter().map(|entry| entry.name).collect();
    assert_eq!(codes.len(), REFUSALS.len());
    assert_eq!(names.len(), REFUSALS.len());
    for entry in REFUSALS {
        assert_eq!(entry.code.entry().name, entry.name);
    }
}

#[test]
fn every_refusal_is_an_error_status_and_tells_what_to_do() {
    for entry in REFUSALS {
        assert!((400..600).contains(&entry.status), "{}", entry.name);
        for sentence in [entry.what, entry.advice] {
            assert!(sentence.ends_with('.') && sentence.len() > 12, "{}: {sentence:?}", entry.name);
            assert_eq!(sentence.trim(), sentence, "{}", entry.name);
        }
    }
}

#[test]
fn a_refusal_that_is_safe_to_retry_says_so_with_a_status_clients_retry() {
    for entry in REFUSALS.iter().filter(|entry| entry.retry == Retry::Safe) {
        assert!(matches!(entry.status, 429 | 502 | 503), "{}", entry.name);
    }
}
