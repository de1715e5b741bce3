use proptest::prelude::*;

use super::*;

fn ring(byte: u8) -> Keyring {
    Keyring::new(RootKey::from_bytes(Zeroizing::new([byte; 32])), Vec::new())
}

fn item(clear: &str, secret: &[u8]) -> (String, Zeroizing<Vec<u8>>) {
    (clear.to_owned(), Zeroizing::new(secret.to_vec()))
}

/// With another character at one place.
fn with(text: &str, at: usize, other: &str) -> String {
    format!("{}{other}{}", text.get(..at).unwrap(), text.get(at + 1..).unwrap())
}

fn two() -> String {
    let items = [item("{\"name\":\"a\"}", b"one"), item("{\"name\":\"b\"}", b"two")];
    Export::seal(ring(1).import_key().unwrap(), &items).unwrap().to_string()
}

/// Made once by this program; must open for as long as version 1 is read.
const GOLDEN: &str = include_str!("tests/golden.txt");

#[test]
fn a_file_made_long_ago_still_opens() {
    let opened = ring(1).unpack(&Export::parse(GOLDEN).unwrap()).unwrap();
    assert_eq!(opened, [item("{\"name\":\"a\"}", b"one"), item("{\"name\":\"b\"}", b"two")]);
}

#[test]
fn it_opens_with_the_key_it_is_for_retired_or_not_and_with_no_other() {
    let export = Export::parse(&two()).unwrap();
    let rotated = Keyring::new(
        RootKey::from_bytes(Zeroizing::new([2; 32])),
        vec![RootKey::from_bytes(Zeroizing::new([1; 32]))],
    );
    assert_eq!(rotated.unpack(&export).unwrap().len(), 2);
    let gone = ring(1).import_key().unwrap();
    assert!(rotated.let_go(RootKey::from_bytes(Zeroizing::new([1; 32])).id()));
    for other in [rotated, ring(2)] {
        assert_eq!(other.unpack(&export), Err(UnpackError::ForAnother { to: gone }));
    }
}

#[test]
fn another_recipient_named_in_the_first_line_does_not_open_it() {
    let (mine, yours) = (ring(1).import_key().unwrap(), ring(2).import_key().unwrap());
    let text = two().replace(&mine.to_string(), &yours.to_string());
    let export = Export::parse(&text).unwrap();
    assert_eq!(ring(2).unpack(&export), Err(UnpackError::Refused { line: 2 }));
}

#[test]
fn a_secret_under_another_name_or_in_another_place_does_not_open() {
    let text = two();
    let renamed = text.replace("\"a\"", "\"c\"");
    assert_eq!(ring(1).unpack(&Export::parse(&renamed).unwrap()), Err(UnpackError::Refused { line: 2 }));
    let lines: Vec<_> = text.lines().collect();
    let [head, one, two] = lines.as_slice() else { panic!("three lines") };
    for moved in [format!("{head}\n{two}\n{one}\n"), format!("{head}\n{one}\n{one}\n")] {
        assert!(ring(1).unpack(&Export::parse(&moved).unwrap()).is_err(), "{moved}");
    }
    let fewer = head.replace(" 2", " 1");
    assert!(ring(1).unpack(&Export::parse(&format!("{fewer}\n{one}\n")).unwrap()).is_err());
}

#[test]
fn a_file_that_was_cut_is_no_file() {
    let text = two();
    for end in 0..text.len() {
        assert!(Export::parse(text.get(..end).unwrap()).is_err(), "{end}");
    }
}

#[test]
fn a_key_nobody_can_have_is_refused() {
    assert_eq!(Export::seal(ImportKey([0; 32]), &[item("a", b"b")]), Err(PackError::Key));
}

#[test]
fn too_much_is_refused_before_it_is_written() {
    let to = ring(1).import_key().unwrap();
    assert_eq!(Export::seal(to, &[item("a", &[7; LONGEST])]), Err(PackError::Long));
    assert_eq!(Export::seal(to, &[item("a\nb", b"c")]), Err(PackError::Clear));
}

proptest! {
    #[test]
    fn what_was_sealed_opens(
        items in prop::collection::vec(("[ -~]{1,40}", prop::collection::vec(any::<u8>(), 0..64)), 1..5),
    ) {
        let items: Vec<_> = items.iter().map(|(clear, secret)| item(clear, secret)).collect();
        let text = Export::seal(ring(1).import_key().unwrap(), &items).unwrap().to_string();
        prop_assert_eq!(ring(1).unpack(&Export::parse(&text).unwrap()).unwrap(), items);
    }

    #[test]
    fn a_changed_character_anywhere_keeps_it_shut(at: prop::sample::Index, other in "[ -~]") {
        let text = two();
        let at = at.index(text.len());
        let changed = with(&text, at, &other);
        prop_assume!(changed != text);
        if let Ok(export) = Export::parse(&changed) {
            prop_assert!(ring(1).unpack(&export).is_err());
        }
    }

    #[test]
    fn any_text_is_read_without_panicking(text in "\\PC{0,200}", rest in "[ -~\n]{0,200}") {
        for text in [text, format!("{FORM} {} 1\n{rest}", ring(1).import_key().unwrap())] {
            if let Ok(export) = Export::parse(&text) {
                prop_assert!(ring(1).unpack(&export).is_err());
            }
        }
    }

    #[test]
    fn a_public_key_reads_back_and_a_changed_one_does_not(byte: u8, at in 0usize..53, other in "[0-9A-Za-z]") {
        let key = ring(byte).import_key().unwrap();
        let text = key.to_string();
        prop_assert_eq!(text.parse(), Ok(key));
        let changed = with(&text, at, &other);
        prop_assert!(changed == text || changed.parse::<ImportKey>().is_err());
    }
}
