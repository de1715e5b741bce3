use proptest::prelude::*;

use super::*;

fn look() -> Look {
    Look { member: "key".into(), seen: Vec::new(), pieces: 0, found: None }
}

fn found(pieces: &[&[u8]]) -> Option<String> {
    let mut look = look();
    pieces.iter().for_each(|piece| look.at(piece));
    look.found().map(ToString::to_string)
}

#[test]
fn only_the_answers_own_member_names_the_issue() {
    for (answer, issue) in [
        (r#"{"id":"10000","key":"REL-24","self":"https://gw/rest/api/3/issue/10000"}"#, Some("REL-24")),
        (r#" { "fields" : {"key":"OTHER-1"}, "\u006bey" : "REL-\u0032" } "#, Some("REL-2")),
        (r#"{"errors":{"key":"OTHER-1"}}"#, None),
        (r#"[{"key":"OTHER-1"}]"#, None),
        (r#"{"key":"not a key"}"#, None),
        (r#"{"key":["REL-1"]}"#, None),
        (r#""key":"REL-1""#, None),
        ("", None),
    ] {
        assert_eq!(found(&[answer.as_bytes()]).as_deref(), issue, "{answer}");
    }
}

#[test]
fn a_key_that_is_cut_off_is_none() {
    assert_eq!(found(&[br#"{"key":"REL-2"#]), None);
}

#[test]
fn no_more_is_kept_than_was_promised() {
    let mut look = look();
    look.at(br#"{"first":""#);
    for _ in 0..20 {
        look.at(&[b'x'; 1000]);
    }
    look.at(br#"","key":"REL-1"}"#);
    assert_eq!((look.seen.len(), look.found()), (FURTHEST, None));
}

#[test]
fn an_answer_in_crumbs_is_not_read_over_and_over() {
    let mut look = look();
    for _ in 0..1000 {
        look.at(b" ");
    }
    assert_eq!(look.seen.len(), usize::from(MOST_PIECES));
}

proptest! {
    #[test]
    fn it_does_not_matter_how_an_answer_is_cut(cuts in prop::collection::vec(0_usize..64, 0..8)) {
        let mut rest: &[u8] = br#"{"id":"10000","key":"REL-24","self":"https://gw/rest/api/3/issue/10000"}"#;
        let mut look = look();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            look.at(piece);
            rest = after;
        }
        look.at(rest);
        prop_assert_eq!(look.found().unwrap().as_str(), "REL-24");
    }

    #[test]
    fn no_answer_is_too_strange(answer in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(found(&[&answer]), None);
    }
}
