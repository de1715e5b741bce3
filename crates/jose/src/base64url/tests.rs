use super::*;

#[test]
fn what_was_encoded_is_decoded() {
    assert_eq!(decode(&encode([0xfb, 0xff, 0x00])).unwrap(), [0xfb, 0xff, 0x00]);
    assert_eq!(encode([0xfb, 0xff]), "-_8");
}

#[test]
fn no_second_spelling_of_the_same_bytes_is_read() {
    assert_eq!(decode("-_8").unwrap(), [0xfb, 0xff]);
    for other in ["-_8=", "-_9", "+/8", "-_8\n", " -_8", "-"] {
        assert_eq!(decode(other), None, "{other:?}");
    }
}
