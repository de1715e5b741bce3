use proptest::prelude::*;

use super::*;

const HERE: Binding<'static> = Binding { table: "grants", row: "release", column: "sealed" };

fn root(byte: u8) -> RootKey {
    RootKey::from_bytes(Zeroizing::new([byte; 32]))
}

fn ring(byte: u8) -> Keyring {
    Keyring::new(root(byte), Vec::new())
}

fn fresh(seed: u8) -> Fresh {
    let mut bytes = [0; Fresh::LEN];
    bytes.iter_mut().enumerate().for_each(|(at, b)| *b = seed.wrapping_add(u8::try_from(at).unwrap()));
    Fresh::from_bytes(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn the_sealed_format_is_golden() {
    let sealed = ring(1).seal(fresh(0), &HERE, b"a grant's secret").unwrap();
    assert_eq!(hex(sealed.as_bytes()), include_str!("golden.hex").trim());
}

#[test]
fn a_value_sealed_long_ago_still_opens() {
    let text = include_str!("golden.hex").trim();
    let bytes =
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2).unwrap(), 16).unwrap());
    let sealed = Sealed::from_bytes(bytes.collect()).unwrap();
    assert_eq!(ring(1).open(&sealed, &HERE).unwrap().as_slice(), b"a grant's secret");
}

#[test]
fn another_root_key_is_told_by_name_before_anything_is_opened() {
    let sealed = ring(1).seal(fresh(0), &HERE, b"x").unwrap();
    let error = ring(2).open(&sealed, &HERE).unwrap_err();
    assert_eq!(error, OpenError::UnknownKey { needed: root(1).id(), current: root(2).id() });
    assert!(error.to_string().contains(&root(1).id().to_string()));
}

#[test]
fn a_retired_key_still_opens_but_does_not_seal() {
    let old = ring(1).seal(fresh(0), &HERE, b"x").unwrap();
    let rotated = Keyring::new(root(2), vec![root(1)]);
    assert_eq!(rotated.open(&old, &HERE).unwrap().as_slice(), b"x");
    assert!(!rotated.is_current(&old));
    assert!(rotated.is_current(&rotated.seal(fresh(3), &HERE, b"x").unwrap()));
}

#[test]
fn a_rotation_in_place_seals_anew_and_opens_what_was_and_a_key_let_go_of_opens_what_is_held_yet() {
    let ring = ring(1);
    let old = ring.seal(fresh(0), &HERE, b"x").unwrap();
    ring.rotate(&Arc::new(root(2)));
    assert_eq!((ring.current(), ring.retired()), (root(2).id(), vec![root(1).id()]));
    assert_eq!(ring.seal(fresh(3), &HERE, b"x").unwrap().key(), Some(root(2).id()));
    assert_eq!(ring.open(&old, &HERE).unwrap().as_slice(), b"x");
    assert!(ring.let_go(root(1).id()) && !ring.let_go(root(1).id()) && !ring.let_go(root(2).id()));
    assert!(ring.retired().is_empty());
    assert_eq!(ring.open(&old, &HERE).unwrap().as_slice(), b"x");
}

#[test]
fn a_key_that_is_current_and_retired_at_once_is_listed_once() {
    let ring = Keyring::new(root(1), vec![root(1), root(2)]);
    assert_eq!(ring.retired(), [root(2).id()]);
    ring.rotate(&Arc::new(root(2)));
    assert_eq!((ring.current(), ring.retired()), (root(2).id(), vec![root(1).id()]));
}

#[test]
fn the_check_value_tells_the_right_key_from_a_wrong_one() {
    let check = ring(1).check_value(fresh(9)).unwrap();
    assert_eq!(ring(1).verify_check(&check), Ok(()));
    assert!(matches!(ring(2).verify_check(&check), Err(OpenError::UnknownKey { .. })));
    let other = ring(1).seal(fresh(9), &HERE, CHECK_TEXT).unwrap();
    assert_eq!(ring(1).verify_check(&other), Err(OpenError::Refused));
}

#[test]
fn places_that_read_alike_are_different_places() {
    let sealed = ring(1).seal(fresh(0), &Binding { table: "ab", row: "c", column: "d" }, b"x").unwrap();
    for (table, row, column) in [("a", "bc", "d"), ("ab", "cd", ""), ("abc", "", "d"), ("ab", "d", "c")] {
        assert_eq!(ring(1).open(&sealed, &Binding { table, row, column }), Err(OpenError::Refused));
    }
}

#[test]
fn the_wrapped_key_and_the_value_cannot_change_places() {
    let sealed = ring(1).seal(fresh(0), &HERE, &[5; 32]).unwrap();
    let layout = sealed.layout().unwrap();
    let swapped = Sealed::assemble(&Layout {
        wrapped: layout.value.try_into().unwrap(),
        value: &layout.wrapped,
        wrap_nonce: layout.nonce,
        nonce: layout.wrap_nonce,
        key: layout.key,
    });
    assert_eq!(ring(1).open(&swapped, &HERE), Err(OpenError::Refused));
}

#[test]
fn debug_never_shows_content() {
    let sealed = ring(1).seal(fresh(0), &HERE, b"x").unwrap();
    assert_eq!(format!("{sealed:?}"), format!("[sealed, {} bytes]", sealed.as_bytes().len()));
    assert_eq!(format!("{:?}", fresh(0)), "[fresh randomness]");
}

proptest! {
    #[test]
    fn what_was_sealed_opens(key: [u8; 32], seed: [u8; Fresh::LEN], row in "\\PC{0,20}", plain: Vec<u8>) {
        let ring = Keyring::new(RootKey::from_bytes(Zeroizing::new(key)), Vec::new());
        let place = Binding { table: "t", row: &row, column: "c" };
        let sealed = ring.seal(Fresh::from_bytes(seed), &place, &plain).unwrap();
        let stored = Sealed::from_bytes(sealed.into_bytes()).unwrap();
        let opened = ring.open(&stored, &place).unwrap();
        prop_assert_eq!(opened.as_slice(), plain);
    }

    #[test]
    fn a_flipped_bit_anywhere_keeps_it_shut(plain: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
        let mut bytes = ring(1).seal(fresh(0), &HERE, &plain).unwrap().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(sealed) = Sealed::from_bytes(bytes) {
            prop_assert!(ring(1).open(&sealed, &HERE).is_err());
        }
    }

    #[test]
    fn a_shortened_or_lengthened_value_stays_shut(plain: Vec<u8>, at: prop::sample::Index, tail in 1usize..40) {
        let bytes = ring(1).seal(fresh(0), &HERE, &plain).unwrap().into_bytes();
        let mut longer = bytes.clone();
        longer.extend(std::iter::repeat_n(0, tail));
        for changed in [bytes[..at.index(bytes.len())].to_vec(), longer] {
            if let Ok(sealed) = Sealed::from_bytes(changed) {
                prop_assert!(ring(1).open(&sealed, &HERE).is_err());
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_panicking(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(first) = bytes.first_mut() { *first = 1; }
        if let Ok(sealed) = Sealed::from_bytes(bytes) {
            prop_assert!(ring(1).open(&sealed, &HERE).is_err());
        }
    }
}
