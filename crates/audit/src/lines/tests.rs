use proptest::prelude::*;
use types::RequestId;

use super::*;
use crate::record::Kind;

fn record(n: u128) -> Record {
    Record::new(Kind::Call, RequestId::new(uuid::Uuid::from_u128(n)), jiff::Timestamp::UNIX_EPOCH)
}

fn three() -> (Vec<u8>, Head) {
    let mut lines = Vec::new();
    let head = (1..=3).fold(Head::GENESIS, |head, n| push_record(&mut lines, head, &record(n)));
    (lines, head)
}

#[test]
fn the_form_of_a_line_is_golden() {
    let mut lines = Vec::new();
    push_record(&mut lines, Head::GENESIS, &record(1));
    let expected = concat!(
        r#"{"seq":1,"hash":"ed6fb97b23de009bbb31aecbc5bc635e38c6ea41f1366e4da00bba8e4f2862c9","record":"#,
        r#"{"v":1,"kind":"call","id":"00000000-0000-0000-0000-000000000001","at":"1970-01-01T00:00:00Z"}}"#,
        "\n"
    );
    assert_eq!(String::from_utf8(lines).unwrap(), expected);
}

#[test]
fn a_line_is_json_too() {
    let (lines, _) = three();
    for line in split(&lines) {
        let json: serde_json::Value = serde_json::from_slice(line).unwrap();
        assert_eq!(json["record"]["kind"], "call");
    }
}

#[test]
fn lines_come_apart_as_they_went_in() {
    let (lines, head) = three();
    let parsed: Vec<_> = split(&lines).map(|line| Line::parse(line).unwrap()).collect();
    assert_eq!(parsed.iter().map(|line| line.seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(parsed[2].hash, head.hash);
    assert_eq!(parsed[1].record(), Some(record(2)));
}

#[test]
fn other_spellings_of_the_frame_are_refused() {
    let (lines, _) = three();
    let good = str::from_utf8(split(&lines).next().unwrap()).unwrap().to_owned();
    assert!(Line::parse(good.as_bytes()).is_some());
    let others = [
        good.replace("\"seq\":1", "\"seq\":01"),
        good.replace("\"seq\":1", "\"seq\":+1"),
        good.replace("\"seq\":1", "\"seq\":"),
        good.replace("\"seq\":1", "\"seq\": 1"),
        good.replace("\"seq\":1", "\"seq\":99999999999999999999"),
        good.replace("\"hash\"", "\"HASH\""),
        good.to_uppercase(),
        format!("{good} "),
        String::new(),
    ];
    for other in others {
        assert!(Line::parse(other.as_bytes()).is_none(), "{other}");
    }
}

#[test]
fn an_empty_block_has_no_lines_and_an_empty_line_is_one() {
    assert_eq!(split(b"").count(), 0);
    assert_eq!(split(b"a\n\nb\n").count(), 3);
    assert_eq!(split(b"a\nb").collect::<Vec<_>>(), [b"a", b"b"]);
}

proptest! {
    #[test]
    fn any_bytes_are_taken_apart_without_panicking(line: Vec<u8>) {
        let _ = Line::parse(&line);
    }

    #[test]
    fn a_changed_byte_never_goes_unnoticed(at: prop::sample::Index, to: u8) {
        let (lines, _) = three();
        let first = split(&lines).next().unwrap();
        let mut changed = first.to_vec();
        let at = at.index(changed.len());
        prop_assume!(changed[at] != to);
        changed[at] = to;
        let whole = Line::parse(&changed).is_some_and(|line| {
            line.seq == 1 && Head::GENESIS.extend(line.payload).hash == line.hash
        });
        prop_assert!(!whole);
    }
}
