use proptest::prelude::*;

use super::*;

fn text(bytes: &[u8; 32]) -> String {
    let mut text = String::new();
    push_bytes(&mut text, bytes);
    text
}

#[test]
fn every_value_has_the_same_length() {
    assert_eq!(text(&[0; 32]), "0".repeat(BODY));
    assert_eq!(text(&[0xff; 32]).len(), BODY);
    assert_eq!(bytes(text(&[0xff; 32]).as_bytes()).unwrap().as_slice(), [0xff; 32]);
}

#[test]
fn a_number_that_needs_more_than_256_bits_is_refused() {
    assert!(bytes(&[b'z'; BODY]).is_none());
}

#[test]
fn other_lengths_and_characters_are_refused() {
    assert!(bytes(b"").is_none());
    assert!(bytes(&[b'0'; BODY - 1]).is_none());
    assert!(bytes(&[b'0'; BODY + 1]).is_none());
    let mut foreign = [b'0'; BODY];
    foreign[20] = b'-';
    assert!(bytes(&foreign).is_none());
    assert!(!is_text(&foreign));
}

proptest! {
    #[test]
    fn bytes_survive_the_way_there_and_back(given: [u8; 32]) {
        let written = text(&given);
        prop_assert_eq!(written.len(), BODY);
        prop_assert!(is_text(written.as_bytes()));
        let read = bytes(written.as_bytes()).unwrap();
        prop_assert_eq!(read.as_slice(), given);
    }

    #[test]
    fn order_of_bytes_is_order_of_text(a: [u8; 32], b: [u8; 32]) {
        prop_assert_eq!(a.cmp(&b), text(&a).cmp(&text(&b)));
    }
}
