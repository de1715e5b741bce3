use proptest::prelude::*;

use super::*;

type Log = Vec<(u64, Vec<u8>, [u8; 32])>;

fn log(payloads: impl IntoIterator<Item = Vec<u8>>) -> Log {
    let mut head = Head::GENESIS;
    let extend = |payload: Vec<u8>| {
        head = head.extend(&payload);
        (head.seq, payload, head.hash)
    };
    payloads.into_iter().map(extend).collect()
}

fn numbered(records: u8) -> Log {
    log((1..=records).map(|n| vec![n]))
}

fn anchor(log: &Log, seq: u64) -> Anchor {
    let (seq, _, hash) = log.iter().find(|(s, ..)| *s == seq).unwrap();
    Anchor { seq: *seq, hash: *hash }
}

fn breaks(log: &Log, anchors: Vec<Anchor>) -> Vec<Break> {
    let mut verifier = Verifier::new(Head::GENESIS, anchors);
    let mut found = Vec::new();
    for (seq, payload, hash) in log {
        found.extend(verifier.push(*seq, payload, *hash).err().into_iter().flatten());
    }
    found.extend(verifier.finish().err());
    found
}

#[test]
fn a_whole_log_has_no_breaks() {
    let log = numbered(9);
    assert_eq!(breaks(&log, vec![anchor(&log, 9), anchor(&log, 3), anchor(&log, 3)]), []);
    assert_eq!(breaks(&Log::new(), Vec::new()), []);
}

#[test]
fn a_removed_record_is_missing_and_nothing_else_is_wrong() {
    let mut log = numbered(9);
    log.drain(3..5);
    assert_eq!(breaks(&log, Vec::new()), [Break::Missing { first: 4, last: 5 }]);
}

#[test]
fn two_changes_are_reported_as_two() {
    let mut log = numbered(9);
    log[2].1[0] ^= 1;
    log[6].1[0] ^= 1;
    assert_eq!(breaks(&log, Vec::new()), [Break::Changed { seq: 3 }, Break::Changed { seq: 7 }]);
}

#[test]
fn records_that_changed_places_are_out_of_order() {
    let mut log = numbered(4);
    log.swap(1, 2);
    let expected = [Break::Missing { first: 2, last: 2 }, Break::OutOfOrder { seq: 2, expected: 4 }];
    assert_eq!(breaks(&log, Vec::new()), expected);
}

#[test]
fn a_cut_end_shows_only_against_an_anchor() {
    let mut log = numbered(9);
    let last = anchor(&log, 8);
    log.truncate(6);
    assert_eq!(breaks(&log, Vec::new()), []);
    assert_eq!(breaks(&log, vec![last]), [Break::Cut { ends: 6, anchored: 8 }]);
}

#[test]
fn a_log_computed_anew_shows_only_against_an_anchor() {
    let original = numbered(9);
    let forged = log((1..=9).map(|n| vec![if n == 4 { 0 } else { n }]));
    assert_eq!(breaks(&forged, Vec::new()), []);
    let anchors = vec![anchor(&original, 3), anchor(&original, 5)];
    assert_eq!(breaks(&forged, anchors), [Break::Rewritten { seq: 5 }]);
}

#[test]
fn an_anchored_record_that_is_missing_is_reported_as_missing() {
    let mut log = numbered(5);
    let gone = anchor(&log, 3);
    log.remove(2);
    assert_eq!(breaks(&log, vec![gone]), [Break::Missing { first: 3, last: 3 }]);
}

#[test]
fn part_of_a_log_is_verified_from_the_head_before_it() {
    let log = numbered(9);
    let mut verifier = Verifier::new(anchor(&log, 4).into(), vec![anchor(&log, 2), anchor(&log, 6)]);
    for (seq, payload, hash) in &log[4..] {
        assert_eq!(verifier.push(*seq, payload, *hash), Ok(()));
    }
    assert_eq!(verifier.confirmed(), 6);
    assert_eq!(verifier.finish().unwrap().seq, 9);
}

proptest! {
    #[test]
    fn a_flipped_bit_in_any_payload_or_hash_is_found(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 1..20),
        which: prop::sample::Index, at: prop::sample::Index, bit in 0u8..8, in_hash: bool,
    ) {
        let mut log = log(payloads);
        let which = which.index(log.len());
        let record = &mut log[which];
        let bytes = if in_hash { &mut record.2[..] } else { &mut record.1[..] };
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let changed = Break::Changed { seq: log[which].0 };
        prop_assert!(breaks(&log, Vec::new()).contains(&changed));
    }

    #[test]
    fn a_removed_stretch_is_found(records in 2u8..40, from: prop::sample::Index, length in 1usize..5) {
        let mut log = numbered(records);
        let last = anchor(&log, u64::from(records));
        let from = from.index(log.len());
        let to = (from + length).min(log.len());
        log.drain(from..to);
        prop_assert!(!breaks(&log, vec![last]).is_empty());
    }

    #[test]
    fn any_other_order_is_found(records in 2u8..20, a: prop::sample::Index, b: prop::sample::Index) {
        let mut log = numbered(records);
        let (a, b) = (a.index(log.len()), b.index(log.len()));
        log.swap(a, b);
        prop_assert_eq!(breaks(&log, Vec::new()).is_empty(), a == b);
    }
}
